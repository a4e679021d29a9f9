import { readFileSync, statSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { report, reportAdd } from "../../../src/cli/commands/report.ts";
import { send } from "../../../src/cli/commands/send.ts";
import { openLedger } from "../../../src/deliver/open-ledger.ts";
import { SqliteFile } from "../../../src/deliver/sqlite.ts";
import type { TestToolkit } from "../../support/cli.ts";
import { contextIn } from "../../support/inside.ts";
import { ended, pickedLibrary, type Said } from "../../support/scheduled.ts";
import { startSmtp } from "../../support/smtp.ts";

const day = "2027-02-01T10:00:00Z";

interface Document {
  readonly editions: readonly (Record<string, unknown> & { readonly audience: number })[];
  readonly coverage: {
    readonly topics: readonly { topic: string; audiences: readonly Record<string, unknown>[] }[];
    readonly never: readonly object[];
    readonly repeated: readonly object[];
  };
  readonly outcomes: readonly object[];
  readonly recipients?: readonly Record<string, unknown>[];
}

const ends = "accepted rejected deferred pending unknown suppressed excluded duplicates invalid".split(" ");

function reportIn(
  toolkit: TestToolkit,
  options: Partial<Parameters<typeof report>[2]> = {},
  cycle?: string,
  json = false,
): Promise<Said> {
  return ended((written) =>
    report(contextIn(toolkit.root, { day, written, json }), cycle, { format: "table", ...options }),
  );
}

async function documentIn(toolkit: TestToolkit, recipients = false, cycle?: string): Promise<Document> {
  const said = await reportIn(toolkit, { recipients }, cycle, true);
  expect(said).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(said.stdout) as Document;
}

function sendIn(toolkit: TestToolkit, cycle = "2026-12", more: object = {}): Promise<Said> {
  return ended((written) =>
    send(contextIn(toolkit.root, { day, written }), cycle, {
      to: "readers",
      variant: "email",
      yes: true,
      ...more,
    }),
  );
}

describe("report", { timeout: 30_000 }, () => {
  it("accounts for every row, with what came back beside it", async () => {
    const server = await startSmtp();
    try {
      const toolkit = pickedLibrary("retry: { first: 1ms, attempts: 1, timeout: 5s }");
      toolkit.edit("onetopic.yaml", "outbox:var/outbox", `smtp://127.0.0.1:${server.port}`);
      const more =
        "Bo,BO@harbour.example,,,schools\nNobody,nobody,,,schools\nGone,gone@school.example,,,schools\n";
      toolkit.edit("people/readers.csv", /$/, more);
      toolkit.write("people/out.csv", "email\ndev@school.example\n");
      const open = () => openLedger(toolkit.path("var/ledger.sqlite"), { now: Date.now });
      const ledger = await open();
      await ledger.suppress([{ address: "gone@school.example", key: "gone@school.example" }], "asked");
      await ledger.close();
      server.treat("cleo@school.example", { at: "envelope", code: 550, text: "No such person" });
      const people = toolkit.path("people/out.csv");
      expect(await sendIn(toolkit, "2026-12", { exclude: [people] })).toMatchObject({ code: 1 });
      const after = await open();
      const [run] = await after.runs();
      const { messageId = "" } = (run ? await after.rows(run) : [])[0] ?? {};
      const person = (await after.whoIs({ messageId }))?.person ?? "";
      await after.recordBounce({ report: "1", kind: "soft", person, messageId });
      await after.recordBounce({ report: "2", kind: "hard", person, messageId }, "dead");
      await after.close();
      const { editions, recipients = [] } = await documentIn(toolkit, true);
      expect(editions).toMatchObject([
        {
          cycle: "2026-12",
          topic: "quiet-hours",
          variant: "email",
          rehearsal: false,
          audience: 7,
          accepted: 2,
          rejected: 1,
          deferred: 0,
          pending: 0,
          unknown: 0,
          suppressed: 1,
          excluded: 1,
          duplicates: 1,
          invalid: 1,
          cameBack: { hard: 1, soft: 0, complaint: 0, unsubscribe: 0 },
          audiences: [
            { audience: "branches", accepted: 2, rejected: 0 },
            { audience: "schools", accepted: 0, rejected: 1 },
          ],
        },
      ]);
      expect(recipients.map(({ row, state, because }) => [row, because ?? state])).toEqual([
        [2, "accepted"],
        [3, "accepted"],
        [4, "rejected"],
        [5, "excluded"],
        [6, "duplicate"],
        [7, "invalid"],
        [8, "suppressed"],
      ]);
      expect(recipients[2]).toMatchObject({ address: "cleo@school.example", attempts: 1 });
      expect(recipients[2]?.["reply"]).toContain("550");
      expect((await reportIn(toolkit)).stdout).toMatch(
        /2026-12 +quiet-hours +email to readers +7 +2 +0 +1 +4 +1\n/,
      );
    } finally {
      await server.close();
    }
  });

  it("marks a rehearsal, and counts nobody as reached by it", async () => {
    const server = await startSmtp();
    try {
      const toolkit = pickedLibrary();
      expect(await sendIn(toolkit)).toMatchObject({ code: 0 });
      toolkit.edit("onetopic.yaml", "outbox:var/outbox", `smtp://127.0.0.1:${server.port}`);
      const before = await documentIn(toolkit);
      expect(before.editions).toMatchObject([{ accepted: 4, rehearsal: true }]);
      expect(before.coverage.never).toContainEqual({ topic: "quiet-hours", audience: "schools" });
      const page = await reportIn(toolkit, { format: "html" });
      expect(page.stdout).toContain("Nothing has gone out yet.");
      expect(await sendIn(toolkit)).toMatchObject({ code: 0 });
      const after = await documentIn(toolkit);
      expect(after.editions).toMatchObject([{ accepted: 4, rehearsal: false }]);
      expect(after.coverage.never).not.toContainEqual({ topic: "quiet-hours", audience: "schools" });
    } finally {
      await server.close();
    }
  });

  it("says who has never had a topic, and who had it twice within 60 days", async () => {
    const toolkit = pickedLibrary();
    for (const cycle of ["2027-01", "2027-04"])
      toolkit.write(`content/editions/${cycle}.md`, `---\ncycle: ${cycle}\ntopic: quiet-hours\n---\n`);
    expect(await sendIn(toolkit, "2026-12")).toMatchObject({ code: 0 });
    expect(await sendIn(toolkit, "2027-01", { only: "audience=schools" })).toMatchObject({ code: 0 });
    expect(await sendIn(toolkit, "2027-04", { only: "audience=branches" })).toMatchObject({ code: 0 });
    const { coverage, editions } = await documentIn(toolkit, false, "2027-04");
    expect(editions.map(({ cycle }) => cycle)).toEqual(["2027-04"]);
    expect(coverage.repeated).toEqual([
      { topic: "quiet-hours", audience: "schools", dates: ["2027-01-04", "2026-12-03"] },
    ]);
    expect(coverage.topics.find(({ topic }) => topic === "quiet-hours")?.audiences[0]).toEqual({
      audience: "branches",
      mark: "covered",
      dates: ["2027-04-05", "2026-12-03"],
    });
    expect(coverage.never).toContainEqual({ topic: "lost-cards", audience: "branches" });
    const { editions: all } = await documentIn(toolkit);
    for (const edition of all)
      expect(ends.reduce((sum, end) => sum + Number(edition[end]), 0)).toBe(edition.audience);
    expect((await reportIn(toolkit)).stdout).toContain("Twice within 60 days: quiet-hours to schools");
  });

  it("is written for spreadsheets and as a page; what names people stays under var/", async () => {
    const toolkit = pickedLibrary();
    toolkit.edit("people/readers.csv", "ada@harbour.example", "=cmd@harbour.example");
    expect(await sendIn(toolkit)).toMatchObject({ code: 0 });
    const csv = parse((await reportIn(toolkit, { format: "csv" })).stdout, { columns: true, bom: true });
    expect(csv).toMatchObject([{ Cycle: "2026-12", Rows: "4", Accepted: "4", List: "readers" }]);
    const out = toolkit.path("var/rows.csv");
    expect(await reportIn(toolkit, { format: "csv", recipients: true, out })).toMatchObject({ code: 0 });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const rows = parse(readFileSync(out), { columns: true, bom: true }) as Record<string, string>[];
    expect(rows.map(({ Address }) => Address)).toContain("'=cmd@harbour.example");
    for (const options of [
      { format: "csv", recipients: true, out: toolkit.path("out/rows.csv") },
      { format: "html", recipients: true },
    ] as const)
      expect(await reportIn(toolkit, options)).toMatchObject({ code: 2, stdout: "" });
    expect(toolkit.has("out")).toBe(false);
    const page = (await reportIn(toolkit, { format: "html" })).stdout;
    expect(page).toContain("readers (outbox only)");
    expect(page).toMatch(/<svg class="tally" role="img" aria-label="4 rows: 4 accepted"/);
    expect(page).not.toContain("@harbour");
  });

  it("does not tell figures that do not add up", async () => {
    const toolkit = pickedLibrary();
    expect(await sendIn(toolkit)).toMatchObject({ code: 0 });
    const file = new SqliteFile(toolkit.path("var/ledger.sqlite"));
    file.exec("delete from list_rows where row = 3");
    file.close();
    expect(await reportIn(toolkit, {}, undefined, true)).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("do not add up: the list has 4 rows, but 3 are accounted for."),
    });
  });

  it("says so where nothing has gone out, and makes no ledger", async () => {
    const toolkit = pickedLibrary();
    expect((await reportIn(toolkit)).stdout).toMatch(/^Nothing has gone out yet\.\n/);
    expect(toolkit.has("var")).toBe(false);
  });
});

describe("report add", () => {
  const edition = "content/editions/2026-12.md";
  const add = (toolkit: TestToolkit, more: Partial<Parameters<typeof reportAdd>[2]> = {}) =>
    ended((written) =>
      reportAdd(contextIn(toolkit.root, { day, written }), "2026-12", {
        measure: "Calls: noise",
        kind: "outcomes",
        value: "12.5",
        note: "At the desk",
        ...more,
      }),
    );

  it("writes a figure into the edition's file, which the report then tells", async () => {
    const toolkit = pickedLibrary();
    const before = toolkit.read(edition);
    expect(await add(toolkit)).toMatchObject({
      code: 0,
      stdout: "2026-12: Calls: noise: 12.5 (outcomes).\n",
    });
    expect(await add(toolkit, { measure: "Posters up", kind: "outputs", value: "-3" })).toMatchObject({
      code: 0,
    });
    const after = toolkit.read(edition);
    expect(after.replace(/outcomes:\n(?:[ -]+\w+: .*\n)+/, "")).toBe(before);
    expect((await documentIn(toolkit)).outcomes).toEqual([
      {
        cycle: "2026-12",
        measure: "Calls: noise",
        kind: "outcomes",
        value: 12.5,
        note: "At the desk",
        on: "2027-02-01",
      },
      {
        cycle: "2026-12",
        measure: "Posters up",
        kind: "outputs",
        value: -3,
        note: "At the desk",
        on: "2027-02-01",
      },
    ]);
    expect((await reportIn(toolkit, { format: "html" })).stdout).toContain("Calls: noise");
  });

  it.for([{ value: "a few" }, { value: "1e9" }, { measure: "" }, { note: "said ada@harbour.example" }])(
    "refuses %j, and changes nothing",
    async (wrong) => {
      const toolkit = pickedLibrary();
      const before = toolkit.read(edition);
      expect(await add(toolkit, wrong)).toMatchObject({ code: 2 });
      expect(toolkit.read(edition)).toBe(before);
    },
  );
});

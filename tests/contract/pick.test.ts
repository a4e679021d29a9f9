import { describe, expect, it } from "vitest";
import { documentOf, expectCode, tempToolkit, type TestToolkit } from "../support/cli.ts";

interface Topics {
  readonly topics: readonly {
    readonly slug: string;
    readonly title: string;
    readonly status: string;
    readonly priority: number;
    readonly lastCycle: string | null;
    readonly nextCycle: string | null;
    readonly review: string | null;
  }[];
}

interface Status {
  readonly cycle: string;
  readonly topic: string | null;
  readonly state: string;
  readonly next: { readonly command: string; readonly why: string };
}

const edition = "content/editions/2026-11.md";

async function topicOf(toolkit: TestToolkit, cycle?: string): Promise<string | null> {
  const run = await toolkit.run("status", ...(cycle ? [cycle] : []), "--json");
  return documentOf<Status>(run).topic;
}

describe.concurrent("pick", () => {
  it("takes the plan's suggestion for the current cycle, with the reason on record", async () => {
    const toolkit = tempToolkit("library");
    expectCode(await toolkit.run("pick", "--auto", "--by", "Ann Onymous"), 0);
    expect(toolkit.read(edition)).toMatch(
      /^---\ncycle: 2026-11\ntopic: quiet-hours\npicked:\n  on: 2026-11-22\n  by: Ann Onymous\n  why: .+\n---\n/,
    );
    expectCode(await toolkit.run("check", "--strict", "--quick"), 0);
  });

  it("takes a named topic and cycle, and refuses a cycle that has one", async () => {
    const toolkit = tempToolkit("library");
    expectCode(await toolkit.run("pick", "lost-cards", "--cycle", "2026-12", "--why", 'Ann: "now" #1'), 0);
    expect(await topicOf(toolkit, "2026-12")).toBe("lost-cards");
    const before = toolkit.read("content/editions/2026-12.md");
    const again = await toolkit.run("pick", "quiet-hours", "--cycle", "2026-12");
    expect(expectCode(again, 1).stderr).toMatch(/2026-12.*lost-cards[\s\S]*--replace/);
    expect(toolkit.read("content/editions/2026-12.md")).toBe(before);
    expect(toolkit.list("content/editions")).toEqual(["2026-12.md"]);
  });

  it("--replace keeps the note, the comments and the rest of the file; approvals of the old topic go", async () => {
    const toolkit = tempToolkit("library");
    const note = "\nDear colleagues,\n\n---\n\nthis month  with *two* spaces. {{x}}\n\n<!-- mine -->\n";
    toolkit.write(
      edition,
      `---
# Asked for by the director.
cycle: 2026-11
topic: lost-cards # was on the agenda in May
picked: # by hand
  on: 2026-11-01
  # after a long talk
  by: Ann
  why: "Because: we can" # and must
approvals:
  - { by: Bo, role: schools, on: 2026-11-02, digest: 0123456789abcdef }
# Read by the board.
---
${note}`,
    );
    expectCode(await toolkit.run("pick", "quiet-hours", "--replace", "--why", "The board asked"), 0);
    const after = toolkit.read(edition);
    expect(after.slice(after.indexOf("---\n", 4) + 4)).toBe(note);
    for (const comment of [
      "# Asked for by the director.",
      "# was on the agenda in May",
      "# Read by the board.",
    ])
      expect(after).toContain(comment);
    expect(after).toMatch(/^topic: quiet-hours/m);
    expect(after).toContain("The board asked");
    expect(after).not.toMatch(/lost-cards|approvals|0123456789abcdef/);
    for (const comment of ["# by hand", "# after a long talk"]) expect(after).toContain(comment);
  });

  it.for([
    ["home-delivery", /draft/],
    ["date-stamps", /retired/],
    ["quiet-hours", /2026-11-21|review/],
    ["new-catalogue", undefined],
  ] as const)(
    "refuses what is not ready or past its review: %s",
    { concurrent: true },
    async ([slug, reason]) => {
      const toolkit = tempToolkit("library");
      toolkit.edit("content/topics/quiet-hours.md", "review: 2027-10-31", "review: 2026-11-21");
      const run = await toolkit.run("pick", slug, "--cycle", "2026-12", "--json");
      if (reason === undefined) return void expectCode(run, 0);
      const { error } = documentOf<{ error: { message: string; hint: string } }>(expectCode(run, 1));
      expect(error.message).toMatch(reason);
      expect(error.hint).toContain(`content/topics/${slug}.md`);
      expect(toolkit.list("content/editions")).toEqual([]);
    },
  );

  it("says what gives way and when it comes instead, and does not promise a day that is past", async () => {
    const toolkit = tempToolkit("library");
    const past = expectCode(await toolkit.run("pick", "lost-cards"), 0);
    expect(past.stdout).toContain("in place of quiet-hours, which comes in 2026-12 now");
    expect(past.stdout).toContain("had its send date on 3 November 2026 at 09:30; needs no approval");
    expect((await toolkit.run("status")).stdout).toContain("send date: 3 November 2026, 09:30 (past)");
    const coming = await toolkit.run("pick", "new-catalogue", "--cycle", "2026-12", "--json");
    expect(documentOf(expectCode(coming, 0))).toMatchObject({
      replaced: null,
      // January is pinned.
      displaces: { topic: "quiet-hours", next: "2027-02" },
    });
    const same = expectCode(await toolkit.run("pick", "--auto", "--cycle", "2027-01"), 0);
    expect(same.stdout).not.toContain("in place of");
    expect(same.stdout).toContain("goes out on 4 January 2027 at 09:30");
  });

  it("says when it leads to the same page as the edition before it", async () => {
    const toolkit = tempToolkit("library");
    toolkit.edit("content/topics/quiet-hours.md", /url: .*/, "url: https://libraries.example/cards");
    expectCode(await toolkit.run("pick", "lost-cards"), 0);
    const again = expectCode(await toolkit.run("pick", "quiet-hours", "--cycle", "2026-12"), 0);
    expect(again.stderr).toContain('"quiet-hours" in 2026-12 leads to the same page as 2026-11');
  });

  it("on the day of the review the topic may still be picked; the day after it may not", async () => {
    const toolkit = tempToolkit("library");
    toolkit.edit("content/topics/lost-cards.md", "review: 2027-10-31", "review: 2026-11-22");
    expectCode(await toolkit.run("pick", "lost-cards"), 0);
    const late = tempToolkit("library");
    late.edit("content/topics/lost-cards.md", "review: 2027-10-31", "review: 2026-11-21");
    // Today it is past, though on the cycle's send date, three weeks ago, it was not.
    expectCode(await late.run("pick", "lost-cards"), 1);
  });

  it("only one of two at the same moment wins", async () => {
    const toolkit = tempToolkit("library");
    const slugs = ["quiet-hours", "lost-cards", "quiet-hours", "lost-cards"];
    const runs = await Promise.all(slugs.map((slug) => toolkit.spawn("pick", slug)));
    expect(runs.map(({ code }) => code).toSorted()).toEqual([0, 1, 1, 1]);
    const winner = slugs[runs.findIndex(({ code }) => code === 0)];
    expect(await topicOf(toolkit)).toBe(winner);
    expect(toolkit.list("content/editions")).toEqual(["2026-11.md"]);
  });

  it("refuses words that would make the edition's file faulty", async () => {
    const toolkit = tempToolkit("tiny");
    for (const flags of [
      ["--why", "two\nlines"],
      ["--why", ""],
    ]) {
      expectCode(await toolkit.run("pick", "good", ...flags), 2);
      expect(toolkit.list("content/editions")).toEqual([]);
    }
  });
});

describe.concurrent("topics", () => {
  it("tells when each ran last and comes next", async () => {
    const toolkit = tempToolkit("library");
    toolkit.write("content/editions/2026-09.md", "---\ncycle: 2026-09\ntopic: date-stamps\n---\n");
    toolkit.write(edition, "---\ncycle: 2026-11\ntopic: lost-cards\n---\n");
    toolkit.write("content/editions/2027-04.md", "---\ncycle: 2027-04\ntopic: lost-cards\n---\n");
    const { topics } = documentOf<Topics>(expectCode(await toolkit.run("topics", "--json"), 0));
    expect(topics.map(({ slug, lastCycle, nextCycle }) => [slug, lastCycle, nextCycle])).toEqual([
      ["date-stamps", "2026-09", null],
      ["home-delivery", null, null],
      ["lost-cards", "2026-11", expect.stringMatching(/^2027-0[2-4]$/)],
      ["new-catalogue", null, "2027-01"],
      ["quiet-hours", null, "2026-12"],
      ["summer-reading", null, "2027-06"],
    ]);
    expect(topics.find(({ slug }) => slug === "quiet-hours")).toMatchObject({
      title: "Quiet hours, kept by everyone",
      status: "ready",
      priority: 1,
      review: "2027-10-31",
    });
    expect(topics.find(({ slug }) => slug === "home-delivery")).toMatchObject({
      status: "draft",
      priority: 3,
      review: null,
    });
  });
});

describe.concurrent("status", () => {
  it("says where a cycle stands and the one next step, as a command that works", async () => {
    const toolkit = tempToolkit("library");
    const standing = async () => documentOf<Status>(expectCode(await toolkit.run("status", "--json"), 0));
    const step = async (): Promise<void> => {
      const { next } = await standing();
      const args = next.command
        .replace(/^onetopic /, "")
        .replace("LIST", "readers")
        .split(" ");
      expectCode(await toolkit.run(...args, ...(args[0] === "pick" ? ["--auto"] : ["--yes"])), 0);
    };
    expect(await standing()).toMatchObject({ cycle: "2026-11", topic: null, next: { why: /\S/ } });
    await step();
    expect(await standing()).toMatchObject({
      topic: "quiet-hours",
      next: { command: expect.stringContaining("send") },
    });
    await step();
    expect(await standing()).toMatchObject({
      state: "rehearsed",
      next: { command: "onetopic pick --cycle 2026-12" },
    });
  });

  it("names a draft, a past review and a missing approval as what to mend", async () => {
    const toolkit = tempToolkit("library");
    toolkit.write(edition, "---\ncycle: 2026-11\ntopic: lost-cards\n---\n");
    const states: string[] = [];
    for (const [from, to] of [
      ["status: ready", "status: draft"],
      ["review: 2027-10-31", "review: 2026-11-01"],
      ["priority: 2", "priority: 2\napprovers: [schools]"],
    ] as const) {
      toolkit.edit("content/topics/lost-cards.md", from, to);
      const { state, next } = documentOf<Status>(await toolkit.run("status", "--json"));
      states.push(state);
      expect(next.why).toMatch(/\S/);
      toolkit.edit("content/topics/lost-cards.md", to, from);
    }
    expect(states).toEqual(["not-ready", "past-review", "not-approved"]);
  });
});

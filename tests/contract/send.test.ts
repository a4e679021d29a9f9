import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { documentOf, eventsOf, expectCode, tempToolkit, type Run, type TestToolkit } from "../support/cli.ts";

type Tally = Readonly<
  Record<
    | "audience"
    | "accepted"
    | "rejected"
    | "deferred"
    | "pending"
    | "unknown"
    | "suppressed"
    | "excluded"
    | "duplicates"
    | "invalid",
    number
  >
>;

/** The last line of `send --json`; the rows of the list are always the sum of their ends. */
function summaryOf(run: Run): Tally {
  const { event, ...tally } = eventsOf(run).at(-1) as unknown as Tally & { event: string };
  expect(event, `${run.stdout}\n${run.stderr}`).toBe("summary");
  const { audience, ...parts } = tally;
  expect(Object.keys(parts).toSorted()).toEqual(
    [
      "accepted",
      "deferred",
      "duplicates",
      "excluded",
      "invalid",
      "pending",
      "rejected",
      "suppressed",
      "unknown",
    ].toSorted(),
  );
  expect(Object.values(parts).reduce((sum, part) => sum + part)).toBe(audience);
  return tally;
}

/** Whoever has a message in the outbox, sorted. */
function mailed(toolkit: TestToolkit): string[] {
  const address = (message: string) =>
    /^To: (?:[^<\r\n]*<)?([^>\s]+)/im.exec(message.replace(/\r\n[ \t]+/g, " "))?.[1] ?? "";
  return toolkit
    .list("var/outbox")
    .map((file) => address(toolkit.read(`var/outbox/${file}`)))
    .toSorted();
}

function pickedLibrary(): TestToolkit {
  const toolkit = tempToolkit("library");
  toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: quiet-hours\n---\n\nA note.\n");
  return toolkit;
}

function listOf(...addresses: readonly string[]): string {
  return ["email", ...addresses, ""].join("\n");
}

describe.concurrent("send without consent", () => {
  it("shows what would happen, says how to send, and touches nothing", async () => {
    const toolkit = pickedLibrary();
    const run = expectCode(await toolkit.run("send", "--to", "readers"), 0);
    for (const part of [
      "Quiet hours",
      "email",
      "readers",
      "4 messages",
      "outbox:var/outbox",
      "nothing was sent",
    ])
      expect(run.stdout).toContain(part);
    expect(run.stderr).toContain("onetopic send 2026-11 --to readers --confirm 4");
    expect(summaryOf(await toolkit.run("send", "--to", "readers", "--json"))).toMatchObject({
      audience: 4,
      pending: 4,
      accepted: 0,
    });
    expect(toolkit.has("var")).toBe(false);
  });

  it("is refused with another number than the plan's, and sends with the right one", async () => {
    const toolkit = pickedLibrary();
    const wrong = expectCode(await toolkit.run("send", "--to", "readers", "--confirm", "5"), 1);
    expect(wrong.stderr).toContain("--confirm 4");
    expect(mailed(toolkit)).toEqual([]);
    const run = expectCode(await toolkit.run("send", "--to", "readers", "--confirm", "4", "--json"), 0);
    expect(summaryOf(run)).toMatchObject({ audience: 4, accepted: 4 });
    expect(mailed(toolkit)).toEqual([
      "ada@harbour.example",
      "bo@harbour.example",
      "cleo@school.example",
      "dev@school.example",
    ]);
  });
});

describe.concurrent("send to the outbox", { timeout: 120_000 }, () => {
  it("writes one whole message a person, with that audience's asks, and never twice", async () => {
    const toolkit = pickedLibrary();
    expectCode(await toolkit.run("send", "--to", "readers", "--yes"), 0);
    const [ada = "", , cleo = ""] = ["ada@", "bo@", "cleo@"].map(
      (who) =>
        toolkit
          .list("var/outbox")
          .map((file) => toolkit.read(`var/outbox/${file}`))
          .find((message) => message.includes(who)) ?? "",
    );
    for (const message of [ada, cleo]) {
      expect(message).toMatch(/^From: Harbour libraries <news@libraries\.example>\r$/m);
      expect(message).toMatch(/^Subject: Two quiet hours a day\r$/m);
      expect(message).toMatch(/^List-Id: .*<[a-z0-9-]+\.libraries\.example>\r$/im);
      expect(message).toMatch(/^Message-ID: <[^@\s]+@libraries\.example>\r$/m);
      expect(message).toMatch(/^Auto-Submitted: /m);
      expect(message).toMatch(/Content-Type: text\/plain[\s\S]*Content-Type: text\/html/);
      expect(message).not.toMatch(/^(bcc|cc|list-unsubscribe)/im);
    }
    expect(ada).toContain("Put the times on the door");
    expect(ada).not.toContain("Bring classes outside");
    expect(cleo).toContain("Bring classes outside");
    const before = toolkit.list("var/outbox");
    const again = expectCode(await toolkit.run("send", "--to", "readers", "--yes"), 1);
    expect(again.stderr).toMatch(/complete/i);
    expect(toolkit.list("var/outbox")).toEqual(before);
    expect(toolkit.read(`var/outbox/${before[0]}`).length).toBeGreaterThan(1000);
    expectCode(await toolkit.run("send", "--to", "readers", "--variant", "newsletter", "--yes"), 0);
    expect(mailed(toolkit)).toHaveLength(8);
  });

  it("closes the equation for a list with everything in it", async () => {
    const toolkit = pickedLibrary();
    expectCode(await toolkit.run("suppress", "add", "Sup@Readers.example", "--reason", "asked in March"), 0);
    toolkit.write("out-list.csv", listOf("out@readers.example", "sup@readers.example"));
    toolkit.write(
      "messy.csv",
      listOf(
        "one@readers.example",
        "ONE@readers.example",
        " one@Readers.Example ",
        "two@readers.example",
        "sup@readers.example",
        "out@readers.example",
        "no at sign",
        "@readers.example",
        "three@readers",
        '"three@readers.example, four@readers.example"',
        "five@readers.example\u00a0",
        '"Six <six@readers.example>"',
        "",
        '"seven@readers.example',
        "eight@readers.example",
      ),
    );
    const args = ["send", "--to", "messy.csv", "--exclude", "out-list.csv"];
    const plan = await toolkit.run(...args, "--json");
    expect(expectCode(plan, 0).stderr).toMatch(/row 3\b.*row 2/);
    expect(plan.stderr).toMatch(/row 8\b.*no at sign/);
    const messages = summaryOf(plan).pending;
    const done = summaryOf(
      expectCode(await toolkit.run(...args, "--confirm", String(messages), "--json"), 0),
    );
    expect(done).toMatchObject({ accepted: messages, suppressed: 1, excluded: 1, duplicates: 2, pending: 0 });
    const expected = ["eight", "five", "one", "six", "two"].map((name) => `${name}@readers.example`);
    expect(mailed(toolkit)).toEqual(expected);
    expect(done).toMatchObject({ audience: 14, invalid: 5 });
  });

  it.for([
    [
      "UTF-8 with a mark, tabs, CR",
      (text: string) => Buffer.from(`\ufeff${text.replaceAll(",", "\t").replaceAll("\n", "\r")}`),
    ],
    ["UTF-16", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le")],
    [
      "Windows-1252, semicolons, CRLF",
      (text: string) => Buffer.from(text.replaceAll(",", ";").replaceAll("\n", "\r\n"), "latin1"),
    ],
  ] as const)("reads a list in %s", async ([, encode]) => {
    const toolkit = pickedLibrary();
    toolkit.write(
      "l.csv",
      encode(
        'Name,E-Mail,Audience,Job title\n"Zoë ""Zo"" Müller",zoe@readers.example,schools,Head\nÉmile,emile@readers.example,branches,\n',
      ),
    );
    const tally = summaryOf(expectCode(await toolkit.run("send", "--to", "l.csv", "--yes", "--json"), 0));
    expect(tally).toMatchObject({ audience: 2, accepted: 2 });
    const text = toolkit
      .list("var/outbox")
      .map((file) => toolkit.read(`var/outbox/${file}`))
      .join("\n");
    const words = text
      .replace(/=\r\n/g, "")
      .replace(/((?:=[0-9A-F]{2})+)/g, (bytes) => Buffer.from(bytes.replaceAll("=", ""), "hex").toString());
    expect(words).toContain('Dear Zoë "Zo" Müller,');
    expect(words).toContain("Dear Émile,");
  });

  it("gives whoever has no audience, or an unknown one, the version for everyone, and says how many", async () => {
    const toolkit = pickedLibrary();
    toolkit.write(
      "l.csv",
      "email,audience\na@readers.example,schools\nb@readers.example,\nc@readers.example,managers\nd@readers.example,__proto__\n",
    );
    const run = expectCode(await toolkit.run("send", "--to", "l.csv", "--yes"), 0);
    expect(run.stderr).toMatch(/\b3 (people|persons|recipients)\b.*version for everyone/);
    const both = toolkit
      .list("var/outbox")
      .map((file) => toolkit.read(`var/outbox/${file}`))
      .filter(
        (message) =>
          message.includes("Put the times on the door") && message.includes("Bring classes outside"),
      );
    expect(both).toHaveLength(3);
  });

  it("any column of the list may stand in a template, also where there is none", async () => {
    const toolkit = pickedLibrary();
    toolkit.write(
      "templates/partials/more.txt.hbs",
      "\n{{#if recipient.job_title}}As {{recipient.job_title}}{{else}}Whoever you are{{/if}} at {{fallback recipient.organisation 'no desk'}}\n{{#if links.more}}{{links.more.label}} {{links.more.url}}{{/if}}\n",
    );
    toolkit.write("l.csv", "email,Job title,organisation\na@readers.example,Head,Hill School\n");
    expectCode(await toolkit.run("check", "--quick"), 0);
    expectCode(await toolkit.run("send", "--to", "l.csv", "--yes"), 0);
    expect(toolkit.read(`var/outbox/${toolkit.list("var/outbox")[0]}`)).toContain("As Head at Hill School");
    expectCode(await toolkit.run("send", "--to", "readers", "--yes"), 0);
    expect(mailed(toolkit)).toHaveLength(5);
  });

  it("fills ${NAME} in a setting from the environment or .env", async () => {
    const toolkit = pickedLibrary();
    const unsubscribe = "unsubscribe: { url: 'https://${EXIT_HOST}/${EXIT_PATH}?t={token}' }\n";
    toolkit.write("onetopic.yaml", toolkit.read("onetopic.yaml") + unsubscribe);
    toolkit.write(".env", "EXIT_PATH=leave\n");
    const env = { EXIT_HOST: "lists.example" };
    expectCode(await toolkit.runWith({ env }, "send", "--to", "readers", "--yes"), 0);
    const [file = ""] = toolkit.list("var/outbox");
    const message = toolkit.read(`var/outbox/${file}`).replace(/\r\n[ \t]+/g, " ");
    expect(message).toMatch(/^List-Unsubscribe: <https:\/\/lists\.example\/leave\?t=\w+>\r$/m);
  });

  it("--limit sends so many; resume sends the rest, and nobody twice", async () => {
    const toolkit = pickedLibrary();
    const some = await toolkit.run("send", "--to", "readers", "--limit", "1", "--confirm", "1", "--json");
    expect(summaryOf(expectCode(some, 0))).toMatchObject({ accepted: 1, pending: 3 });
    const status = documentOf<{ state: string; next: { command: string } }>(
      await toolkit.run("status", "--json"),
    );
    expect(status).toMatchObject({ state: "interrupted", next: { command: "onetopic resume 2026-11" } });
    expect(summaryOf(expectCode(await toolkit.run("resume", "--limit", "1", "--json"), 0))).toMatchObject({
      accepted: 2,
      pending: 2,
    });
    expectCode(await toolkit.run("suppress", "add", "dev@school.example"), 0);
    expectCode(await toolkit.run("resume", "2026-11"), 0);
    expect(mailed(toolkit)).toEqual(["ada@harbour.example", "bo@harbour.example", "cleo@school.example"]);
    // One more person on the list gets one more message; the others had theirs.
    toolkit.write(
      "people/readers.csv",
      `${toolkit.read("people/readers.csv")}Eve,eve@school.example,,,schools\n`,
    );
    expect(
      summaryOf(expectCode(await toolkit.run("send", "--to", "readers", "--yes", "--json"), 0)),
    ).toMatchObject({ audience: 5, accepted: 4, suppressed: 1 });
    expect(mailed(toolkit)).toHaveLength(4);
  });

  it("--only and --exclude leave people out, each row with its reason; the dry run repeats them", async () => {
    const toolkit = pickedLibrary();
    toolkit.write("out 1.csv", listOf("cleo@school.example"));
    toolkit.write("out2.csv", listOf("bo@harbour.example"));
    const args = ["send", "--to", "readers", "--exclude", "out 1.csv", "--exclude", "out2.csv"];
    const dry = expectCode(await toolkit.run(...args, "--only", "audience=schools", "--json"), 0);
    expect(summaryOf(dry)).toMatchObject({ audience: 4, excluded: 3, pending: 1 });
    expect(dry.stderr).toContain(
      '--to readers --exclude "out 1.csv" --exclude out2.csv --only audience=schools --confirm 1',
    );
    expect(toolkit.has("var")).toBe(false);
    expectCode(await toolkit.run(...args, "--only", "audience=schools", "--confirm", "1"), 0);
    expect(mailed(toolkit)).toEqual(["dev@school.example"]);
    expect(summaryOf(expectCode(await toolkit.run(...args, "--yes", "--json"), 0))).toMatchObject({
      accepted: 2,
      excluded: 2,
    });
    expect(mailed(toolkit)).toEqual(["ada@harbour.example", "dev@school.example"]);
  });

  it("--test shows the mail as somebody on the list gets it, or as an invented person", async () => {
    const toolkit = pickedLibrary();
    const test = ["send", "--test", "me@harbour.example", "--to", "readers"];
    expect(expectCode(await toolkit.run(...test), 2).stderr).toContain("--as");
    expect(expectCode(await toolkit.run(...test, "--as", "99"), 2).stderr).toMatch(/row 99/);
    const as = ["--as", "2", "--as", "CLEO@school.example", "--as", "sample"];
    const run = expectCode(await toolkit.run(...test, ...as, "--yes"), 0);
    expect(run.stdout).toMatch(/to me@harbour\.example, as row 2 of readers \(ada@harbour\.example\)/);
    expect(mailed(toolkit)).toEqual(Array.from({ length: 3 }, () => "me@harbour.example"));
    const messages = toolkit.list("var/outbox").map((file) => toolkit.read(`var/outbox/${file}`));
    expect(messages.filter((one) => one.includes("Dear Ada"))).toHaveLength(1);
    expect(messages.filter((one) => one.includes("Dear Cleo"))).toHaveLength(1);
    // Ada is of the branches; Cleo and the invented person see what their audiences are asked.
    expect(messages.filter((one) => one.includes("Bring classes outside"))).toHaveLength(1);
    expect(toolkit.list("var")).toEqual(["outbox"]);
  });

  it("--test goes to the named addresses and groups, marked, and counts for nothing", async () => {
    const toolkit = pickedLibrary();
    toolkit.write(
      "onetopic.yaml",
      `${toolkit.read("onetopic.yaml")}reviewers:\n  board: [b1@harbour.example, b2@harbour.example]\n`,
    );
    const dry = expectCode(await toolkit.run("send", "--test", "me@harbour.example", "board", "--json"), 0);
    expect(summaryOf(dry)).toMatchObject({ audience: 3, pending: 3 });
    expect(mailed(toolkit)).toEqual([]);
    expectCode(await toolkit.run("send", "--test", "me@harbour.example", "board", "--yes"), 0);
    expect(mailed(toolkit)).toEqual(["b1@harbour.example", "b2@harbour.example", "me@harbour.example"]);
    for (const file of toolkit.list("var/outbox"))
      expect(toolkit.read(`var/outbox/${file}`)).toMatch(/^Subject: .*test/im);
    const { state } = documentOf<{ state: string }>(await toolkit.run("status", "--json"));
    expect(state).toBe("ready-to-send");
  });
});

describe.concurrent("send is refused", { timeout: 120_000 }, () => {
  const refused = async (toolkit: TestToolkit, words: RegExp): Promise<void> => {
    const run = expectCode(await toolkit.run("send", "--to", "readers", "--yes"), 1);
    expect(run.stderr).toMatch(words);
    expect(mailed(toolkit)).toEqual([]);
  };

  it.for([
    [
      "a draft",
      /draft/,
      (kit: TestToolkit) => kit.edit("content/topics/quiet-hours.md", "status: ready", "status: draft"),
    ],
    [
      "a retired topic",
      /retired/,
      (kit: TestToolkit) => kit.edit("content/topics/quiet-hours.md", "status: ready", "status: retired"),
    ],
    [
      "past its review",
      /review.*2026-11-21/,
      (kit: TestToolkit) => kit.edit("content/topics/quiet-hours.md", "2027-10-31", "2026-11-21"),
    ],
    [
      "with errors among its findings",
      /error/,
      (kit: TestToolkit) => kit.edit("content/topics/quiet-hours.md", "](lost-cards.md)", "](lost.md)"),
    ],
    [
      "with an error in the brand",
      /error/,
      (kit: TestToolkit) => kit.edit("content/brands/harbour.yaml", "#8a3b12", "#f7d154"),
    ],
    [
      "with an error in a template",
      /error/,
      (kit: TestToolkit) => kit.write("templates/partials/more.txt.hbs", "{{nobody}}"),
    ],
    [
      "to an empty list",
      /nobody/,
      (kit: TestToolkit) => kit.write("people/readers.csv", "email,name\n,\n\n"),
    ],
    [
      "where nothing is picked",
      /onetopic pick/,
      (kit: TestToolkit) => rmSync(kit.path("content/editions/2026-11.md")),
    ],
  ] as const)("%s", async ([, words, change]) => {
    const toolkit = pickedLibrary();
    change(toolkit);
    await refused(toolkit, words);
  });

  it("with a newsletter that mail programs would cut off", async () => {
    const toolkit = pickedLibrary();
    const topic = "content/topics/quiet-hours.md";
    toolkit.write(topic, `${toolkit.read(topic)}\n${"Many words. ".repeat(10_000)}\n`);
    const run = await toolkit.run("send", "--to", "readers", "--variant", "newsletter", "--yes");
    expect(expectCode(run, 1).stderr).toMatch(/error/);
    expect(mailed(toolkit)).toEqual([]);
  });

  it("when its words have changed since somebody got it; undoing the change lets it go on", async () => {
    const toolkit = pickedLibrary();
    expectCode(await toolkit.run("send", "--to", "readers", "--limit", "2", "--yes"), 0);
    toolkit.edit("content/topics/quiet-hours.md", "Move phone calls", "Move all phone calls");
    for (const args of [["send", "--to", "readers", "--yes"], ["resume"]])
      expect(expectCode(await toolkit.run(...args), 1).stderr).toMatch(
        /changed since 2 people got it in a rehearsal: the words of the topic\.[\s\S]*onetopic topics quiet-hours --since 2026-11/,
      );
    expect(mailed(toolkit)).toHaveLength(2);
    toolkit.edit("content/topics/quiet-hours.md", "Move all phone calls", "Move phone calls");
    expectCode(await toolkit.run("resume"), 0);
    expect(mailed(toolkit)).toHaveLength(4);
  });

  it("with its number, and leaves no trace of having asked", async () => {
    const toolkit = pickedLibrary();
    for (const more of [
      ["--confirm", "5"],
      ["--only", "audience=nobody", "--yes"],
    ])
      expectCode(await toolkit.run("send", "--to", "readers", ...more), 1);
    expect(toolkit.has("var")).toBe(false);
  });

  it("without a list, or with one that cannot be read", async () => {
    const toolkit = pickedLibrary();
    toolkit.write("book.xls", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0, 0, 0]));
    toolkit.write("no-header.csv", "a@readers.example\nb@readers.example\n");
    toolkit.write("empty.csv", "");
    for (const [list, words] of [
      ["book.xls", /book\.xls/],
      ["no-header.csv", /email/],
      ["empty.csv", /email|nobody/],
      ["content", /folder/],
    ] as const) {
      const run = await toolkit.run("send", "--to", list, "--yes");
      expect([1, 2], `${list}: ${run.stderr}`).toContain(run.code);
      expect(run.stderr).toMatch(words);
      expect(run.stderr).not.toMatch(/\n\s+at /);
    }
    expect(mailed(toolkit)).toEqual([]);
  });
});

describe.concurrent("approvals", { timeout: 120_000 }, () => {
  const edition = "content/editions/2026-11.md";
  const approve = (toolkit: TestToolkit, by: string, role: string) =>
    toolkit.run("approve", "--by", by, "--as", role);

  it("are needed from each role, by different people, when the topic asks", async () => {
    const toolkit = pickedLibrary();
    toolkit.edit(
      "content/topics/quiet-hours.md",
      "priority: 1",
      "priority: 1\napprovers: [branches, schools]",
    );
    toolkit.edit(edition, "---\n\nA note", "# Agreed on the phone.\n---\n\nA note");
    const open = async () => (await toolkit.run("send", "--to", "readers")).stderr;
    expect(await open()).toMatch(/missing: branches, schools[\s\S]*onetopic approve 2026-11 --by/);
    expectCode(await approve(toolkit, "Ann", "branches"), 0);
    expectCode(await approve(toolkit, "Ann", "schools"), 0);
    expect(await open()).toMatch(/missing: (branches|schools)\./);
    expectCode(await approve(toolkit, "Bo", "schools"), 0);
    expectCode(await toolkit.run("send", "--to", "readers"), 0);
    expect(toolkit.read(edition)).toMatch(/# Agreed on the phone\.[\s\S]*---\n\nA note\.\n$/);
    expect(toolkit.read(edition)).toMatch(
      /approvals:\n {2}- by: Ann\n {4}role: branches\n {4}on: 2026-11-22\n {4}digest: \S+/,
    );
  });

  it("are voided by a change to what would be sent, restored by undoing it, and untouched by the rest", async () => {
    const toolkit = pickedLibrary();
    toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}approvals: 1\n`);
    const partial = "templates/partials/more.txt.hbs";
    expectCode(await approve(toolkit, "Ann", "head"), 0);
    const holds = async () => (await toolkit.run("send", "--to", "readers")).code === 0;
    const topic = "content/topics/quiet-hours.md";
    const changes: [file: string, from: string, to: string][] = [
      [topic, "Move phone calls", "Move all phone calls"],
      [edition, "A note.", "Another note."],
      ["content/brands/harbour.yaml", "lend books to everybody", "lend books"],
      ["onetopic.yaml", "title: Branch staff", "title: Branches"],
    ];
    for (const [file, from, to] of changes) {
      toolkit.edit(file, from, to);
      expect(expectCode(await toolkit.run("send", "--to", "readers"), 1).stderr, `${file}: ${to}`).toMatch(
        /changed since Ann approved it as head on 22 November 2026: /,
      );
      toolkit.edit(file, to, from);
    }
    toolkit.write(partial, "\n{{links.more.url}} is where to look.\n");
    expect(await holds()).toBe(false);
    rmSync(toolkit.path(partial));
    toolkit.write("content/posts/2026-11-more.md", "---\ntitle: More\ndate: 2026-11-02\n---\n");
    toolkit.edit("content/topics/lost-cards.md", "no lost reader", "not a lost reader");
    toolkit.edit(topic, "owner: Reader services", "owner: Somebody else");
    expect(await holds()).toBe(true);
  });

  it("given at the same moment are all recorded, or whoever lost is told", async () => {
    const toolkit = pickedLibrary();
    const people = ["Ann", "Bo", "Cleo", "Dev", "Eve", "Flo", "Gus", "Hal"];
    const runs = await Promise.all(people.map((by) => toolkit.spawn("approve", "--by", by, "--as", "head")));
    const told = people.filter((_, at) => runs[at]?.code === 0);
    expect(people.filter((by) => toolkit.read(edition).includes(`by: ${by}`))).toEqual(told);
    expectCode(await toolkit.run("check", "--quick"), 0);
  });

  it("record names that the file can hold", async () => {
    const toolkit = pickedLibrary();
    for (const [by, role] of [
      ["two\nlines", "head"],
      ["Ann", "Head Of"],
    ] as const)
      expectCode(await approve(toolkit, by, role), 2);
    expectCode(await approve(toolkit, 'Ann "O\'Neill": #1', "head"), 0);
    expectCode(await toolkit.run("check", "--quick"), 0);
  });
});

describe.concurrent("person", { timeout: 120_000 }, () => {
  it("shows what is held about an address, and forgets all of it after consent", async () => {
    const toolkit = pickedLibrary();
    expectCode(await toolkit.run("send", "--to", "readers", "--yes"), 0);
    // A test is in no ledger, and what was left of a write has no end.
    expectCode(await toolkit.run("send", "--test", "ada@harbour.example", "--yes"), 0);
    const as = ["--to", "readers", "--as", "ADA@harbour.example", "--as", "3"];
    expectCode(await toolkit.run("send", "--test", "me@harbour.example", ...as, "--yes"), 0);
    toolkit.write("var/outbox/.left.eml.part", "To: <ADA@harbour.example>\r\nSubj");
    const held = async () =>
      documentOf<{
        deliveries: { state: string; fields: { name?: string } }[];
        messages: string[];
        lists: { list: string; row: number }[];
        suppression: { reason: string } | null;
      }>(expectCode(await toolkit.run("person", "show", "Ada@harbour.example", "--json"), 0));
    const { messages, ...before } = await held();
    expect(before).toMatchObject({
      suppression: null,
      deliveries: [{ state: "accepted", fields: { name: "Ada Marsh" } }],
      lists: [{ list: "readers", row: 2 }],
    });
    expect(messages).toHaveLength(4);
    expect(messages.map((file) => toolkit.read(file)).join()).toContain(
      "To: Ada Marsh <ada@harbour.example>",
    );
    expect(expectCode(await toolkit.run("person", "forget", "ada@harbour.example"), 2).stderr).toContain(
      "--yes",
    );
    const run = expectCode(await toolkit.run("person", "forget", "ada@harbour.example", "--yes"), 0);
    expect(run.stderr).toMatch(/row 2 of the list readers/);
    expect(await held()).toMatchObject({
      suppression: { reason: "asked to be forgotten" },
      deliveries: [{ state: "accepted", fields: {} }],
      messages: [],
    });
    expect(toolkit.list("var/outbox")).toHaveLength(4);
    for (const file of toolkit.list("var/outbox"))
      expect(toolkit.read(`var/outbox/${file}`)).not.toMatch(/Dear Ada|ada@harbour/i);
    expect(toolkit.read("var/ledger.sqlite")).not.toMatch(/ada@harbour/i);
    const again = await toolkit.run("send", "--to", "readers", "--variant", "newsletter", "--yes", "--json");
    expect(summaryOf(expectCode(again, 0))).toMatchObject({ accepted: 3, suppressed: 1 });
  });
});

describe.concurrent("suppress", () => {
  it("keeps addresses however they are written", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.write(
      "gone.csv",
      listOf("a@readers.example", "B@Readers.example", "a@readers.example", "nobody"),
    );
    const added = await toolkit.run("suppress", "import", "gone.csv", "--reason", "left in May", "--json");
    expect(documentOf(expectCode(added, 1))).toMatchObject({ added: 2, invalid: 1 });
    expectCode(await toolkit.run("suppress", "add", "Bo <b@readers.example>"), 0);
    expectCode(await toolkit.run("suppress", "remove", "A@READERS.example"), 0);
    expectCode(await toolkit.run("suppress", "remove", "a@readers.example"), 1);
    const { suppressions } = documentOf<{ suppressions: { address: string; reason: string }[] }>(
      await toolkit.run("suppress", "list", "--json"),
    );
    expect(suppressions.map(({ address, reason }) => [address.toLowerCase(), reason])).toEqual([
      ["b@readers.example", "left in May"],
    ]);
  });
});

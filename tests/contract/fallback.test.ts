import { describe, expect, it } from "vitest";
import { documentOf, eventsOf, expectCode, tempToolkit, type Run, type TestToolkit } from "../support/cli.ts";

/*
 * Words for one person: "Dear ," never leaves.
 */

const greeting = (name: string) => ({
  html: `<p class="text">\nDear ${name},</p>\n`,
  txt: `Dear ${name},\n`,
});

/** A toolkit with an email of its own that says `Dear …,` in its second and first line. */
function dear(name: string): TestToolkit {
  const toolkit = tempToolkit("tiny");
  toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
  toolkit.write("templates/email.html.hbs", `{{#> layouts/mail}}${greeting(name).html}{{/layouts/mail}}`);
  toolkit.write("templates/email.txt.hbs", greeting(name).txt);
  return toolkit;
}

const gappy = [
  "Email,First name,Ward",
  "ann@tiny.example,Ann,A1",
  "bo@tiny.example,,A2",
  'cleo@tiny.example,"  ",A3',
  "dev@tiny.example,\u200b,A4",
  "",
].join("\n");

/** The messages in the outbox as they are read, without their encoding. */
function outbox(toolkit: TestToolkit): string[] {
  return toolkit.list("var/outbox").map((file) =>
    toolkit
      .read(`var/outbox/${file}`)
      .replace(/=\r\n/g, "")
      .replace(/((?:=[0-9A-F]{2})+)/g, (bytes) => Buffer.from(bytes.replaceAll("=", ""), "hex").toString()),
  );
}

const failureOf = (run: Run) =>
  eventsOf(run).find((event) => "error" in event)?.["error"] as {
    code: string;
    message: string;
    hint: string;
    path: string;
    line: number;
    column: number;
  };

/** The rules that are broken; that so short a text lacks much of the page is beside the point here. */
async function rulesOf(toolkit: TestToolkit): Promise<string[]> {
  const run = await toolkit.run("check", "--quick", "--json");
  const { findings } = documentOf<{ findings: { rule: string }[] }>(run);
  return findings.map(({ rule }) => rule).filter((rule) => rule !== "output/text-incomplete");
}

describe.concurrent("a field without a fallback", { timeout: 120_000 }, () => {
  it("that is empty for anyone keeps the whole send back, with its place, the rows, and what to do", async () => {
    const toolkit = dear("{{recipient.first_name}}");
    toolkit.write("l.csv", gappy);
    for (const consent of [[], ["--yes"], ["--confirm", "4"], ["--limit", "1", "--yes"]]) {
      const run = expectCode(await toolkit.run("send", "--to", "l.csv", ...consent), 1);
      expect(run.stderr).toMatch(/templates\/email\.html\.hbs:2:8 {2}template\/no-fallback/);
      expect(run.stderr).toContain("3 of 4 people");
      expect(run.stderr).toContain(
        "row 3 (bo@tiny.example), row 4 (cleo@tiny.example), row 5 (dev@tiny.example)",
      );
      expect(run.stderr).toContain('{{fallback recipient.first_name "…"}}');
      expect(run.stderr).toContain("templates/email.txt.hbs:1:8");
    }
    expect(outbox(toolkit)).toEqual([]);
    const status = documentOf<{ state: string; runs: unknown[] }>(await toolkit.run("status", "--json"));
    expect(status).toMatchObject({ state: "ready-to-send", runs: [] });

    toolkit.edit("l.csv", "bo@tiny.example,,", "bo@tiny.example,Bo,");
    const json = expectCode(await toolkit.run("send", "--to", "l.csv", "--json"), 1);
    expect(eventsOf(json).map(({ event }) => event)).toEqual(["plan", "summary", undefined]);
    expect(failureOf(json)).toMatchObject({
      code: "template/no-fallback",
      path: "templates/email.html.hbs",
      line: 2,
      column: 8,
    });
    expect(failureOf(json).message).toContain("2 of 4 people: row 4 (cleo@tiny.example), row 5");

    // Nobody looks at those who get nothing.
    expectCode(await toolkit.run("suppress", "add", "cleo@tiny.example"), 0);
    toolkit.write("out.csv", "email\ndev@tiny.example\n");
    expectCode(await toolkit.run("send", "--to", "l.csv", "--exclude", "out.csv", "--yes"), 0);
    expect(outbox(toolkit).filter((message) => /^Dear (Ann|Bo),\r$/m.test(message))).toHaveLength(2);
    expect(outbox(toolkit)).toHaveLength(2);
  });

  it("of a name that the list does not have is told with the column that is meant", async () => {
    const toolkit = dear("{{recipient.fist_name}} of {{recipient.zzzz}}");
    toolkit.write("l.csv", gappy);
    const { stderr } = expectCode(await toolkit.run("send", "--to", "l.csv", "--yes"), 1);
    expect(stderr).toMatch(
      /l\.csv has no column "fist_name".*4 of 4 people[\s\S]*Did you mean "first_name"\?/,
    );
    expect(stderr).toMatch(/templates\/email\.html\.hbs:2:35 .*has no column "zzzz"/);
    expect(stderr.match(/Did you mean/g)).toHaveLength(1);
    expect(outbox(toolkit)).toEqual([]);
  });

  it("keeps a test back as well, whose people stand in no list", async () => {
    const toolkit = dear("{{recipient.first_name}}");
    for (const consent of [[], ["--yes"]]) {
      const run = expectCode(await toolkit.run("send", "--test", "me@tiny.example", ...consent, "--json"), 1);
      expect(failureOf(run)).toMatchObject({ code: "template/no-fallback", line: 2 });
      expect(failureOf(run).message).toContain("no list");
    }
    expect(outbox(toolkit)).toEqual([]);
    toolkit.write("templates/email.html.hbs", "<p>To {{recipient.email}}</p>");
    toolkit.write("templates/email.txt.hbs", "To {{recipient.email}}");
    expectCode(await toolkit.run("send", "--test", "me@tiny.example", "--yes"), 0);
    expect(outbox(toolkit)[0]).toContain("To me@tiny.example");
  });

  it("concerns its own variant, whatever level its rule has", async () => {
    const toolkit = dear("{{recipient.first_name}}");
    toolkit.write("l.csv", gappy);
    toolkit.write(
      "onetopic.yaml",
      `${toolkit.read("onetopic.yaml")}checks: { template/no-fallback: "off" }\n`,
    );
    expect(await rulesOf(toolkit)).toEqual([]);
    expectCode(await toolkit.run("send", "--to", "l.csv", "--yes"), 1);
    expectCode(await toolkit.run("send", "--to", "l.csv", "--variant", "newsletter", "--yes"), 0);
    toolkit.edit("onetopic.yaml", '"off"', "error");
    const strict = expectCode(await toolkit.run("send", "--to", "l.csv", "--yes"), 1);
    expect(strict.stderr).toMatch(/errors among the findings/);
    expect(outbox(toolkit)).toHaveLength(4);
  });

  it("is looked for again before a send goes on", async () => {
    const toolkit = dear("{{recipient.first_name}}");
    toolkit.write("l.csv", gappy.replaceAll(/,(?:"  "|\u200b|),A/g, ",Sam,A"));
    expectCode(await toolkit.run("send", "--to", "l.csv", "--limit", "1", "--yes"), 0);
    const { DatabaseSync } = await import("@photostructure/sqlite");
    const ledger = new DatabaseSync(toolkit.path("var/ledger.sqlite"));
    const blank = (name: string) =>
      ledger
        .prepare(
          "update deliveries set fields = json_set(fields, '$.first_name', ?) where address like 'cleo%'",
        )
        .run(name);
    blank("\u00a0");
    const refused = expectCode(await toolkit.run("resume"), 1);
    expect(refused.stderr).toMatch(/It cannot go on[\s\S]*1 of 3 people: row 4 \(cleo@tiny\.example\)/);
    expect(outbox(toolkit)).toHaveLength(1);
    blank("Cleo");
    ledger.close();
    expectCode(await toolkit.run("resume"), 0);
    expect(outbox(toolkit)).toHaveLength(4);
  });
});

describe.concurrent("a fallback", { timeout: 120_000 }, () => {
  it("shows where the row says nothing, and is text whatever it says", async () => {
    const hostile = `</p><script>alert(1)</script> & 'friend' #eval(1)`;
    const toolkit = dear(`{{fallback recipient.first_name "${hostile}"}}`);
    toolkit.write("l.csv", gappy);
    expect(await rulesOf(toolkit)).toEqual([]);
    expectCode(await toolkit.run("send", "--to", "l.csv", "--confirm", "4"), 0);
    const messages = outbox(toolkit);
    expect(messages.filter((message) => message.includes("Dear Ann,"))).toHaveLength(1);
    const others = messages.filter((message) => !message.includes("Dear Ann,"));
    expect(others).toHaveLength(3);
    for (const message of others) {
      expect(message).toContain(`Dear ${hostile},`);
      expect(message).toContain(
        "Dear &lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;friend&#39; #eval(1),",
      );
      const html = message.slice(message.indexOf("<!doctype"));
      expect(html).not.toMatch(/<script|Dear\s*,/);
    }
    expectCode(await toolkit.run("send", "--test", "me@tiny.example", "--yes"), 0);
    expect(outbox(toolkit)).toHaveLength(5);
  });

  it("may be an {{else}}, for values that cannot be seen too, and for nobody in particular", async () => {
    const toolkit = dear("{{#if recipient.first_name}}{{recipient.first_name}}{{else}}all{{/if}}");
    toolkit.write("l.csv", gappy);
    expectCode(await toolkit.run("send", "--to", "l.csv", "--yes"), 0);
    expect(outbox(toolkit).filter((message) => /^Dear all,\r$/m.test(message))).toHaveLength(3);
    expectCode(await toolkit.run("render", "--variant", "email", "--format", "txt"), 0);
    expect(toolkit.read("out/good/email.txt")).toContain("Dear all,");
  });
});

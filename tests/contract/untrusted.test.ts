import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { documentOf, eventsOf, expectCode, tempToolkit, type TestToolkit } from "../support/cli.ts";
import { openWord } from "../support/word.ts";

/*
 * What stands in a topic, a brand, the settings or a list is text. It never becomes markup, code or a header.
 */

const markup = `<script>alert(1)</script><img src=x onerror=alert(2)>`;
const template = "{{topic.title}} {{{topic.body}}} {{> footer}} {{#if x}}";
const typst = `#eval("1+1") #read("/etc/hostname") $x$ *b* \\u{41} "q" // c`;
const hostile = `${markup} ${template}`;

function hostileToolkit(): TestToolkit {
  const toolkit = tempToolkit("tiny");
  const quoted = (text: string) => JSON.stringify(text);
  toolkit.write(
    "onetopic.yaml",
    `toolkit: ${quoted(`Tiny ${markup} {{x}}`)}
organisation: ${quoted(hostile)}
brand: plain
audiences:
  staff: { title: ${quoted("Staff <b>&amp; {{x}}")} }
  managers: { title: "Managers #eval(1)" }
sender: { name: ${quoted('Tiny "News" <b>, Ltd; <x@y.example>')}, address: news@tiny.example }
cycle: { every: month, starts: 2026-11-03 }
`,
  );
  toolkit.write(
    "content/brands/plain.yaml",
    `name: ${quoted(`Plain ${markup}`)}
colours: { primary: "#1f4e5f" }
footer: ${quoted(`${template} ${typst}`)}
address: ${quoted("1 <b>Street</b> & Co")}
contact: { name: ${quoted(`"><b>Ann`)}, email: ann@tiny.example, phone: ${quoted("1<2")} }
website: https://tiny.example/?a=1&b=%22'
`,
  );
  toolkit.write(
    "content/topics/good.md",
    `---
title: ${quoted(`<script>alert(1)</script> {{x}} "q" #eval(1) 'a' &amp;`)}
summary: ${quoted(`${markup} {{topic.title}} #eval("1")`)}
status: ready
messages:
  - ${quoted(template)}
  - ${quoted(typst)}
  - ${quoted(`${markup} &lt;b&gt; <!-- -->`)}
actions:
  staff: [${quoted(`</li></ul><script>alert(3)</script>`)}]
  managers: [${quoted("#{1 + 1} #set page(width: 1pt) @label <label> ~ --- ...")}]
scenario: ${quoted(hostile)}
link: { label: ${quoted(`"><script>alert(4)</script>`)}, url: "https://tiny.example/?q=%3Cb%3E&x='y'", short: ${quoted("<b>#x")} }
contact: { name: "<i>Bo</i>", email: bo@tiny.example }
sources:
  - { title: ${quoted(`<b>${template}`)}, url: "https://tiny.example/'onclick='x" }
variants:
  newsletter: { subject: ${quoted(`${markup.slice(0, 25)} {{x}}`)}, preheader: ${quoted(`--> ${markup}`)} }
  poster: { strapline: ${quoted(typst)} }
---

${hostile}

## Heading <script>alert(5)</script> {{x}}

\`<code>{{x}}</code>\` and ${typst}

| <b>a</b> | {{x}} |
| -------- | ----- |
| #eval(1) | <i>   |

    <pre>{{{x}}}</pre>

[a link](https://tiny.example/"onmouseover="alert(6)) and [<b>b</b>](<https://tiny.example/<script>>)
`,
  );
  toolkit.write(
    "content/editions/2026-11.md",
    `---\ncycle: 2026-11\ntopic: good\n---\n\n${hostile}\n\n${typst}\n`,
  );
  toolkit.write(
    "content/posts/2026-11-post.md",
    `---\ntitle: ${quoted(hostile)}\ndate: 2026-11-01\nsummary: ${quoted(template)}\n---\n`,
  );
  return toolkit;
}

/** What of the content came through as elements, attributes, comments or template values. */
function smuggled(html: string): string[] {
  // The only comments are those of the templates, for Outlook.
  const page = html.replace(/<!--\[if mso\]>[\s\S]*?<!\[endif\]-->/g, "");
  return [
    ...(page.match(/<\/?(script|b|i|label|code>\{\{|!--)[\s>]/gi) ?? []),
    ...(page.match(/<[a-z][^>]*\son[a-z]+\s*=/gi) ?? []),
    ...(page.match(/<img [^>]*src="?x\b/gi) ?? []),
  ];
}

/** A message's text and HTML as they are read, without their encoding. */
function decoded(message: string): string {
  return message
    .replace(/=\r?\n/g, "")
    .replace(/((?:=[0-9A-F]{2})+)/g, (bytes) => Buffer.from(bytes.replaceAll("=", ""), "hex").toString());
}

function htmlPartOf(message: string): string {
  const text = decoded(message);
  return text.slice(text.toLowerCase().indexOf("<!doctype html"));
}

describe("hostile words in content", { timeout: 120_000 }, () => {
  const toolkit = hostileToolkit();

  it("are told as they stand, and pass through every form as text", async () => {
    const check = await toolkit.run("check", "--json");
    expect(
      documentOf<{ findings: { rule: string; severity: string }[] }>(check).findings.filter(
        ({ severity }) => severity === "error",
      ),
    ).toEqual([]);
    expectCode(await toolkit.run("render"), 0);
    expectCode(await toolkit.run("export", "--as", "html"), 0);
    expectCode(await toolkit.run("export", "--as", "eml"), 0);
    expectCode(await toolkit.run("export", "--as", "docx"), 0);
    for (const name of toolkit.list("out/good").filter((file) => file.endsWith(".html"))) {
      const html = toolkit.read(`out/good/${name}`);
      expect(smuggled(html), name).toEqual([]);
      expect(html, name).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
      expect(html, name).toContain("{{x}}");
    }
    for (const name of ["newsletter.txt", "email.txt"])
      for (const part of [
        "<script>alert(1)</script>",
        "{{topic.title}} {{{topic.body}}} {{> footer}} {{#if x}}",
        '#eval("1+1")',
      ])
        expect(toolkit.read(`out/good/${name}`).replace(/\s+/g, " "), name).toContain(part);
  });

  it("stand in the review pack as they were typed", () => {
    const { paragraphs, links } = openWord(readFileSync(toolkit.path("out/good/review.docx")));
    const words = paragraphs.map(({ text }) => text).join("\n");
    for (const part of [
      `<script>alert(1)</script> {{x}} "q" #eval(1) 'a' &amp;`,
      template,
      typst,
      "</li></ul><script>alert(3)</script>",
      "<b>#x",
    ])
      expect(words).toContain(part);
    for (const address of links.values()) expect(address).toMatch(/^(https?|mailto):[^"<>\s]*$/);
  });

  it("add no header to a message, and its subject is the title", () => {
    for (const name of toolkit.list("out/good").filter((file) => file.endsWith(".eml"))) {
      const message = toolkit.read(`out/good/${name}`);
      const [head = ""] = message.split("\r\n\r\n", 1);
      const fields = head
        .replace(/\r\n[ \t]+/g, " ")
        .split("\r\n")
        .map((line) => line.slice(0, line.indexOf(":")));
      const known = new Set([
        "From",
        "Message-ID",
        "Date",
        "Subject",
        "MIME-Version",
        "Content-Type",
        "List-Id",
        "List-ID",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "X-Unsent",
      ]);
      expect(
        fields.filter((field) => !known.has(field)),
        name,
      ).toEqual([]);
      expect(smuggled(htmlPartOf(message)), name).toEqual([]);
    }
  });

  it.runIf(spawnSync("pdftotext", ["-v"]).error === undefined)(
    "stand on the poster as they were typed",
    () => {
      const { stdout } = spawnSync("pdftotext", ["-raw", toolkit.path("out/good/poster.pdf"), "-"], {
        encoding: "utf8",
      });
      // Lines break where they must, also behind a slash.
      const words = stdout.replace(/\s+/g, "");
      for (const part of [
        '<script>alert(1)</script> {{x}} "q" #eval(1)',
        '#eval("1+1")',
        '#read("/etc/hostname")',
        "{{{topic.body}}}",
        "#set page(width:",
        "\\u{41}",
        "@label <label>",
      ])
        expect(words).toContain(part.replaceAll(" ", ""));
      expect(words).not.toContain(spawnSync("hostname", { encoding: "utf8" }).stdout.trim());
    },
  );
});

describe.concurrent("hostile words in a list", { timeout: 120_000 }, () => {
  it("become neither header nor markup nor another recipient", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
    const names = [
      "Eve\r\nBcc: all@victim.example",
      "<script>alert(1)</script>",
      "{{topic.title}} {{{x}}}",
      'O"Neill, <x@victim.example>',
      "Zoë 🎈 \u202Eevil",
      "a,b@victim.example",
      "=?utf-8?q?=0D=0ABcc:x@victim.example?=",
    ];
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const rows = names.map(
      (name, index) => `${quoted(name)},p${index}@tiny.example,${quoted("staff\r\nX-Evil: 1")}`,
    );
    toolkit.write(
      "people.csv",
      [
        "name,email,audience",
        ...rows,
        'Two,"a@x.example, b@x.example",staff',
        'Line,"c@x.example\r\nBcc: d@x.example",staff',
      ].join("\r\n"),
    );
    const run = expectCode(await toolkit.run("send", "--to", "people.csv", "--yes", "--json"), 0);
    expect(eventsOf(run).at(-1)).toMatchObject({
      event: "summary",
      audience: names.length + 2,
      accepted: names.length,
      invalid: 2,
    });
    const outbox = toolkit.list("var/outbox").map((file) => toolkit.read(`var/outbox/${file}`));
    expect(outbox).toHaveLength(names.length);
    for (const message of outbox) {
      const [head = ""] = message.split("\r\n\r\n", 1);
      expect(head).not.toMatch(/^(bcc|cc|x-evil):/im);
      expect(head.match(/^to:/gim)).toHaveLength(1);
      expect(head.replace(/\r\n[ \t]+/g, " ")).toMatch(/^To: (.*<)?p\d@tiny\.example>?$/m);
      expect(smuggled(htmlPartOf(message))).toEqual([]);
      for (const line of message.split("\r\n")) expect(line.length).toBeLessThan(999);
      expect(message.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    }
    expect(outbox.some((message) => decoded(message).includes("Dear {{topic.title}} {{{x}}},"))).toBe(true);
    expect(
      outbox.some((message) => decoded(message).includes("Dear &lt;script&gt;alert(1)&lt;/script&gt;,")),
    ).toBe(true);
  });

  it("make no line that mail servers refuse", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
    toolkit.write("people.csv", `email,name\na@tiny.example,${"x".repeat(2000)}\n`);
    expectCode(await toolkit.run("send", "--to", "people.csv", "--yes"), 0);
    const [file = ""] = toolkit.list("var/outbox");
    const longest = Math.max(
      ...toolkit
        .read(`var/outbox/${file}`)
        .split("\r\n")
        .map(({ length }) => length),
    );
    // RFC 5322, 2.1.1
    expect(longest).toBeLessThanOrEqual(998);
  });
});

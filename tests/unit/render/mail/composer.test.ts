import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { openToolkit } from "../../../../src/cli/context.ts";
import { openWorkshop } from "../../../../src/cli/workshop.ts";
import type { Recipient } from "../../../../src/domain/recipient.ts";
import type { RenderInput } from "../../../../src/render/build-view.ts";
import { letterFrom } from "../../../../src/render/letter.ts";
import { namesIn } from "../../../../src/render/mail/columns.ts";
import { Composer } from "../../../../src/render/mail/composer.ts";
import { composeMessage } from "../../../../src/render/mime.ts";
import type { Mail } from "../../../../src/render/studio.ts";
import { tempToolkit } from "../../../support/cli.ts";
import { dice, hardWords } from "../../../support/hard-names.ts";
import { contextIn } from "../../../support/inside.ts";

const html = `{{#> layouts/mail}}
<h1 class="headline">{{topic.headline}}</h1>
<p title="{{recipient.name}}">Dear {{fallback recipient.name "colleague"}}{{recipient.ward}}{{recipient.email}}, {{#if recipient.ward}}of {{recipient.ward}}{{else}}of no ward{{/if}}.</p>
{{#with recipient}}<p>.{{fallback role "no role"}}
.</p>{{/with}}
<pre>
  two  blanks\there  {{#unless recipient.[Job title]}}none{{/unless}}{{recipient.[Job title]}}
</pre>
{{#each topic.messages}}<p>{{this}} {{@root.recipient.name}}</p>{{/each}}
{{> contact}}
{{/layouts/mail}}
`;
const text = `{{#> layouts/mail}}
{{fallback recipient.name "colleague"}}
===

{{#if recipient.ward}}{{recipient.ward}}
-----
{{/if}}


- You get this for {{fallback recipient.role "your work"}} at {{recipient.email}}, with words enough to fill the line.
    {{recipient.ward}}
{{recipient.[Job title]}}


.{{recipient.name}}{{recipient.ward}}
{{/layouts/mail}}
{{recipient.ward}}`;

const seed = "0123456789abcdef".repeat(4);

/** Composes the email of a toolkit to anyone, filled in and as a whole. */
async function post(
  templates: Readonly<Record<string, string>>,
  fixture = "sampler",
  look?: (name: string) => string,
) {
  const toolkit = tempToolkit(fixture);
  for (const [name, source] of Object.entries(templates)) toolkit.write(`templates/${name}`, source);
  const context = contextIn(toolkit.root);
  const workshop = await openWorkshop(context, await openToolkit(context));
  const { settings } = workshop.toolkit;
  const topic = workshop.toolkit.topics[0];
  if (!topic) throw new Error("The toolkit has no topic.");
  let rendered = 0;
  const frame = (mail: Mail, input: RenderInput) => ({
    ...letterFrom(settings, input, mail),
    date: "2026-11-03T09:30:00.000Z",
  });
  const composer = new Composer({
    mail: async (input) => {
      rendered += 1;
      const mail = await workshop.studio.mail(input);
      const seen = look && `<p>Looked: ${look(input.recipient?.fields["name"] ?? "")}</p></body>`;
      return seen ? { ...mail, html: mail.html.replace("</body>", seen) } : mail;
    },
    names: namesIn(workshop.templates),
    frame,
    seed,
  });
  const inputFor = workshop.inputOf(topic, undefined);
  const messageOf = (to: Recipient) => {
    const link = `https://sampler.example/leave?who=${to.row}&list=a`;
    const audience = to.row % 3 === 0 ? "readers" : undefined;
    const input = { ...inputFor({ variant: "email", audience, brand: workshop.brand.id }), recipient: to };
    const address = {
      to: { name: (to.fields["name"] ?? "").slice(0, 200), address: to.address },
      messageId: `<${to.row}@sampler.example>`,
      headers: { "List-Unsubscribe": `<${link}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
    };
    return { input: { ...input, unsubscribe: link }, address };
  };
  return {
    rendered: () => rendered,
    filled: async (to: Recipient) => {
      const { input, address } = messageOf(to);
      const { raw, isRelaxed } = await composer.compose(input, input, address);
      // What cannot be filled in is composed by nodemailer.
      expect(isRelaxed).toBe(look === undefined && !isOdd({ ...to.fields, other: "" }));
      return raw;
    },
    whole: async (to: Recipient) => {
      const { input, address } = messageOf(to);
      const letter = frame(await workshop.studio.mail(input), input);
      return composeMessage({
        ...letter,
        ...address,
        headers: { ...letter.headers, ...address.headers },
        boundary: seed.slice(0, 24),
      });
    },
  };
}

function person(
  row: number,
  fields: Readonly<Record<string, string>>,
  address = `p${row}@readers.example`,
): Recipient {
  return { address, key: address, fields, row };
}

/** So many people, each with hard words in some of the columns. */
function people(count: number): Recipient[] {
  const roll = dice(7);
  const word = () =>
    roll(4) === 0
      ? `${hardWords[roll(hardWords.length)]} ${hardWords[roll(hardWords.length)]}`
      : (hardWords[roll(hardWords.length)] ?? "");
  return Array.from({ length: count }, (_, row) => {
    const fields: Record<string, string> = { name: hardWords[row % hardWords.length] ?? "", other: word() };
    for (const column of ["ward", "role", "Job title"]) if (roll(3) > 0) fields[column] = word().trim();
    return person(row, fields, row % 5 === 0 ? `wörk${row}@readers.example` : `o'p+${row}@readers.example`);
  });
}

/** Holds what cannot be filled in. */
function isOdd(fields: Readonly<Record<string, string>>): boolean {
  return Object.values(fields).some((value) => /\r(?!\n)/.test(value) || value.toWellFormed() !== value);
}

/** The body as DKIM signs it (RFC 6376, 3.4.4). */
function relaxed(body: string): string {
  const lines = body.split("\r\n").map((line) => line.replace(/[ \t]+/g, " ").replace(/ $/, ""));
  return `${lines.join("\r\n").replace(/(?:\r\n)+$/, "")}\r\n`;
}

async function read(raw: Buffer) {
  const { headers, html: page, text: plain, attachments, ...parsed } = await PostalMime.parse(raw);
  return { headers, page, plain, from: parsed.from, to: parsed.to, subject: parsed.subject, attachments };
}

describe("a message that is filled in", { timeout: 60_000 }, () => {
  it("says exactly what nodemailer composes, whatever stands in the list", async () => {
    const { filled, whole, rendered } = await post({ "email.html.hbs": html, "email.txt.hbs": text });
    for (const to of people(300)) {
      const [ours, theirs] = [await filled(to), await whole(to)];
      expect(await read(ours), JSON.stringify(to)).toEqual(await read(theirs));
    }
    // Two audiences, eight sets of fields, three renderings each, and the few words that are not written alike.
    expect(rendered()).toBeLessThan(2 * 8 * 3 + 50);
  });

  it("is ready for the wire: short lines that end in CRLF, none with a dot in front, all ASCII in the body", async () => {
    const { filled } = await post({ "email.html.hbs": html, "email.txt.hbs": text });
    for (const to of people(120).filter(({ fields }) => !isOdd(fields))) {
      const raw = await filled(to);
      const [head = "", ...rest] = raw.toString("latin1").split("\r\n\r\n");
      const body = rest.join("\r\n\r\n");
      expect(relaxed(body)).toBe(body);
      expect(raw.toString("latin1").replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
      expect(body).not.toMatch(/[^\x20-\x7e\r\n]|^\./m);
      expect(Math.max(...body.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(76);
      expect(Math.max(...head.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
      expect(head.match(/^(?:To|Bcc|X-Evil):/gim)).toEqual(["To:"]);
    }
  });

  it("is rendered once for each set of fields, and shows nothing of what stood in for them", async () => {
    const { filled, whole, rendered } = await post({}, "tiny");
    for (let row = 1; row < 200; row += 3) {
      const raw = await filled(person(row, { name: `Ann ${row}`, unused: `${row}` }));
      expect(await read(raw)).toEqual(await read(await whole(person(row, { name: `Ann ${row}` }))));
      expect(raw.toString("latin1")).not.toContain(seed.slice(24));
    }
    // Two renderings with marks, and one to compare with.
    expect(rendered()).toBe(3);
  });

  it.each([
    ["counts its letters", (name: string) => `${name.length}`],
    ["shows some of it", (name: string) => name.slice(0, 2)],
    ["asks what it is", (name: string) => (/^[A-Z][a-z]*$/.test(name) ? "short" : "long")],
  ])("is composed as a whole where something looks into a value: %s", async (_, look) => {
    const { filled, rendered } = await post({}, "tiny", look);
    for (const name of ["Al", "Ann", "Beth"])
      expect((await read(await filled(person(1, { name })))).page).toContain(`<p>Looked: ${look(name)}</p>`);
    expect(rendered()).toBeGreaterThanOrEqual(2 + 3);
  });

  it("has the same bytes each time", async () => {
    const once = await post({}, "tiny");
    const again = await post({}, "tiny");
    const [ann, bo] = [person(1, { name: "Ann" }), person(4, { name: "Bo" })];
    const first = await once.filled(bo);
    await again.filled(ann);
    expect((await again.filled(bo)).equals(first)).toBe(true);
  });
});

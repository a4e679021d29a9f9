import type { Variant } from "../../domain/topic.ts";
import { buildView, type RenderInput, type RichFormatter } from "../build-view.ts";
import { parseInline, parseMarkdown } from "../markdown/parse.ts";
import type { Block, Inline } from "../markdown/tree.ts";
import type { Rich, View } from "../view.ts";
import { fact, heading, list, own, paragraph, passage, text, type Passage } from "./pieces.ts";

/** Gives the view of one variant, for everyone or for one audience, with Markdown as it was typed. */
export type ViewOf = (variant: Variant, audience?: string) => View;

/** Markdown stays Markdown, so that it becomes Word only after the brand's words are in it. */
const asTyped: RichFormatter = { inline: (markdown) => markdown, block: (markdown) => markdown };

/** Makes the views that the pack's words are taken from: the same ones that every other output is made from. */
export function viewsOf(
  toolkit: Parameters<typeof buildView>[0],
  inputOf: (variant: Variant, audience?: string) => RenderInput,
): ViewOf {
  return (variant, audience) =>
    buildView(toolkit, inputOf(variant, audience), { rich: asTyped, logo: null, qr: "" });
}

interface Ask {
  readonly title: string;
  readonly actions: readonly string[];
}

/** What may differ from variant to variant. */
interface Words {
  readonly headline: string;
  readonly strapline: string;
  readonly text: string;
  readonly messages: readonly string[];
  readonly asks: readonly Ask[];
}

const names = { email: "Email", poster: "Poster", screen: "Screen", social: "Social posts" } as const;
const others = ["email", "poster", "screen", "social"] as const;

/**
 * All words that would be sent, in the order in which they are read: the newsletter whole, of the other variants what
 * they say differently.
 * @param audiences ids, in the order of the settings
 * @param home the topic's file
 * @param noteHome the edition's file
 */
export function wording(
  viewOf: ViewOf,
  audiences: readonly string[],
  home: string,
  noteHome: string,
): Passage[] {
  const view = viewOf("newsletter");
  const words = wordsOf(viewOf, "newsletter", audiences);
  return [
    own([...inbox(view, viewOf("email")), heading(1, "Newsletter"), ...headlines(words)], home),
    ...written("Opening text, for the newsletter alone", words.text, home),
    ...written("Note for this edition", typed(view.edition.note), noteHome),
    own([...scenario(view), ...messages(words.messages), ...asks(words.asks)], home),
    ...written("Article", typed(view.topic.body), home),
    own([...more(view), ...sources(view), ...smallPrint(view)], home),
    ...otherVariants(viewOf, audiences, words, home),
  ];
}

/** Markdown of more than one line, under a title; nothing when there is none. */
function written(title: string, markdown: string, home: string): Passage[] {
  return markdown === "" ? [] : [own([heading(2, title)], home), passage(parseMarkdown(markdown), home, 2)];
}

function otherVariants(viewOf: ViewOf, audiences: readonly string[], base: Words, home: string): Passage[] {
  const same: string[] = [];
  const sections = others.flatMap((variant): Passage[] => {
    const section = variantSection(wordsOf(viewOf, variant, audiences), base, home);
    if (section.length === 0) {
      same.push(names[variant].toLowerCase());
      return [];
    }
    const title = [
      heading(1, names[variant]),
      paragraph("Only its own words stand here. What else it says stands under Newsletter."),
    ];
    return [own(title, home), ...section];
  });
  if (same.length === 0) return sections;
  const sentence = `All that these say stands under Newsletter: ${same.join(", ")}.`;
  return [...sections, own([heading(1, "Other forms"), paragraph(sentence)], home)];
}

function variantSection(words: Words, base: Words, home: string): Passage[] {
  const changed = (key: keyof Words) => JSON.stringify(words[key]) !== JSON.stringify(base[key]);
  const lines = [
    ...headlines({
      headline: changed("headline") ? words.headline : "",
      strapline: changed("strapline") ? words.strapline : "",
    }),
    ...(changed("messages") ? messages(words.messages) : []),
    ...(changed("asks") ? asks(words.asks) : []),
  ];
  // Longer text is for its own variant alone: there is none to fall back on.
  const further = written("Text", words.text, home);
  return [...(lines.length > 0 ? [own(lines, home)] : []), ...further];
}

/** A variant's words with what each audience is asked, whichever version it stands in. */
function wordsOf(viewOf: ViewOf, variant: Variant, audiences: readonly string[]): Words {
  const { headline, strapline, text: longer, messages: lines } = viewOf(variant).topic;
  const all = audiences.flatMap((audience) => viewOf(variant, audience).topic.asks);
  const byAudience = new Map(all.map(({ id, ...ask }) => [id, ask]));
  return {
    headline,
    strapline,
    text: typed(longer),
    messages: lines.map(typed),
    asks: [...byAudience.values()].map(({ title, actions }) => ({ title, actions: actions.map(typed) })),
  };
}

function typed(rich: Rich): string {
  return String(rich);
}

function inline(markdown: string): readonly Inline[] {
  const [line] = parseInline(markdown).blocks;
  return line?.kind === "plain" ? line.children : [];
}

function inbox({ topic }: View, { topic: email }: View): Block[] {
  const head = ["Sent as", "Subject", "Preview text"].map(text);
  const rows = [
    ["Newsletter", topic.subject, topic.preheader],
    ["Email", email.subject, email.preheader],
  ];
  return [
    heading(1, "In the inbox"),
    { kind: "table", head, align: [], rows: rows.map((row) => row.map(text)) },
  ];
}

function headlines({ headline, strapline }: Pick<Words, "headline" | "strapline">): Passage["blocks"] {
  const rows = [...fact("Headline", headline), ...fact("Strapline", strapline)];
  return rows.length === 0 ? [] : [{ kind: "facts", framed: false, rows }];
}

function scenario({ topic }: View): Block[] {
  const words = typed(topic.scenario);
  if (words === "") return [];
  return [heading(2, "Opening scene"), { kind: "paragraph", children: inline(words) }];
}

function messages(lines: readonly string[]): Block[] {
  return lines.length === 0 ? [] : [heading(2, "Key messages"), list(lines.map(inline))];
}

function asks(all: readonly Ask[]): Block[] {
  const each = all.flatMap(({ title, actions }) => [heading(3, title), list(actions.map(inline))]);
  return each.length === 0 ? [] : [heading(2, "What each audience is asked"), ...each];
}

function more({ links }: View): Passage["blocks"] {
  if (!links.more) return [];
  const { label, url, display } = links.more;
  const link: Inline = { kind: "link", href: url, children: text(label) };
  const rows = [{ name: "Link", lines: [{ words: [link] }] }, ...fact("On posters", display)];
  return [heading(2, "Where to read more"), { kind: "facts", framed: false, rows }];
}

function sources({ topic }: View): Block[] {
  if (topic.sources.length === 0) return [];
  const head = ["Source", "Published", "Checked"].map(text);
  const rows = topic.sources.map(({ title, url, published, checked }) => [
    [{ kind: "link", href: url, children: text(title) } as const],
    text(published),
    text(checked),
  ]);
  return [heading(2, "Sources"), { kind: "table", head, align: [], rows }];
}

function smallPrint({ topic, brand }: View): Passage["blocks"] {
  const { name, email, phone } = topic.contact ?? brand.contact ?? { name: "", email: "", phone: "" };
  const rows = [
    ...fact("Questions to", name, email, phone),
    ...fact("Footer", brand.footer),
    ...fact("Sent by", brand.name, brand.address, brand.website?.url ?? ""),
    ...fact("Facts to be checked again", topic.review),
  ];
  return [heading(2, "Contact and small print"), { kind: "facts", framed: false, rows }];
}

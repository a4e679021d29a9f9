import type { Brand } from "../domain/brand.ts";
import { cycleLabel, dayInWords } from "../domain/dates.ts";
import type { EditionContext } from "../domain/edition.ts";
import { fieldOf, type Recipient } from "../domain/recipient.ts";
import { directionOf, type Settings } from "../domain/settings.ts";
import type { About } from "../domain/toolkit.ts";
import type { Topic, Variant, VariantWords } from "../domain/topic.ts";
import { brandView, contactView, displayAddress } from "./brand-view.ts";
import { richOrEmpty } from "./handlebars.ts";
import type { Rich, View } from "./view.ts";

/** Markdown to text of one format. */
export interface RichFormatter {
  /** Strong, emphasis, links, code. */
  readonly inline: (markdown: string) => string;
  /** @param file where it stands, relative to the toolkit: pictures and links count from there */
  readonly block: (markdown: string, file: string) => string;
}

/** What one artefact is made from. */
export interface RenderInput {
  readonly topic: Topic;
  readonly variant: Variant;
  readonly brand: Brand;
  /** Audience id; the version for everyone without. */
  readonly audience?: string | undefined;
  readonly edition?: EditionContext | undefined;
  readonly recipient?: Recipient | undefined;
  /** The person's own unsubscribe address. */
  readonly unsubscribe?: string | undefined;
}

/** The parts of a view that depend on the format. */
export interface FormatParts {
  readonly rich: RichFormatter;
  readonly logo: View["brand"]["logo"];
  readonly qr: string;
  /** Gives what was made before for the same topic, variant, brand, edition and format, else makes it. */
  readonly share?: (<Value>(make: () => Value) => Value) | undefined;
}

/** Builds the view of one artefact: every name that a template may use, with a value. */
export function buildView(
  toolkit: { settings: Settings; about: About },
  input: RenderInput,
  parts: FormatParts,
): View {
  const { settings } = toolkit;
  const { share = (make) => make() } = parts;
  const { view, say, inline } = share(() => commonView(toolkit, input, parts));
  const audience = settings.audiences.find(({ id }) => id === input.audience);
  return {
    ...view,
    topic: { ...view.topic, ...asksView(settings, input, say, inline) },
    audience: { id: audience?.id ?? "", title: say(audience?.title ?? "") },
    recipient: recipientView(input.recipient),
    links: { ...view.links, unsubscribe: input.unsubscribe ?? "" },
  };
}

/** What is the same whoever is spoken to, and what the rest is made with. */
function commonView(
  { settings, about }: { settings: Settings; about: About },
  input: RenderInput,
  parts: FormatParts,
) {
  const say = replacer(input.brand.words);
  const inline = (markdown: string): Rich => richOrEmpty(parts.rich.inline(say(markdown)));
  const block = (markdown: string, file: string): Rich => richOrEmpty(parts.rich.block(say(markdown), file));
  const view = {
    toolkit: toolkitView(settings, about, say),
    topic: topicView(settings, input, say, { inline, block }),
    edition: editionView(input.edition, say, block),
    brand: brandView(input.brand, parts.logo),
    links: { more: moreView(input.topic, say, parts.qr) },
    social: { posts: [], alt: "" },
  };
  return { view, say, inline };
}

/** What templates may say of the toolkit. */
export function toolkitView(settings: Settings, about: About, say: Say): View["toolkit"] {
  return {
    name: say(settings.toolkit),
    organisation: say(settings.organisation ?? ""),
    language: settings.language,
    direction: directionOf(settings.language),
    title: say(about.title),
    summary: say(about.summary),
  };
}

/** The topic's words for one variant: its own, else the settings' defaults. */
export function variantWords(
  settings: Pick<Settings, "variants">,
  topic: Topic,
  variant: Variant,
): VariantWords {
  return { ...settings.variants[variant], ...topic.variants[variant] };
}

interface RichText {
  readonly inline: (markdown: string) => Rich;
  readonly block: (markdown: string, file: string) => Rich;
}

type AsksView = Pick<View["topic"], "asks" | "others">;

function topicView(
  settings: Settings,
  { topic, variant }: RenderInput,
  say: Say,
  rich: RichText,
): Omit<View["topic"], keyof AsksView> {
  const words = variantWords(settings, topic, variant);
  return {
    slug: topic.slug,
    title: say(topic.title),
    summary: say(topic.summary),
    headline: say(words.headline ?? topic.title),
    strapline: say(words.strapline ?? topic.summary),
    subject: say(words.subject ?? topic.title),
    preheader: say(words.preheader ?? topic.summary),
    text: rich.block(words.text ?? "", topic.source.path),
    // A screen is looked at for seconds: it has room for messages of its own alone.
    messages: (words.messages ?? (variant === "screen" ? [] : topic.messages)).map(rich.inline),
    scenario: rich.inline(topic.scenario ?? ""),
    body: rich.block(topic.body, topic.source.path),
    contact: contactView(topic.contact),
    sources: topic.sources.map(({ title, url, published, checked }) => ({
      title: say(title),
      url,
      published: inWords(published),
      checked: inWords(checked),
    })),
    tags: topic.tags.map(say),
    review: inWords(topic.review),
  };
}

function asksView(settings: Settings, input: RenderInput, say: Say, inline: RichText["inline"]): AsksView {
  const { topic, variant, audience } = input;
  const words = variantWords(settings, topic, variant);
  const asked = { ...topic, actions: words.actions ?? topic.actions };
  const { own, others } = splitAsks(settings, asked, words, audience);
  const ask = ({ id, title, actions }: Ask) => ({ id, title: say(title), actions: actions.map(inline) });
  return { asks: own.map(ask), others: others.map(ask) };
}

interface Ask {
  readonly id: string;
  readonly title: string;
  readonly actions: readonly string[];
}

/** In the order of the settings. An audience that the topic asks nothing of gets the version for everyone. */
function splitAsks(
  settings: Settings,
  topic: Pick<Topic, "actions">,
  words: VariantWords,
  audience: string | undefined,
): { own: Ask[]; others: Ask[] } {
  const all = settings.audiences.flatMap(({ id, title }): Ask[] => {
    const actions = Object.hasOwn(topic.actions, id) ? topic.actions[id] : undefined;
    return actions ? [{ id, title, actions }] : [];
  });
  if (all.some(({ id }) => id === audience)) {
    return { own: all.filter(({ id }) => id === audience), others: all.filter(({ id }) => id !== audience) };
  }
  const shown = words.audiences;
  return { own: shown ? all.filter(({ id }) => shown.includes(id)) : all, others: [] };
}

function editionView(
  edition: EditionContext | undefined,
  say: Say,
  block: (text: string, file: string) => Rich,
): View["edition"] {
  return {
    cycle: edition?.cycle ?? "",
    label: edition?.label ?? "",
    date: inWords(edition?.date?.slice(0, 10)),
    note: block(edition?.note ?? "", edition?.source?.path ?? ""),
    posts: (edition?.posts ?? []).map(({ title, date, author, url, summary }) => ({
      title: say(title),
      date: inWords(date),
      author: say(author ?? ""),
      url: url ?? "",
      summary: say(summary ?? ""),
    })),
    next: (edition?.next ?? []).map(({ label, title, summary }) => ({
      label,
      title: say(title),
      summary: say(summary),
    })),
  };
}

function recipientView(recipient: Recipient | undefined): View["recipient"] {
  const value = (column: string) => (recipient ? fieldOf(recipient, column) : "");
  const fields = {
    ...Object.fromEntries(Object.keys(recipient?.fields ?? {}).map((column) => [column, value(column)])),
    name: value("name"),
    email: value("email"),
    organisation: value("organisation"),
    role: value("role"),
    audience: value("audience"),
  };
  // Nobody knows a list's columns beforehand: one that is not there is empty, not an unknown name.
  return new Proxy(fields, { has: () => true });
}

function moreView(topic: Topic, say: Say, qr: string): View["links"]["more"] {
  if (!topic.link) return null;
  const { label, url, short } = topic.link;
  return { label: say(label), url, display: short ?? displayAddress(url), qr };
}

/** A date, or a year and month, in words; anything else as typed. */
function inWords(date: string | undefined): string {
  if (date === undefined) return "";
  if (/^\d{4}-\d{2}-\d{2}$/.test(date)) return dayInWords(date);
  return /^\d{4}-\d{2}$/.test(date) ? cycleLabel(date) : date;
}

type Say = (text: string) => string;

/** Replaces a brand's words, the longest first, but never inside an address. */
export function replacer(words: Readonly<Record<string, string>>): Say {
  const from = Object.keys(words).toSorted((a, b) => b.length - a.length);
  if (from.length === 0) return (text) => text;
  const escaped = from.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const edge = "[\\p{L}\\p{N}]";
  const pattern = new RegExp(
    `(\\]\\([^)]*\\)|https?://\\S+|\\S+@\\S+)|(?<!${edge})(?:${escaped.join("|")})(?!${edge})`,
    "gu",
  );
  return (text) => text.replace(pattern, (match, address?: string) => address ?? words[match] ?? match);
}

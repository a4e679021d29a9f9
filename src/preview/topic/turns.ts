import type { Brand } from "../../domain/brand.ts";
import type { Topic } from "../../domain/topic.ts";
import type { RenderInput } from "../../render/build-view.ts";

/** A part of a mail that may be there or not, whatever the person: as it is, and the other way about. */
interface Part {
  /** What it is, in words. */
  readonly label: string;
  /** Only the parts of an edition need one. */
  readonly has: (input: RenderInput) => boolean;
  readonly without: (input: RenderInput) => RenderInput;
  readonly with: (input: RenderInput) => RenderInput;
}

const inTopic = (
  label: string,
  has: (topic: Topic) => boolean,
  none: Partial<Topic>,
  some: Partial<Topic>,
): Part => ({
  label,
  has: ({ topic }) => has(topic),
  without: (input) => ({ ...input, topic: { ...input.topic, ...none } }),
  with: (input) => ({ ...input, topic: { ...input.topic, ...some } }),
});

const inBrand = <Key extends keyof Brand>(label: string, key: Key, some: Brand[Key]): Part => ({
  label,
  has: ({ brand }) => brand[key] !== undefined,
  without: (input) => ({ ...input, brand: { ...input.brand, [key]: undefined } }),
  with: (input) => ({ ...input, brand: { ...input.brand, [key]: some } }),
});

const contact = { name: "Sam Example", email: "sam.example@example.org", phone: "01632 960001" };
const words = "These words stand here to show where they would be.";

const inEdition = (
  label: string,
  key: "note" | "posts" | "next",
  none: Partial<NonNullable<RenderInput["edition"]>>,
  some: Partial<NonNullable<RenderInput["edition"]>>,
): Part => {
  const change = (input: RenderInput, fields: typeof none): RenderInput =>
    input.edition ? { ...input, edition: { ...input.edition, ...fields } } : input;
  return {
    label,
    has: ({ edition }) => (edition?.[key].length ?? 0) > 0,
    without: (input) => change(input, none),
    with: (input) => change(input, some),
  };
};

/** By the name that templates ask about. */
export const parts: Readonly<Record<string, Part>> = {
  "topic.text": {
    label: "the text for this form alone",
    has: ({ topic, variant }) => Boolean(topic.variants[variant]?.text),
    without: (input) => ownWords(input, { text: "" }),
    with: (input) => ownWords(input, { text: words }),
  },
  "topic.messages": {
    label: "the key messages",
    has: ({ topic, variant }) => (topic.variants[variant]?.messages ?? topic.messages).length > 0,
    without: (input) => ownWords(input, { messages: [] }),
    with: (input) => ownWords(input, { messages: [words] }),
  },
  "topic.asks": {
    label: "what is asked",
    has: ({ topic }) => Object.keys(topic.actions).length > 0,
    without: (input) => ownWords({ ...input, topic: { ...input.topic, actions: {} } }, { actions: {} }),
    with: (input) => input,
  },
  "topic.scenario": inTopic(
    "the scenario",
    ({ scenario }) => Boolean(scenario),
    { scenario: undefined },
    { scenario: words },
  ),
  "topic.body": inTopic("the article", ({ body }) => body.trim() !== "", { body: "" }, { body: words }),
  "topic.sources": inTopic(
    "the sources",
    ({ sources }) => sources.length > 0,
    { sources: [] },
    { sources: [{ title: "A source", url: "https://example.org/", published: "2026" }] },
  ),
  "topic.contact": inTopic(
    "the contact",
    (topic) => topic.contact !== undefined,
    { contact: undefined },
    { contact },
  ),
  "links.more": inTopic(
    "the link",
    ({ link }) => link !== undefined,
    { link: undefined },
    { link: { label: "Read more", url: "https://example.org/" } },
  ),
  "edition.note": inEdition("the note of the edition", "note", { note: "" }, { note: words }),
  "edition.posts": inEdition("recent posts", "posts", { posts: [] }, {}),
  "edition.next": inEdition(
    "what comes next",
    "next",
    { next: [] },
    { next: [{ label: "Another month", title: "Another topic", summary: words }] },
  ),
  "brand.logo": inBrand("the logo", "logo", undefined),
  "brand.footer": inBrand("the brand's footer", "footer", words),
  "brand.address": inBrand("the brand's address", "address", "1 Example Street, Example Town"),
  "brand.website": inBrand("the brand's website", "website", "https://example.org/"),
  "brand.contact": inBrand("the brand's contact", "contact", contact),
  "brand.social": {
    label: "where to follow the brand",
    has: ({ brand }) => Object.keys(brand.social).length > 0,
    without: (input) => ({ ...input, brand: { ...input.brand, social: {} } }),
    with: (input) => ({ ...input, brand: { ...input.brand, social: { mastodon: "@example@example.org" } } }),
  },
};

/** What some part can be turned into: a logo cannot be invented, nor can posts. */
const onlyWithout = new Set(["brand.logo", "edition.posts", "topic.asks"]);

/** A part that the templates ask about, and whether it is there. */
export interface Branch {
  readonly name: string;
  readonly label: string;
  readonly has: boolean;
}

/** The parts that can be turned here. */
export function branchesOf(asked: readonly string[], input: RenderInput): Branch[] {
  return Object.entries(parts).flatMap(([name, part]) => {
    if (!asked.includes(name) || (name.startsWith("edition.") && !input.edition)) return [];
    const has = part.has(input);
    return has || !onlyWithout.has(name) ? [{ name, label: part.label, has }] : [];
  });
}

/** The same with some parts the other way about. Names that are none are left. */
export function turned(input: RenderInput, names: readonly string[]): RenderInput {
  return names.reduce((at, name) => {
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (!part) return at;
    return part.has(input) ? part.without(at) : part.with(at);
  }, input);
}

function ownWords(input: RenderInput, own: Readonly<Record<string, unknown>>): RenderInput {
  const { topic, variant } = input;
  const variants = { ...topic.variants, [variant]: { ...topic.variants[variant], ...own } };
  return { ...input, topic: { ...topic, variants } };
}

import type { EditionContext } from "../domain/edition.ts";
import type { Settings } from "../domain/settings.ts";
import type { Topic } from "../domain/topic.ts";
import { schemeOf } from "../render/markdown/address.ts";
import { linksIn, picturesIn } from "../render/picture-room.ts";

/** Another file or a picture that a text names. */
export interface Reference {
  readonly kind: "link" | "image";
  /** The file that names it. */
  readonly file: string;
  /** As written there. */
  readonly href: string;
}

/** All other files and pictures that a topic's findings and artefacts may depend on. */
export function referencesOf(
  topic: Topic,
  edition: EditionContext | undefined,
  settings: Pick<Settings, "variants">,
): Reference[] {
  const { messages, actions, scenario, variants, body, source } = topic;
  const note = edition?.source ? referencesIn(edition.note, edition.source.path) : [];
  // What the settings say stands in the topic's mails as if it were its own.
  const own = textsIn([messages, actions, scenario, variants, body, settings.variants]).flatMap((text) =>
    referencesIn(text, source.path),
  );
  return [...own, ...note];
}

function referencesIn(text: string, file: string): Reference[] {
  // Nothing else can name a file, and reading every line as Markdown takes its time.
  if (!text.includes("[")) return [];
  const links = linksIn(text).filter(({ href }) => schemeOf(href) === undefined);
  return [
    ...links.map(({ href }) => ({ kind: "link", file, href }) as const),
    ...picturesIn(text).map(({ href }) => ({ kind: "image", file, href }) as const),
  ];
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

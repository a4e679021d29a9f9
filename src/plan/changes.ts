import type { EditionPart, EditionParts } from "../domain/edition.ts";

/** How many parts are named; the number says the rest. */
const partsNamed = 4;

/** The names of the parts that are not what they were, those that came and those that went among them. */
export function changedParts(before: EditionParts, now: EditionParts): string[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  return names.filter((name) => before[name] !== now[name]);
}

/** Takes the names of parts; gives them as a person would say them. */
export function partsInWords(parts: readonly string[]): string {
  const words = [...new Set(parts.map(partInWords))];
  const rest = words.length - partsNamed;
  const named = words.slice(0, partsNamed).join(", ");
  return rest > 0 ? `${named} and ${rest} more` : named;
}

const plainWords: Readonly<
  Record<Extract<EditionPart, "cycle" | "topic" | "note" | "about" | "links">, string>
> = {
  cycle: "the cycle",
  topic: "the words of the topic",
  note: "your note",
  about: "content/toolkit.md",
  links: "where links to other topics lead",
};

function partInWords(part: string): string {
  if (Object.hasOwn(plainWords, part)) return plainWords[part as keyof typeof plainWords];
  const colon = part.indexOf(":");
  const name = part.slice(colon + 1);
  switch (part.slice(0, colon)) {
    case "brand":
      return `the brand ${name}`;
    // Its name says first in which file it stands.
    case "picture":
      return `the picture ${name.slice(name.indexOf(" ") + 1)}`;
    case "template":
      return `the template ${name}`;
    case "setting":
      return `the setting "${name}"`;
    default:
      return part;
  }
}

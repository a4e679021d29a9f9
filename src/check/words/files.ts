import { didYouMean, enumerate } from "./phrases.ts";
import type { Words } from "./words.ts";

/** The sentences about the files themselves, settings and brands. */
export const filesWords = {
  "brand/contrast": ({ colour, value, ratio, needed }) =>
    `The ${colour} colour ${value} has a contrast of ${ratio}:1 with white; text needs ${needed}:1. Choose a darker colour.`,
  "brand/unknown": ({ brand, known }) =>
    `There is no brand "${brand}". ${didYouMean(brand, known)}Add content/brands/${brand}.yaml or use one of: ${enumerate(known)}.`,
  "file/encoding": () => "This file is not UTF-8 text. Save it again as UTF-8.",
  "file/case-clash": ({ other }) =>
    `Windows and macOS cannot tell this file from ${other}: only small and capital letters differ. Rename one.`,
  "file/ignored": ({ file, why, instead }) => {
    const name = file.slice(file.lastIndexOf("/") + 1);
    if (why === "ending") return `${name} is not read, because of its ending. Rename it to "${instead}".`;
    return why === "folder"
      ? `Folders below ${instead} are not read, so ${name} is left out. Move it to ${instead}.`
      : `This folder is not read, so ${name} is left out. Move it to ${instead}.`;
  },
  "file/name": ({ suggestion, reserved }) =>
    reserved
      ? `The folder of the archive site in out/ has this name, so no topic can have it. Rename this file, for example to "${suggestion}".`
      : `Rename this file to "${suggestion}". File names here use small letters, digits and hyphens, and end in .md or .yaml.`,
  "file/spaces": () =>
    'Spaces at the end of this line say nothing, or the file lacks its last line end. "onetopic check --fix" mends it.',
  "file/too-large": ({ size, limit }) =>
    `This file is ${size}; the most is ${limit}. Shorten it or split it.`,
  "file/unreadable": ({ reason }) => `This file cannot be read: ${reason}.`,
  "file/unseen": () =>
    'Here is a character that nobody sees, such as a fixed space or one without width. It came with pasted text. "onetopic check --fix" takes it out.',
  "front-matter/language": ({ language }) =>
    `The front matter says it is "${language}". Only YAML is read, and nothing is ever run. Begin the file with "---" alone.`,
  "front-matter/missing": () =>
    'This file has no front matter. Begin it with a line "---", then "title: …", "summary: …" and another line "---".',
  "schema/invalid": ({ key, expected }) => `${key === "" ? "This file" : `"${key}"`} should be ${expected}.`,
  "schema/missing": ({ key, hint }) =>
    key === "" ? `The front matter is empty; it should be ${hint}.` : `"${key}" is missing. Add it: ${hint}.`,
  "schema/unknown-key": ({ key, known }) =>
    `"${nameAlone(key)}" is not a key that onetopic knows, so it is ignored. ${didYouMean(key.split(".").at(-1) ?? key, known)}`.trim(),
  "yaml/syntax": ({ reason }) => `This cannot be read as YAML: ${reason}.`,
} satisfies Partial<Words>;

/** Without the blank behind its colon, a key runs on into its value, and that may be a password. */
function nameAlone(key: string): string {
  return key.replace(/:.*$/s, ":…");
}

import type { TemplateLanguage } from "../domain/template.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML text or as a double-quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/**
 * Text as Typst, right both in `[markup]` and in `"strings"`: every character but letters, digits and spaces
 * becomes a `\u{…}` escape, so nothing in it can be read as code.
 */
export function escapeTypst(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\p{L}\p{Nd} ]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Text for the plain-text part: as it is, without the control characters that no reader shows. */
export function escapePlain(text: string): string {
  return text.replace(/(?![\t\n])\p{Cc}/gu, "");
}

/** Text for an XML file that is written by a library: without the characters that XML cannot hold (XML 1.0, 2.2). */
export function cleanXml(text: string): string {
  return escapePlain(text.toWellFormed()).replace(/[\ufffe\uffff]/g, "");
}

export const escapes: Readonly<Record<TemplateLanguage, (text: string) => string>> = {
  html: escapeHtml,
  txt: escapePlain,
  typ: escapeTypst,
};

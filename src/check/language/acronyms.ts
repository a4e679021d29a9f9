import { problem, type Problem } from "../../domain/problem.ts";
import { wholeWords } from "./lexicon.ts";
import type { Surveyed } from "./survey.ts";

/** Short forms that nothing in the file explains: each once, at its first place. */
export function acronymFaults(passages: readonly Surveyed[], path: string): Problem[] {
  const first = new Map<string, Surveyed>();
  for (const passage of passages) {
    let isShouted: boolean | undefined;
    for (const { acronym } of passage.facts) {
      if (acronym === undefined || first.has(acronym)) continue;
      // What is all in capitals is shouted: nobody can tell its words from short forms.
      isShouted ??= !/\p{Ll}/u.test(passage.text);
      if (!isShouted) first.set(acronym, passage);
    }
  }
  return [...first].flatMap(([acronym, passage]) => {
    // A message or an action is too short to explain it, so any place will do.
    if (passages.some(({ text }) => text.includes(acronym) && explains(text, acronym))) return [];
    const index = firstPlace(passage.text, acronym);
    return [problem("text/acronym", path, passage.at(index, acronym), { acronym })];
  });
}

/** `Albumin creatinine ratio (ACR)`, `ACR (albumin creatinine ratio)`, or `…, known as ACR`. */
function explains(text: string, acronym: string): boolean {
  const short = acronym.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const forms = [
    String.raw`\p{Ll}[^()]*\(\s*["“'‘]?${short}(?:['’]?s)?["”'’]?\s*[),;]`,
    String.raw`(?<![\p{L}\p{N}])${short}(?:['’]?s)?\s*\([^()]*\p{Ll}{2}[^()]*\)`,
    String.raw`(?:known as|called|short for|or|abbreviated to)\s+["“'‘]?${short}(?![\p{L}\p{N}])["”'’]?[,.)]`,
    String.raw`(?<![\p{L}\p{N}])${short}["”'’]?,?\s+(?:stands for|is short for|means)\s+\p{L}`,
  ];
  return new RegExp(forms.join("|"), "u").test(text);
}

/** As a word by itself, or else as a part of one, as in "GPs". */
function firstPlace(text: string, acronym: string): number {
  const whole = text.search(wholeWords(acronym));
  return whole === -1 ? Math.max(0, text.indexOf(acronym)) : whole;
}

import type { Words } from "./words.ts";

/** The sentences about how a text is written: its words, sentences, links and length. */
export const languageWords = {
  "email/wordy": ({ words, limit, key }) =>
    `The email has ${words} words; more than ${limit} are seldom read. ${shortenMost(key)}`,
  "heading/empty": () => "This heading has no words. Write it, or remove its marks.",
  "image/weak-alt": ({ alt }) =>
    `"${alt}" does not tell people who cannot see the picture what they miss. Say what it shows and why it is here, without words such as "image of".`,
  "link/bare-address": ({ target }) =>
    `The link shows its address, "${target}", in place of words. Write what it leads to: [words](address).`,
  "link/same-text": ({ text, target, other }) =>
    `The link text "${text}" leads to "${target}" here, and to "${other}" above. Give each its own words.`,
  "newsletter/wordy": ({ words, limit, key }) =>
    `The newsletter has ${words} words; more than ${limit} take too long to read. ${shortenMost(key)}`,
  "poster/wordy": ({ words, limit, key }) =>
    `The poster has ${words} words besides where to read more; ${limit} are the most that people take in. ${shortenMost(key)}`,
  "screen/headline-long": ({ words, limit }) =>
    `The headline of the screen has ${words} words; ${limit} are the most that people read in passing. Write a shorter one as "variants.screen.headline".`,
  "screen/wordy": ({ words, limit, key }) =>
    `The screen has ${words} words; ${limit} are the most that people read in passing. ${shortenMost(key)}`,
  "table/no-header": ({ column }) =>
    `Column ${column} of this table has no heading, so nobody who hears it read knows what its cells are. Write one.`,
  "text/acronym": ({ acronym }) =>
    `"${acronym}" is explained nowhere in this file. Write the words in full once, with "(${acronym})" behind them, or add it to "allow" of this rule if all your readers know it.`,
  "text/blame": ({ text, instead }) =>
    `"${text}" can read as blame. Say ${instead.startsWith("what") || instead.startsWith("who") ? instead : `"${instead}"`} instead.`,
  "text/jargon": ({ text, instead }) => `"${text}" is jargon. Write "${instead}" instead.`,
  "text/reading-level": ({ age, limit, hardest }) =>
    `This text needs a reading age of ${age > 18 ? "more than 18" : `about ${age}`}; aim for ${limit} or less. The hardest part is here: shorten its sentences${hardest.length > 0 ? `, and look for shorter words than ${hardest.map((word) => `"${word}"`).join(", ")}` : ""}.`,
  "text/sentence-long": ({ words, limit, start }) =>
    `The sentence "${start}…" has ${words} words; ${limit} are the most that read well. Make two sentences of it.`,
  "text/spelling": ({ word, count, near }) =>
    `"${word}" is in no dictionary here${count > 1 ? ` (${count} times in this file)` : ""}. ${near === undefined ? "Correct it" : `Did you mean "${near}"? Correct it`}, or add it to "allow" of this rule if it is right.`,
  "topic/source-unchecked": ({ title, checked, days }) =>
    checked === undefined
      ? `Nobody has noted when "${title}" was last read. Read it again, then add "checked" with the date.`
      : `"${title}" was last checked on ${checked}, more than ${days} days ago. Read it again, then set "checked" to the date.`,
} satisfies Partial<Words>;

function shortenMost(key: string): string {
  return `Shorten ${key} first: it says most.`;
}

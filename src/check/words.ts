import { closest, distance } from "fastest-levenshtein";
import type { Problem, ProblemDetails, RuleId } from "../domain/problem.ts";

/**
 * The sentence of every problem: what is wrong and what to do next. A rule without words does not compile.
 */
const words: { readonly [Rule in RuleId]: (details: ProblemDetails[Rule]) => string } = {
  "brand/contrast": ({ colour, value, ratio, needed }) =>
    `The ${colour} colour ${value} has a contrast of ${ratio}:1 with white; text needs ${needed}:1. Choose a darker colour.`,
  "brand/unknown": ({ brand, known }) =>
    `There is no brand "${brand}". ${didYouMean(brand, known)}Add content/brands/${brand}.yaml or use one of: ${enumerate(known)}.`,
  "cycle/holidays": ({ region }) =>
    `Public holidays (${region}) are not avoided by this version. Add their dates to "cycle.avoid.dates".`,
  "edition/file-name": ({ cycle, expected }) =>
    `This file is named for ${expected} but says cycle ${cycle}. Change one to match the other.`,
  "edition/unknown-topic": ({ topic, known }) =>
    `There is no topic "${topic}". ${didYouMean(topic, known)}Choose another with "onetopic pick --replace".`,
  "file/encoding": () => "This file is not UTF-8 text. Save it again as UTF-8.",
  "file/name": ({ suggestion }) =>
    `Rename this file to "${suggestion}". File names here use small letters, digits and hyphens, and end in .md or .yaml.`,
  "file/too-large": ({ size, limit }) =>
    `This file is ${size}; the most is ${limit}. Shorten it or split it.`,
  "file/unreadable": ({ reason }) => `This file cannot be read: ${reason}.`,
  "front-matter/language": ({ language }) =>
    `The front matter says it is "${language}". Only YAML is read, and nothing is ever run. Begin the file with "---" alone.`,
  "front-matter/missing": () =>
    'This file has no front matter. Begin it with a line "---", then "title: …", "summary: …" and another line "---".',
  "heading/jump": ({ from, to }) =>
    `This heading goes from level ${from} to level ${to}. Use level ${from + 1}, so that no level is skipped.`,
  "image/broken": ({ target }) =>
    `The picture "${target}" is damaged or incomplete. Copy it here again, or open it and save it anew.`,
  "image/missing": ({ target }) =>
    `There is no picture "${target}". Paths count from this file; check the name.`,
  "image/no-alt": ({ target }) =>
    `The picture "${target}" has no text for people who cannot see it. Write it between the square brackets.`,
  "image/outside": ({ target }) =>
    `The picture "${target}" is outside content/. Copy it into content/ and use that path.`,
  "image/remote": ({ target }) =>
    `The picture "${target}" is on the web. Save it in content/ and use its path.`,
  "image/too-large": ({ target, size, limit }) =>
    `The picture "${target}" is ${size}; the most is ${limit}. Make it smaller.`,
  "image/type": ({ target }) =>
    `"${target}" is not a picture of a kind that can be sent. Use PNG, JPEG or GIF (SVG for print).`,
  "image/unsafe": ({ target, reason }) =>
    `The picture "${target}" cannot be used: ${reason}. Export it again as plain shapes, or use PNG.`,
  "link/broken": ({ target }) => `The link "${target}" leads nowhere: there is no such file. Check the name.`,
  "link/insecure": ({ target }) => `The link "${target}" is not encrypted. Use https:// if the site has it.`,
  "link/unsafe": ({ target, scheme }) =>
    `The link "${target}" uses "${scheme}", which is not allowed. Use https://, mailto: or tel:.`,
  "link/weak-text": ({ text }) => `The link text "${text}" says nothing by itself. Say where the link leads.`,
  "markdown/html": ({ html }) => `HTML is shown as text, not used: ${html}. Use Markdown instead.`,
  "markdown/nesting": ({ limit }) =>
    `Lists or quotes are nested too deeply here (more than ${limit}). Make the text flatter.`,
  "output/heavy": ({ artefact, size, limit }) =>
    `The pictures of ${artefact} come to ${size}; above ${limit} a mail is slow to open, and some servers refuse it. Use fewer pictures, or save photographs as JPEG.`,
  "output/too-large": ({ artefact, size, limit }) =>
    `${artefact} is ${size}; Gmail cuts messages off at ${limit}. Shorten the topic.`,
  "poster/no-room": ({ artefact, variant, over }) =>
    `The text of ${artefact} does not fit at the smallest allowed size: it is ${over} too much. Shorten it, or give shorter words under "variants.${variant}".`,
  "poster/unknown-design": ({ design, known }) =>
    `There is no design "${design}". ${didYouMean(design, known)}Use one of: ${enumerate(known)}.`,
  "poster/word-too-long": ({ artefact, word }) =>
    `The word "${word}" is wider than its place on ${artefact}. Use a shorter word or add a hyphen.`,
  "schema/invalid": ({ key, expected }) => `${key === "" ? "This file" : `"${key}"`} should be ${expected}.`,
  "schema/missing": ({ key, hint }) =>
    key === "" ? `The front matter is empty; it should be ${hint}.` : `"${key}" is missing. Add it: ${hint}.`,
  "schema/unknown-key": ({ key, known }) =>
    `"${key}" is not a key that onetopic knows, so it is ignored. ${didYouMean(key.split(".").at(-1) ?? key, known)}`.trim(),
  "social/too-long": ({ platform, count, limit, key }) =>
    `The post for ${platform} would have ${count} characters with its link: ${count - limit} more than the ${limit} it should have. Shorten "${key}"; until then shorter words are posted there.`,
  "template/helper-unknown": ({ name }) =>
    `Templates know no "${name}". Use "if", "unless", "each", "with" or "fallback", or name a value alone.`,
  "template/name-unknown": ({ name, known }) =>
    `"${name}" is not a name that templates may use. ${didYouMean(name.split(".").at(-1) ?? name, known)}See docs/templates.md.`,
  "template/no-fallback": ({ field, expression }) =>
    `Nothing shows in place of "recipient.${field}" where a row lacks it, or in a file made for nobody in particular. Write {{fallback ${expression} "…"}}, or put it into {{#if ${expression}}}.`,
  "template/partial-missing": ({ partial }) =>
    `There is no partial "${partial}". Add it to templates/partials/ or correct the name.`,
  "template/rendering": ({ artefact, reason }) => `${artefact} cannot be rendered: ${reason}`,
  "template/syntax": ({ reason }) => `This template cannot be read: ${reason}.`,
  "template/unescaped": ({ expression }) =>
    `"{{{${expression}}}}" would let text become markup. Write {{${expression}}}; Markdown comes ready to show.`,
  "text/preheader-long": ({ variant, length, limit }) =>
    `The preheader of the ${variant} has ${length} characters; inboxes show ${limit} at most. Shorten it.`,
  "text/preheader-repeats": ({ variant }) =>
    `The preheader of the ${variant} says the same as its subject. Say what else the reader gains.`,
  "text/subject-long": ({ variant, length, limit }) =>
    `The subject of the ${variant} has ${length} characters; many mail programs cut it at ${limit}. Put the key words first and shorten it.`,
  "topic/audience-unknown": ({ audience, known }) =>
    `There is no audience "${audience}" in the settings. ${didYouMean(audience, known)}Use one of: ${enumerate(known)}.`,
  "topic/no-sources": () =>
    "This topic names no sources. Add at least one, so that readers can check the facts.",
  "topic/one-sided": ({ audience }) =>
    `Only "${audience}" is asked to do something. Give the other side a job as well, so that it does not read as blame.`,
  "topic/placeholder": ({ text }) =>
    `"${text}" is placeholder text. Write the real words before the topic is ready.`,
  "topic/repeated-message": ({ message }) => `This says the same twice: "${shorten(message)}". Remove one.`,
  "topic/review-past": ({ review }) =>
    `The review date ${review} is past, so this topic may not be picked or sent. Check the facts, then set a new date.`,
  "topic/review-soon": ({ review, days }) =>
    `The review date ${review} is in ${days} days. Plan time to check the facts.`,
  "typst/compile": ({ artefact, reason }) => `${artefact} cannot be set: ${reason}`,
  "yaml/syntax": ({ reason }) => `This cannot be read as YAML: ${reason}.`,
};

/** The sentence that tells a person what is wrong and what to do next. */
export function describe(problem: Problem): string {
  const say = words[problem.rule] as (details: Problem["details"]) => string;
  return say(problem.details);
}

/** Every rule id there is. */
export const ruleIds: ReadonlySet<string> = new Set(Object.keys(words));

/** `Did you mean "title"? ` with a space behind it, or nothing when no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const best = closest(
    word.toLowerCase(),
    known.map((one) => one.toLowerCase()),
  );
  const near = distance(word.toLowerCase(), best) <= Math.max(1, Math.floor(word.length / 3));
  const original = known.find((one) => one.toLowerCase() === best);
  return near && original !== undefined ? `Did you mean "${original}"? ` : "";
}

function enumerate(known: readonly string[]): string {
  return known.length === 0 ? "none yet" : known.join(", ");
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

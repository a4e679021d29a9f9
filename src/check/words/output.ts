import { didYouMean, enumerate, shorten } from "./phrases.ts";
import type { UnsafePlace } from "../../domain/problem.ts";
import type { Words } from "./words.ts";

const places: Readonly<Record<UnsafePlace, string>> = {
  name: "in the name of an element or attribute. Write the name out, and choose with {{#if}}",
  "no quotes": 'in an attribute without quotes, where a space begins another attribute. Write ="{{…}}"',
  "style block": "in a <style> block. Only the brand's colours may stand there",
  style: "in a style. Only the brand's colours and sizes may stand there",
  script: "in a <script>. Mail programs run none; take it out",
  event: "in an attribute that is run as a script. Take the attribute out",
  address:
    'at the beginning of an address, where it could be "javascript:". Use one of the addresses of docs/templates.md, or write the beginning out, as in "https://example.org/…"',
  "markdown in attribute":
    "where no markup may stand, but it is Markdown. Use a plain text such as topic.title",
};

/** `poster.A3.pdf`, or `poster.A3.pdf and 29 others`. */
function all(artefact: string, others = 0): string {
  return others === 0 ? artefact : `${artefact} and ${otherOnes(others)}`;
}

function otherOnes(count: number): string {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? "other" : "others"}`;
}

/** ` 3 others are too large as well.`, or nothing. Each has a measure of its own. */
function more(others = 0, are: string, is: string): string {
  return others === 0 ? "" : ` ${otherOnes(others)} ${others === 1 ? is : are} as well.`;
}

/** The sentences about templates, and what is made from them. */
export const outputWords = {
  "output/client-support": ({ use, programs }) =>
    `"${use}" does not work in ${enumerate(programs)}. Take it out, or see that the mail can be read without it and allow it in the settings.`,
  "output/contrast": ({ text, colour, background, ratio, needed, dark, brand }) =>
    `The text "${shorten(text)}" has a contrast of ${ratio}:1 with what is behind it (${colour} on ${background}${dark ? ", in dark mode" : ""}); it needs ${needed}:1. ${brand === undefined ? "Make one of them darker or lighter." : `Choose another colour for ${brand}.`}`,
  "output/heavy": ({ artefact, others, size, limit }) =>
    `The pictures of ${artefact} come to ${size}; above ${limit} a mail is slow to open, and some servers refuse it. Use fewer pictures, or save photographs as JPEG.${more(others, "are too heavy", "is too heavy")}`,
  "output/inaccessible": ({ reason }) =>
    `This is hard to use for people with a screen reader: ${reason}. Change it in the template.`,
  "output/invalid-html": ({ reason }) =>
    `This is not valid HTML, and mail programs repair it each in their own way: ${reason}. Correct the template.`,
  "output/style-dropped": ({ why, limit }) =>
    why === "nested"
      ? "Gmail drops a <style> with an @ rule inside another. Write the two rules side by side."
      : `Gmail drops a <style> that goes beyond ${limit.toLocaleString("en-GB")} characters in all. Shorten it.`,
  "output/text-incomplete": ({ variant, parts }) =>
    `The plain text of the ${variant} lacks what its HTML shows: ${enumerate(parts)}. Add it to the text template.`,
  "output/too-large": ({ artefact, others, size, limit }) =>
    `${artefact} is ${size}; Gmail cuts messages off at ${limit}. Shorten the topic.${more(others, "are too large", "is too large")}`,
  "pdf/structure": ({ artefact, others, lacks }) =>
    `${all(artefact, others)} ${others ? "lack" : "lacks"} ${enumerate(lacks)}, so not everyone can read or print it. Correct the template.`,
  "poster/no-room": ({ artefact, others, variant, over }) =>
    `The text of ${artefact} does not fit at the smallest allowed size: it is ${over} too much. Shorten it, or give shorter words under "variants.${variant}".${others ? ` ${otherOnes(others)} ${others === 1 ? "has" : "have"} no room either.` : ""}`,
  "poster/unknown-design": ({ design, known }) =>
    `There is no design "${design}". ${didYouMean(design, known)}Use one of: ${enumerate(known)}.`,
  "poster/word-too-long": ({ artefact, others, word }) =>
    `The word "${word}" is wider than its place on ${all(artefact, others)}. Use a shorter word or add a hyphen.`,
  "qr/dense": ({ bytes, squares, size, least }) =>
    `This address has ${bytes} characters, so its QR code has ${squares} squares to a side: on an A4 poster each is ${size} mm wide, and older phones want ${least} mm. Use a shorter address.`,
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
  "template/rendering": ({ artefact, others, reason }) =>
    `${all(artefact, others)} cannot be rendered: ${reason}`,
  "template/syntax": ({ reason }) => `This template cannot be read: ${reason}.`,
  "template/unescaped": ({ expression }) =>
    `"{{{${expression}}}}" would let text become markup. Write {{${expression}}}; Markdown comes ready to show.`,
  "template/unsafe-place": ({ expression, place }) => `{{${expression}}} stands ${places[place]}.`,
  "template/unused": ({ name, known }) =>
    `Nothing uses "${name}". ${didYouMean(name, known)}Call it from another template, correct its name or remove it.`,
  "typst/compile": ({ artefact, others, reason }) => `${all(artefact, others)} cannot be set: ${reason}`,
} satisfies Partial<Words>;

import { didYouMean, enumerate } from "./phrases.ts";
import type { Words } from "./words.ts";

/** The sentences about templates, and what is made from them. */
export const outputWords = {
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
  "typst/compile": ({ artefact, reason }) => `${artefact} cannot be set: ${reason}`,
} satisfies Partial<Words>;

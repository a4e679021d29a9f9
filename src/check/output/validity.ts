import type { Message, RuleConfig } from "html-validate";

/** What the HTML checker says of a page. */
export interface HtmlFault {
  readonly rule: "output/invalid-html" | "output/inaccessible";
  /** Where in the page. */
  readonly offset: number;
  readonly reason: string;
  /** True for an end tag that ends nothing: it belongs to what stands before it. */
  readonly isStray: boolean;
}

/** What makes mail programs guess: not what is merely old, as mail must be. */
const valid: RuleConfig = {
  "attribute-allowed-values": "error",
  "close-attr": "error",
  "close-order": "error",
  "doctype-html": "error",
  "element-name": "error",
  "element-permitted-content": "error",
  "element-permitted-occurrences": "error",
  "element-permitted-order": "error",
  "element-permitted-parent": "error",
  "element-required-ancestor": "error",
  "element-required-attributes": "error",
  "element-required-content": "error",
  "map-id-name": "error",
  "missing-doctype": "error",
  "no-dup-attr": "error",
  "no-dup-id": "error",
  "no-raw-characters": ["error", { relaxed: true }],
  "script-element": "error",
  "unrecognized-char-ref": "error",
  "valid-id": ["error", { relaxed: true }],
  "void-content": "error",
};

const accessible: RuleConfig = {
  "area-alt": "error",
  "aria-hidden-body": "error",
  "aria-label-misuse": "error",
  "empty-heading": "error",
  "empty-title": "error",
  "heading-level": "error",
  "hidden-focusable": "error",
  "input-missing-label": "error",
  "meta-refresh": "error",
  "multiple-labeled-controls": "error",
  "no-abstract-role": "error",
  "no-autoplay": "error",
  "no-missing-references": "error",
  "no-multiple-main": "error",
  "text-content": "error",
  "unique-landmark": "error",
  "wcag/h30": "error",
  "wcag/h36": "error",
  "wcag/h37": "error",
  "wcag/h63": "error",
  "wcag/h71": "error",
};

/** Reads pages with html-validate. It is loaded here, since it takes its time. */
export async function openValidator(): Promise<(html: string) => Promise<HtmlFault[]>> {
  const { HtmlValidate, StaticConfigLoader } = await import("html-validate/browser");
  const loader = new StaticConfigLoader({
    root: true,
    elements: ["html5"],
    rules: { ...valid, ...accessible },
  });
  const checker = new HtmlValidate(loader);
  return async (html) => {
    const { results } = await checker.validateString(html);
    return results.flatMap(({ messages }) => messages).map(faultOf);
  };
}

function faultOf({ ruleId, offset, message }: Message): HtmlFault {
  const rule = ruleId in accessible ? "output/inaccessible" : "output/invalid-html";
  return { rule, offset, reason: message.replace(/[.\s]+$/, ""), isStray: message.startsWith("Stray") };
}

import { HtmlValidate } from "html-validate";

/** What html-validate has against a page that stands by itself. */
export async function pageFaults(html: string): Promise<string[]> {
  const { results } = await new HtmlValidate({
    extends: ["html-validate:standard", "html-validate:a11y"],
    rules: { "no-trailing-whitespace": "off", "long-title": "off", "no-inline-style": "off" },
  }).validateString(html);
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId} ${message}`));
}

import { problem, type Problem } from "../../domain/problem.ts";
import type { TemplatePlace } from "./annotate.ts";
import { elementsOf, type PageElement } from "./page-tree.ts";
import type { SamplePage } from "./sample-pages.ts";
import { topRules } from "./style-rules.ts";

/** Gmail reads no more of a message's stylesheets. Source: caniemail.com, html-style; observed by the trade. */
const gmailLimit = 16_384;

/** The stylesheets that Gmail would drop. */
export function styleFaults(
  { root }: SamplePage,
  placeOf: (element: PageElement) => TemplatePlace | undefined,
): Problem[] {
  let length = 0;
  return elementsOf(root).flatMap((element) => {
    if (element.name !== "style") return [];
    const sheet = element.children.join("");
    const isBeyond = length <= gmailLimit && length + sheet.length > gmailLimit;
    length += sheet.length;
    const why = isBeyond ? "too long" : topRules(sheet).some(({ nests }) => nests) ? "nested" : undefined;
    const place = placeOf(element);
    return why && place
      ? [problem("output/style-dropped", place.file.path, place, { why, limit: gmailLimit })]
      : [];
  });
}

import { elementsOf, type PageElement } from "./page-tree.ts";

/** What nobody can use who does not see the page, and the HTML checker does not look for. */
export function accessFaults(root: PageElement): { element: PageElement; reason: string }[] {
  return elementsOf(root).flatMap((element) => {
    const reason = reasonOf(element);
    return reason === undefined ? [] : [{ element, reason }];
  });
}

function reasonOf(element: PageElement): string | undefined {
  const { name, attributes } = element;
  // WCAG 2.2, 1.3.1: a table without header cells holds the page together, not data.
  if (name === "table" && !isLayout(element) && !elementsOf(element).some((one) => one.name === "th"))
    return 'the table has no header cells, and no role="presentation" that says it is for layout alone';
  if (name === "th" && !attributes.get("scope")) return "the header cell has no scope";
  return undefined;
}

function isLayout({ attributes }: PageElement): boolean {
  return ["presentation", "none"].includes(attributes.get("role") ?? "");
}

import { isPageTemplate, type TemplateSet } from "../../domain/template.ts";
import { parseTemplate } from "../handlebars.ts";

/**
 * Every name that a template of mail mentions: a column of a list that is not among them changes nothing in a message.
 */
export function namesIn(templates: TemplateSet): ReadonlySet<string> {
  const names = new Set<string>();
  for (const file of templates.values())
    if (/\.(?:html|txt)\.hbs$/.test(file.name) && !isPageTemplate(file)) collect(parseTemplate(file), names);
  return names;
}

function collect(node: unknown, names: Set<string>): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) return node.forEach((one) => collect(one, names));
  const { type, parts } = node as { readonly type?: unknown; readonly parts?: readonly unknown[] };
  if (type === "PathExpression") for (const part of parts ?? []) names.add(String(part));
  else Object.values(node).forEach((one) => collect(one, names));
}

import { compareText } from "../../domain/problem.ts";
import { isPageTemplate, type TemplateSet } from "../../domain/template.ts";
import { parseTemplate } from "../../render/handlebars.ts";

/** What the templates of mail make depend on something. */
export interface Questions {
  /** Names they ask about, such as `recipient.name` and `topic.scenario`, sorted. */
  readonly asked: readonly string[];
  /** Every column of a person that they mention, sorted. */
  readonly columns: readonly string[];
}

const roots = new Set(["toolkit", "topic", "edition", "audience", "brand", "recipient", "links"]);
const asking = new Set(["if", "unless", "with", "each"]);

/** Reads the templates of mail for the names that decide what is shown, and for the columns of a person. */
export function questionsOf(templates: TemplateSet): Questions {
  const found: Found = { asked: new Set(), columns: new Set() };
  for (const file of templates.values())
    if (/\.(?:html|txt)\.hbs$/.test(file.name) && !isPageTemplate(file) && !file.name.startsWith("social"))
      visit(parseTemplate(file), "", found);
  return {
    asked: [...found.asked].toSorted(compareText),
    columns: [...found.columns].toSorted(compareText),
  };
}

interface Found {
  readonly asked: Set<string>;
  readonly columns: Set<string>;
}

/** @param inside what `{{#with}}` has entered, if it is a name from the top */
function visit(node: unknown, inside: string, found: Found): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) return node.forEach((one) => visit(one, inside, found));
  const { type } = node as { readonly type?: unknown };
  if (type === "PathExpression") return mention(node as hbs.AST.PathExpression, inside, found);
  if (type === "MustacheStatement") return visitShown(node as hbs.AST.MustacheStatement, inside, found);
  if (type !== "BlockStatement") return Object.values(node).forEach((one) => visit(one, inside, found));
  const { path, params, program, inverse } = node as hbs.AST.BlockStatement;
  const name = params[0] ? nameOf(params[0], inside) : undefined;
  if (asking.has(path.original) && name?.includes(".")) found.asked.add(name);
  params.forEach((one) => visit(one, inside, found));
  const enters = path.original === "with" || path.original === "each";
  visit(program, enters ? (path.original === "with" ? (name ?? "") : "") : inside, found);
  visit(inverse, inside, found);
}

/** `{{fallback recipient.name "colleague"}}` asks as well. */
function visitShown(statement: hbs.AST.MustacheStatement, inside: string, found: Found): void {
  const [value] = statement.params;
  if ((statement.path as hbs.AST.PathExpression).original === "fallback" && value) {
    const name = nameOf(value, inside);
    if (name?.includes(".")) found.asked.add(name);
    return visit(value, inside, found);
  }
  visit(statement.path, inside, found);
  statement.params.forEach((one) => visit(one, inside, found));
}

function mention(path: hbs.AST.PathExpression, inside: string, { columns }: Found): void {
  const [root, column] = nameOf(path, inside)?.split(".") ?? [];
  if (root === "recipient" && column !== undefined) columns.add(column);
}

/** The name from the top, with the part of it that is asked about; nothing for a name of an item. */
function nameOf(expression: hbs.AST.Expression, inside: string): string | undefined {
  if (expression.type !== "PathExpression") return undefined;
  const { parts, data, depth } = expression as hbs.AST.PathExpression;
  const names = data ? (parts[0] === "root" ? parts.slice(1) : []) : parts;
  const [root, ...rest] = names;
  if (root === undefined) return undefined;
  if (roots.has(root) && (inside === "" || depth > 0 || rest.length > 0))
    return [root, ...rest].slice(0, 2).join(".");
  return inside !== "" && depth === 0 && !inside.includes(".") ? `${inside}.${root}` : undefined;
}

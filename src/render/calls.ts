import { isBlank } from "../domain/recipient.ts";

/** The blocks that ask or enter: each takes one value. */
export const takesOne: ReadonlySet<string> = new Set(["if", "unless", "each", "with"]);
export const severalValues = "holds several values; name one of them, or go through them with {{#each}}";
/** What `{{#each}}` tells of where it is. */
export const counters = ["@index", "@key", "@first", "@last"];

/** What a helper, a partial or a decorator is called by. */
export function nameOf(called: hbs.AST.Statement | hbs.AST.Expression): string {
  const { name, path } = called as Partial<hbs.AST.PartialStatement & hbs.AST.SubExpression>;
  return (name ?? path) ? String(((name ?? path) as hbs.AST.PathExpression).original ?? "") : "";
}

/** `{{fallback value "words"}}`: the words show where the value is empty. Nothing for any other statement. */
export function fallbackOf({
  path,
  params,
  hash,
}: hbs.AST.MustacheStatement):
  { readonly value: hbs.AST.PathExpression; readonly words: hbs.AST.StringLiteral } | undefined {
  const [value, words, ...more] = params;
  if ((path as hbs.AST.PathExpression).original !== "fallback" || hash || more.length > 0) return undefined;
  if (value?.type !== "PathExpression" || words?.type !== "StringLiteral") return undefined;
  const given = words as hbs.AST.StringLiteral;
  return isBlank(given.value) ? undefined : { value: value as hbs.AST.PathExpression, words: given };
}

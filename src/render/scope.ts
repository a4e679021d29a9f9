import { viewShape, type Shape } from "./view.ts";

/** A value whose fields are not known beforehand: any name below it is right. */
interface Anything {
  readonly kind: "anything";
  /** The column of the list that it comes from. */
  readonly column?: string;
  /** What a partial's call adds to it. */
  readonly fields?: Readonly<Record<string, Known>>;
}

/** What is known of a value of the view before a template is run. */
export type Known = Shape | Anything;

export const anything: Anything = { kind: "anything" };

/** A text or number that is written in the template itself. */
export const literal: Anything = { kind: "anything" };

/** Columns that `recipient` has whatever the list. Each has a shape of its own. */
const declared = new Map<Known, string>(
  Object.entries(viewShape.fields.recipient.fields).map(([column, shape]) => [shape, column]),
);

/** The column of the list that a value comes from, whatever it is called here; nothing for what is not personal. */
export function columnOf(value: Known): string | undefined {
  return value.kind === "anything" ? value.column : declared.get(value);
}

/** What a name means below a value; nothing when there is no such name. */
export function partOf(value: Known, name: string): Known | undefined {
  const fields = fieldsOf(value);
  if (Object.hasOwn(fields, name)) return fields[name];
  if (value.kind === "group" && value.open) return { kind: "anything", column: name };
  // A column is text: it has no names below it.
  const isOpen = value.kind === "anything" && value.column === undefined;
  return isOpen || (value.kind === "list" && name === "length") ? anything : undefined;
}

/** What `{{#each}}` goes through. */
export function itemOf(value: Known): Known {
  return value.kind === "list" ? value.item : anything;
}

/** The context of a partial that is called with further values. */
export function withFields(context: Known, extra: Readonly<Record<string, Known>>): Known {
  if (Object.keys(extra).length === 0) return context;
  const fields = { ...fieldsOf(context), ...extra };
  return context.kind === "group"
    ? { ...context, fields: fields as Record<string, Shape> }
    : { kind: "anything", fields };
}

export function fieldsOf(value: Known): Readonly<Record<string, Known>> {
  return value.kind === "group" || value.kind === "anything" ? (value.fields ?? {}) : {};
}

/** Where a piece of a template stands when it is run. */
export interface Scope {
  /** From the outermost context to the current one. */
  readonly contexts: readonly Known[];
  readonly names: ReadonlyMap<string, Known>;
  /** Columns that are known to hold something here: an `{{#if}}` has asked. */
  readonly filled: ReadonlySet<string>;
  /** True inside `{{#each}}`, which has `@index` and its like. */
  readonly counts: boolean;
  /** What `{{> @partial-block}}` puts in. */
  readonly block: Block | undefined;
}

/** What stands between `{{#> layout}}` and its end. It runs where the layout calls it. */
interface Block {
  readonly program: hbs.AST.Program;
  readonly path: string;
  readonly scope: Scope;
  isCalled: boolean;
}

export const noNames: ReadonlyMap<string, Known> = new Map();

/** The scope inside a block that has a context of its own, and perhaps a name for it. */
export function enter(scope: Scope, context: Known, program: hbs.AST.Program | undefined): Scope {
  const names = new Map(scope.names);
  const [first] = program?.blockParams ?? [];
  if (first) names.set(first, context);
  for (const other of program?.blockParams?.slice(1) ?? []) names.set(other, anything);
  return { ...scope, contexts: [...scope.contexts, context], names };
}

/** True when what was read in an earlier scope holds everything that this one could give: no more was asked there. */
export function findsAsMuch(before: Scope, scope: Scope): boolean {
  return (
    before.block === scope.block &&
    before.names === scope.names &&
    (before.counts === scope.counts || scope.counts) &&
    before.contexts.length === scope.contexts.length &&
    before.contexts.every((context, at) => context === scope.contexts[at]) &&
    [...before.filled].every((column) => scope.filled.has(column))
  );
}

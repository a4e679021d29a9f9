import { problem, type Position, type Problem } from "../domain/problem.ts";
import type { ParsedTemplate } from "./handlebars.ts";
import { viewShape, type Shape } from "./view.ts";

/** A value whose fields are not known beforehand: any name below it is right. */
const anything = { kind: "anything" } as const;
type Known = Shape | typeof anything;

const mostVisits = 100;

interface Scope {
  /** From the outermost context to the current one. */
  readonly contexts: readonly Known[];
  readonly names: ReadonlyMap<string, Known>;
}

/**
 * Checks every name, helper and partial in templates against the view, also in branches that today's content never
 * reaches. A partial is checked with each context it is called in.
 * @param templates by the name they are called by
 * @param unreadable names of templates that are there but cannot be parsed
 */
export function checkNames(
  templates: ReadonlyMap<string, ParsedTemplate>,
  unreadable: ReadonlySet<string>,
): Problem[] {
  const checker = new NameChecker(templates, unreadable);
  for (const [name, template] of templates) {
    if (!template.file.name.includes("/")) checker.template(name, template, viewShape);
  }
  return checker.problems();
}

class NameChecker {
  readonly #templates: ReadonlyMap<string, ParsedTemplate>;
  readonly #unreadable: ReadonlySet<string>;
  /** By rule and place: a partial that is called twice has its faults once. */
  readonly #found = new Map<string, Problem>();
  readonly #visited = new Map<string, Set<Known>>();
  #path = "";

  constructor(templates: ReadonlyMap<string, ParsedTemplate>, unreadable: ReadonlySet<string>) {
    this.#templates = templates;
    this.#unreadable = unreadable;
  }

  problems(): Problem[] {
    return [...this.#found.values()];
  }

  template(name: string, { file, program }: ParsedTemplate, context: Known): void {
    const visited = this.#visited.get(name) ?? new Set();
    // A partial that calls itself makes a new context each time.
    if (visited.has(context) || visited.size >= mostVisits) return;
    this.#visited.set(name, visited.add(context));
    const caller = this.#path;
    this.#path = file.path;
    this.#program(program, { contexts: [context], names: new Map() });
    this.#path = caller;
  }

  #program(program: hbs.AST.Program | undefined, scope: Scope): void {
    for (const statement of program?.body ?? []) this.#statement(statement, scope);
  }

  #statement(statement: hbs.AST.Statement, scope: Scope): void {
    switch (statement.type) {
      case "MustacheStatement":
        return this.#mustache(statement as hbs.AST.MustacheStatement, scope);
      case "BlockStatement":
        return this.#block(statement as hbs.AST.BlockStatement, scope);
      case "PartialStatement":
      case "PartialBlockStatement":
        return this.#partial(statement as hbs.AST.PartialBlockStatement, scope);
      case "DecoratorBlock":
        return this.#program((statement as hbs.AST.DecoratorBlock).program, scope);
      default:
        return undefined;
    }
  }

  #mustache(statement: hbs.AST.MustacheStatement, scope: Scope): void {
    const path = statement.path as hbs.AST.PathExpression;
    if (!statement.escaped) this.#report("template/unescaped", statement.loc, { expression: path.original });
    if (statement.params.length > 0 || statement.hash) {
      this.#report("template/helper-unknown", statement.loc, { name: path.original });
    } else if (path.type === "PathExpression") {
      this.#resolve(path, scope);
    }
  }

  #block(statement: hbs.AST.BlockStatement, scope: Scope): void {
    const helper = statement.path.original;
    const argument = statement.params[0] as hbs.AST.PathExpression | undefined;
    const value = argument?.type === "PathExpression" ? this.#resolve(argument, scope) : anything;
    if (helper === "if" || helper === "unless") {
      this.#program(statement.program, scope);
    } else if (helper === "with" || helper === "each") {
      const inner = helper === "with" ? value : itemOf(value);
      this.#program(statement.program, enter(scope, inner, statement.program));
    } else if (statement.params.length > 0) {
      this.#report("template/helper-unknown", statement.loc, { name: helper });
    } else {
      const section = this.#resolve(statement.path, scope);
      const inner =
        section.kind === "list" ? itemOf(section) : section.kind === "group" ? section : undefined;
      this.#program(statement.program, inner ? enter(scope, inner, statement.program) : scope);
    }
    this.#program(statement.inverse, scope);
  }

  #partial(statement: hbs.AST.PartialBlockStatement, scope: Scope): void {
    const name = (statement.name as hbs.AST.PathExpression).original;
    if (statement.program) this.#program(statement.program, scope);
    if (name === "@partial-block" || this.#unreadable.has(name)) return;
    const target = this.#templates.get(name);
    if (!target) {
      this.#report("template/partial-missing", statement.loc, { partial: name });
      return;
    }
    const argument = statement.params[0] as hbs.AST.PathExpression | undefined;
    const context = argument ? this.#resolve(argument, scope) : scope.contexts.at(-1);
    const extra = (statement.hash?.pairs ?? []).map(({ key, value }) => [
      key,
      value.type === "PathExpression" ? this.#resolve(value as hbs.AST.PathExpression, scope) : anything,
    ]);
    this.template(
      name,
      target,
      withFields(context ?? anything, Object.fromEntries(extra) as Record<string, Known>),
    );
  }

  #resolve(path: hbs.AST.PathExpression, scope: Scope): Known {
    if (path.data)
      return path.parts[0] === "root" ? this.#fields(viewShape, path, path.parts.slice(1)) : anything;
    const [first, ...rest] = path.parts;
    const named = first !== undefined && path.depth === 0 ? scope.names.get(first) : undefined;
    if (named) return this.#fields(named, path, rest);
    const context = scope.contexts.at(-1 - path.depth);
    return context ? this.#fields(context, path, path.parts) : anything;
  }

  #fields(start: Known, path: hbs.AST.PathExpression, parts: readonly string[]): Known {
    let at = start;
    for (const part of parts) {
      if (at.kind === "anything" || (at.kind === "list" && part === "length")) return anything;
      const fields: Record<string, Shape> = at.kind === "group" ? at.fields : {};
      const next = Object.hasOwn(fields, part) ? fields[part] : undefined;
      if (!next) {
        if (at.kind === "group" && at.open) return anything;
        this.#report("template/name-unknown", path.loc, { name: path.original, known: Object.keys(fields) });
        return anything;
      }
      at = next;
    }
    return at;
  }

  #report<Rule extends Problem["rule"]>(
    rule: Rule,
    loc: hbs.AST.SourceLocation,
    details: Extract<Problem, { rule: Rule }>["details"],
  ): void {
    const position: Position = { line: loc.start.line, column: loc.start.column + 1 };
    const key = `${rule} ${this.#path}:${position.line}:${position.column}`;
    this.#found.set(key, problem(rule, this.#path, position, details as never));
  }
}

function enter(scope: Scope, context: Known, program: hbs.AST.Program): Scope {
  const names = new Map(scope.names);
  const [first] = program?.blockParams ?? [];
  if (first) names.set(first, context);
  for (const other of program?.blockParams?.slice(1) ?? []) names.set(other, anything);
  return { contexts: [...scope.contexts, context], names };
}

function itemOf(value: Known): Known {
  return value.kind === "list" ? value.item : anything;
}

function withFields(context: Known, extra: Readonly<Record<string, Known>>): Known {
  if (Object.keys(extra).length === 0) return context;
  if (context.kind !== "group") return anything;
  return { ...context, fields: { ...context.fields, ...(extra as Record<string, Shape>) } };
}

import {
  problem,
  type NoFallback,
  type Position,
  type Problem,
  type ProblemDetails,
  type RuleId,
} from "../domain/problem.ts";
import { counters, fallbackOf, nameOf, severalValues, takesOne } from "./calls.ts";
import type { ParsedTemplate } from "./handlebars.ts";
import { shapeOf } from "./pages/shapes.ts";
import {
  anything,
  columnOf,
  enter,
  fieldsOf,
  findsAsMuch,
  itemOf,
  literal,
  noNames,
  partOf,
  withFields,
  type Known,
  type Scope,
} from "./scope.ts";
import type { Shape } from "./view.ts";

const mostVisits = 100;

const howToFallBack =
  '"fallback" takes a value and the words that stand in for it, as in {{fallback recipient.name "colleague"}}';

/** What reading the templates of one language found. */
export interface NameFindings {
  /** Each fault once, also those of a partial that is called twice. */
  readonly problems: readonly Problem[];
  /** For each template that is rendered: the personal fields without a fallback, in its partials and layouts too. */
  readonly withoutFallback: ReadonlyMap<string, readonly NoFallback[]>;
  /** What each `{{value}}` may be, wherever its template is called from. */
  readonly values: ShownValues;
}

export type ShownValues = ReadonlyMap<hbs.AST.Statement, ReadonlySet<Known>>;

/**
 * Checks every name, helper and partial in templates against their view, also in branches that today's content never
 * reaches, and finds the personal fields without a fallback. A partial is checked with each context it is called in.
 * @param templates by the name they are called by
 * @param unreadable names of templates that are there but cannot be parsed
 */
export function checkNames(
  templates: ReadonlyMap<string, ParsedTemplate>,
  unreadable: ReadonlySet<string>,
): NameFindings {
  const problems = new Map<string, Problem>();
  const withoutFallback = new Map<string, readonly NoFallback[]>();
  const values = new Map<hbs.AST.Statement, Set<Known>>();
  for (const [name, { file, program }] of templates) {
    const shape = shapeOf(file.name);
    if (!shape) continue;
    const checker = new NameChecker(templates, unreadable, shape, values);
    checker.visit(program, file.path, {
      contexts: [shape],
      names: noNames,
      filled: new Set(),
      counts: false,
      block: undefined,
    });
    for (const [key, found] of checker.found) problems.set(key, found);
    withoutFallback.set(
      name,
      [...checker.found.values()].filter((one) => one.rule === "template/no-fallback"),
    );
  }
  return { problems: [...problems.values()], withoutFallback, values };
}

class NameChecker {
  readonly #templates: ReadonlyMap<string, ParsedTemplate>;
  readonly #unreadable: ReadonlySet<string>;
  readonly #visits = new Map<hbs.AST.Program, readonly Scope[]>();
  #path = "";
  /** What `@root` is. */
  readonly #root: Shape;
  readonly #values: Map<hbs.AST.Statement, Set<Known>>;
  /** By rule and place. */
  readonly found = new Map<string, Problem>();

  constructor(
    templates: ReadonlyMap<string, ParsedTemplate>,
    unreadable: ReadonlySet<string>,
    root: Shape,
    values: Map<hbs.AST.Statement, Set<Known>>,
  ) {
    this.#templates = templates;
    this.#unreadable = unreadable;
    this.#root = root;
    this.#values = values;
  }

  /** Reads a template, or what was put into a layout, as it runs in this scope. */
  visit(program: hbs.AST.Program, path: string, scope: Scope): void {
    const visits = this.#visits.get(program) ?? [];
    // A partial that calls itself makes a new context each time.
    if (visits.length >= mostVisits || visits.some((before) => findsAsMuch(before, scope))) return;
    this.#visits.set(program, [...visits, scope]);
    const caller = this.#path;
    this.#path = path;
    this.#program(program, scope);
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
      case "Decorator":
        return this.#report("template/helper-unknown", statement.loc, { name: nameOf(statement) });
      case "DecoratorBlock":
        // It runs wherever it is called, so nothing is known to hold anything.
        return this.#program((statement as hbs.AST.DecoratorBlock).program, { ...scope, filled: new Set() });
      default:
        return undefined;
    }
  }

  #mustache(statement: hbs.AST.MustacheStatement, scope: Scope): void {
    const path = statement.path as hbs.AST.PathExpression;
    if (!statement.escaped) this.#report("template/unescaped", statement.loc, { expression: path.original });
    const fallback = fallbackOf(statement);
    if (fallback) {
      this.#shows(statement, this.#resolve(fallback.value, scope));
    } else if (statement.params.length > 0 || statement.hash) {
      if (path.original === "fallback")
        this.#report("template/syntax", statement.loc, { reason: howToFallBack });
      else this.#report("template/helper-unknown", statement.loc, { name: path.original });
    } else if (path.type === "PathExpression") {
      const value = this.#resolve(path, scope);
      this.#shows(statement, value);
      if (value.kind === "group" || value.kind === "list")
        this.#report("template/syntax", path.loc, { reason: `"${path.original}" ${severalValues}` });
      const column = columnOf(value);
      if (column !== undefined && !scope.filled.has(column))
        this.#report("template/no-fallback", path.loc, { field: column, expression: path.original });
    }
  }

  #shows(statement: hbs.AST.Statement, value: Known): void {
    this.#values.set(statement, (this.#values.get(statement) ?? new Set()).add(value));
  }

  #block(statement: hbs.AST.BlockStatement, scope: Scope): void {
    const { path, params, program, inverse } = statement;
    const helper = path.original;
    for (const { value } of statement.hash?.pairs ?? []) this.#value(value, scope);
    if (takesOne.has(helper) && params.length !== 1)
      this.#report("template/syntax", statement.loc, { reason: `"${helper}" takes one value` });
    const value = this.#value(params[0], scope);
    const column = columnOf(value);
    const asked = column === undefined ? scope : { ...scope, filled: new Set(scope.filled).add(column) };
    if (helper === "if") {
      this.#program(program, asked);
      this.#program(inverse, scope);
    } else if (helper === "unless") {
      this.#program(program, scope);
      this.#program(inverse, asked);
    } else if (helper === "with" || helper === "each") {
      const inner = helper === "with" ? value : itemOf(value);
      // Nobody knows which of a person's columns are empty, so each must be named.
      if (helper === "each" && value.kind === "group" && value.open)
        this.#report("template/helper-unknown", statement.loc, { name: "each recipient" });
      const within = enter(asked, inner, program);
      this.#program(program, helper === "each" ? { ...within, counts: true } : within);
      this.#program(inverse, scope);
    } else if (params.length > 0 || path.type !== "PathExpression") {
      this.#report("template/helper-unknown", statement.loc, { name: String(helper) });
      this.#program(inverse, scope);
    } else {
      this.#section(path, program, scope);
      this.#program(inverse, scope);
    }
  }

  /** `{{#name}} … {{/name}}`: a list is gone through; into anything else it steps, also when that is an empty text. */
  #section(path: hbs.AST.PathExpression, program: hbs.AST.Program, scope: Scope): void {
    const value = this.#resolve(path, scope);
    const inner = value.kind === "list" ? itemOf(value) : value;
    const isKnown = value.kind === "list" || value.kind === "group" || columnOf(value) !== undefined;
    const within = isKnown ? enter(scope, inner, program) : scope;
    this.#program(program, value.kind === "list" ? { ...within, counts: true } : within);
  }

  #partial(statement: hbs.AST.PartialBlockStatement, scope: Scope): void {
    const name = nameOf(statement);
    const context = statement.params[0] ? this.#value(statement.params[0], scope) : scope.contexts.at(-1);
    const extra = (statement.hash?.pairs ?? []).map(({ key, value }) => [key, this.#value(value, scope)]);
    const inner = withFields(context ?? anything, Object.fromEntries(extra) as Record<string, Known>);
    const { program } = statement;
    const own = program && { program, path: this.#path, scope, isCalled: false };
    const target = this.#templates.get(name);
    if (name === "@partial-block") {
      this.#callBlock(scope, inner);
    } else if (target) {
      const called = { ...scope, contexts: [inner], names: noNames, block: own ?? scope.block };
      this.visit(target.program, target.file.path, called);
    } else if (statement.name.type === "SubExpression") {
      this.#value(statement.name, scope);
    } else if (!this.#unreadable.has(name)) {
      this.#report("template/partial-missing", statement.loc, { partial: name });
    }
    // A layout that cannot be read, or has no place for it, must not hide the faults in it.
    if (own && !own.isCalled) this.#program(program, scope);
  }

  /** Keeps the names of where it is written, and sees the context and the questions asked where it is called. */
  #callBlock({ block, filled, counts }: Scope, context: Known): void {
    if (!block) return;
    block.isCalled = true;
    const { scope, program, path } = block;
    const contexts = scope.contexts.at(-1) === context ? scope.contexts : [...scope.contexts, context];
    this.visit(program, path, {
      ...scope,
      contexts,
      filled: new Set([...scope.filled, ...filled]),
      counts: scope.counts || counts,
    });
  }

  #value(expression: hbs.AST.Expression | undefined, scope: Scope): Known {
    if (expression?.type === "SubExpression")
      this.#report("template/helper-unknown", expression.loc, { name: nameOf(expression) });
    if (expression?.type.endsWith("Literal")) return literal;
    if (expression?.type !== "PathExpression") return anything;
    return this.#resolve(expression as hbs.AST.PathExpression, scope);
  }

  #resolve(path: hbs.AST.PathExpression, scope: Scope): Known {
    if (path.data && path.parts[0] === "root") return this.#parts(this.#root, path, path.parts.slice(1));
    if (path.data) return this.#counted(path, scope);
    const [first, ...rest] = path.parts;
    const named = first !== undefined && path.depth === 0 ? scope.names.get(first) : undefined;
    if (named) return this.#parts(named, path, rest);
    const context = scope.contexts.at(-1 - path.depth);
    return context ? this.#parts(context, path, path.parts) : anything;
  }

  /** What `{{#each}}` tells of where it is. */
  #counted(path: hbs.AST.PathExpression, { counts }: Scope): Known {
    if (!counts || !counters.includes(path.original))
      this.#report("template/name-unknown", path.loc, {
        name: path.original,
        known: counts ? counters : ["@root"],
      });
    return anything;
  }

  #parts(start: Known, path: hbs.AST.PathExpression, parts: readonly string[]): Known {
    let at = start;
    for (const part of parts) {
      const next = partOf(at, part);
      if (!next) {
        const known = Object.keys(fieldsOf(at));
        this.#report("template/name-unknown", path.loc, { name: path.original, known });
        return anything;
      }
      at = next;
    }
    return at;
  }

  #report<Rule extends RuleId>(rule: Rule, loc: hbs.AST.SourceLocation, details: ProblemDetails[Rule]): void {
    const position: Position = { line: loc.start.line, column: loc.start.column + 1 };
    // One partial may show several fields at one place.
    const which = "field" in details ? details.field : "";
    const key = `${rule} ${this.#path}:${position.line}:${position.column} ${which}`;
    this.found.set(key, problem(rule, this.#path, position, details));
  }
}

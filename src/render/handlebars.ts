import Handlebars from "handlebars";
import { problem, type NoFallback, type Position, type Problem } from "../domain/problem.ts";
import type { TemplateFile, TemplateLanguage, TemplateSet } from "../domain/template.ts";
import { escapes } from "./escape.ts";
import { fallbackOf } from "./calls.ts";
import { checkNames } from "./names.ts";
import { checkPlaces } from "./unsafe-places.ts";
import type { Rich } from "./view.ts";

/** The templates of one language, compiled once. */
export interface Engine {
  /** Faults found by reading the templates: each with its file and line. */
  readonly problems: readonly Problem[];
  /** The personal fields that a template, its partials and layouts show without a fallback. */
  readonly withoutFallback: (name: string) => readonly NoFallback[];
  readonly has: (name: string) => boolean;
  /**
   * Renders `<name>.<language>.hbs`.
   * @throws TemplateFault when a name is missing from the view
   */
  readonly render: (name: string, view: object) => string;
}

/** A template that cannot be rendered, with its place where it is known. */
export class TemplateFault extends Error {
  override readonly name = "TemplateFault";
  readonly path: string;
  readonly position: Position | undefined;

  constructor(path: string, message: string, position?: Position) {
    super(message);
    this.path = path;
    this.position = position;
  }
}

/** A piece of text that is already in the template's language. */
export class RenderedText implements Rich {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toHTML(): string {
    return this.#text;
  }
  toString(): string {
    return this.#text;
  }
}

/** Rendered text, or the empty string so that `{{#if}}` sees that there is none. */
export function richOrEmpty(text: string): Rich {
  return (text === "" ? "" : new RenderedText(text)) as Rich;
}

const blockHelpers = ["if", "unless", "each", "with"] as const;
const escapeHelper = "onetopic-escape";
const knownHelpers = Object.fromEntries([...blockHelpers, escapeHelper].map((name) => [name, true]));

/**
 * Compiles every template of one language.
 * @param prepare changes a template's source before it is compiled (HTML: styles are inlined)
 */
export function createEngine(
  templates: TemplateSet,
  language: TemplateLanguage,
  prepare: (file: TemplateFile) => string = (file) => file.source,
): Engine {
  const suffix = `.${language}.hbs`;
  const files = [...templates.values()].filter((file) => file.name.endsWith(suffix));
  const problems: Problem[] = [];
  const parsed = new Map<string, ParsedTemplate>();
  for (const file of files) {
    const program = parse(file, file.source, problems);
    if (program) parsed.set(callName(file.name, suffix), { file, program });
  }
  const unreadable = files.map(({ name }) => callName(name, suffix)).filter((name) => !parsed.has(name));
  const found = checkNames(parsed, new Set(unreadable));
  problems.push(...found.problems);
  if (language === "html") problems.push(...checkPlaces(parsed, found.values));
  let compiled: Compiled | undefined;
  return {
    problems,
    withoutFallback: (name) => found.withoutFallback.get(name) ?? [],
    has: (name) => parsed.has(name),
    // Not before something is rendered: most commands need few languages.
    render: (name, view) => run((compiled ??= compile(parsed, language, prepare)), parsed, name, view),
  };
}

type Compiled = ReadonlyMap<string, Handlebars.TemplateDelegate>;

function compile(
  parsed: ReadonlyMap<string, ParsedTemplate>,
  language: TemplateLanguage,
  prepare: (file: TemplateFile) => string,
): Compiled {
  const environment = createEnvironment(language);
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  for (const [name, { file, program }] of parsed) {
    const source = prepare(file);
    // Names are checked by now, so the tree may be changed; parsing takes long.
    const tree = source === file.source ? program : environment.parse(source);
    const template = environment.compile(escaping(tree), {
      strict: true,
      noEscape: true,
      // An indented call of a partial must not indent the text it prints.
      preventIndent: true,
      // Nothing has to be looked up twice, as a helper and as a name.
      knownHelpers,
      knownHelpersOnly: true,
    });
    compiled.set(name, template);
    environment.registerPartial(name, template);
  }
  return compiled;
}

/** A template as read, before anything is changed in it. */
export interface ParsedTemplate {
  readonly file: TemplateFile;
  readonly program: hbs.AST.Program;
}

function createEnvironment(language: TemplateLanguage): typeof Handlebars {
  const environment = Handlebars.create();
  const known = new Set<string>(blockHelpers);
  for (const helper of Object.keys(environment.helpers)) {
    if (!known.has(helper) && helper !== "helperMissing" && helper !== "blockHelperMissing") {
      environment.unregisterHelper(helper);
    }
  }
  const escape = escapes[language];
  environment.registerHelper(escapeHelper, (value: unknown, fallback: unknown) => {
    const shown = typeof fallback === "string" && Handlebars.Utils.isEmpty(value) ? fallback : value;
    return shown instanceof RenderedText ? shown.toHTML() : escape(String(shown ?? ""));
  });
  return environment;
}

/** A template as read; nothing when it cannot be. */
export function parseTemplate({ source }: Pick<TemplateFile, "source">): hbs.AST.Program | undefined {
  try {
    return Handlebars.parse(source);
  } catch {
    return undefined;
  }
}

/** `partials/footer.html.hbs` is called as `footer`; layouts keep their folder. */
export function callName(fileName: string, suffix: string): string {
  return fileName.slice(0, -suffix.length).replace(/^partials\//, "");
}

function parse(file: TemplateFile, source: string, problems: Problem[]): hbs.AST.Program | undefined {
  try {
    return Handlebars.parse(source);
  } catch (error) {
    const { reason, position } = syntaxFault(error);
    problems.push(problem("template/syntax", file.path, position, { reason }));
    return undefined;
  }
}

function syntaxFault(error: unknown): { reason: string; position: Position | undefined } {
  const fault = error as {
    message: string;
    lineNumber?: number;
    column?: number;
    hash?: { loc?: { first_line: number; first_column: number } };
  };
  const line = fault.lineNumber ?? fault.hash?.loc?.first_line ?? /line (\d+)/.exec(fault.message)?.[1];
  const column = fault.column ?? fault.hash?.loc?.first_column ?? 0;
  const last = fault.message.split("\n").at(-1) ?? fault.message;
  // The parser's own words are about its grammar.
  const reason = last.startsWith("Expecting")
    ? "a {{…}} here is not complete, or a block is not closed"
    : last;
  return { reason, position: line === undefined ? undefined : { line: Number(line), column: column + 1 } };
}

/**
 * Handlebars has no escape hook per environment, so every `{{expression}}` becomes a call of our own escape, with
 * the words of a `{{fallback expression "words"}}` beside it, and every name is looked up strictly, also as the
 * argument of a block or a partial, where Handlebars is not strict.
 */
function escaping(program: hbs.AST.Program): hbs.AST.Program {
  const visitor = new Handlebars.Visitor() as Handlebars.Visitor & { mutating: boolean };
  visitor.mutating = true;
  visitor.PathExpression = function (path) {
    (path as hbs.AST.PathExpression & { strict?: boolean }).strict = true;
  };
  visitor.MustacheStatement = function (statement) {
    Handlebars.Visitor.prototype.MustacheStatement.call(this, statement);
    const helper = { ...pathTo(escapeHelper), loc: statement.loc };
    const { value, words } = fallbackOf(statement) ?? { value: statement.path };
    return { ...statement, path: helper, params: words ? [value, words] : [value], escaped: true } as never;
  };
  visitor.accept(program);
  return program;
}

function pathTo(name: string): Omit<hbs.AST.PathExpression, "loc"> {
  return { type: "PathExpression", data: false, depth: 0, parts: [name], original: name };
}

function run(
  compiled: Compiled,
  parsed: ReadonlyMap<string, ParsedTemplate>,
  name: string,
  view: object,
): string {
  const template = compiled.get(name);
  if (!template) throw new TemplateFault(name, `There is no template "${name}".`);
  try {
    return template(view);
  } catch (error) {
    throw placedFault(parsed, name, (error as Error).message);
  }
}

/**
 * Handlebars says line and column, but not in which of the templates that took part: it is one with the name there. HTML is
 * changed before it is compiled, so a column that fits is a good sign, and one that does not is none.
 */
function placedFault(
  parsed: ReadonlyMap<string, ParsedTemplate>,
  root: string,
  message: string,
): TemplateFault {
  const [, missing = "", line, column] = /^"(.+)" not defined in .* - (\d+):(\d+)$/s.exec(message) ?? [];
  const main = parsed.get(root)?.file;
  const files = [...(main ? [main] : []), ...[...parsed.values()].map(({ file }) => file)];
  const lineOf = ({ source }: TemplateFile) => source.split("\n")[Number(line) - 1] ?? "";
  const isExact = (file: TemplateFile) =>
    /^[^\s}]*/.exec(lineOf(file).slice(Number(column)))?.[0].includes(missing) ?? false;
  const named = missing === "" ? [] : files.filter((one) => lineOf(one).includes(missing));
  const file = named.find(isExact) ?? named[0];
  if (!file) return new TemplateFault(main?.path ?? root, `${message}.`);
  // All names are known by then: it is what they belong to that may be missing.
  const reason = `"${missing}" belongs to something that is not always there. Put it into {{#if …}} … {{/if}}.`;
  return new TemplateFault(file.path, reason, {
    line: Number(line),
    column: lineOf(file).indexOf(missing) + 1,
  });
}

import { problem, type Problem, type UnsafePlace } from "../domain/problem.ts";
import type { ParsedTemplate } from "./handlebars.ts";
import { after, inText, type HtmlPlace } from "./html-place.ts";
import { fallbackOf } from "./calls.ts";
import type { ShownValues } from "./names.ts";
import { pageShapes, shapeOf } from "./pages/shapes.ts";
import { literal, type Known } from "./scope.ts";
import { viewShape, type Shape } from "./view.ts";

/** Attributes whose value is an address. Source: HTML, attributes index. */
const addressAttributes: ReadonlySet<string> = new Set(
  "href src action formaction background poster cite data ping srcset xlink:href".split(" "),
);

/** An address whose beginning is settled: what follows cannot give it another scheme or another host. */
const settled = /^\s*(?:https?:\/\/[^/?#]+[/?#]|mailto:|tel:|cid:|[/?#.])/i;

/**
 * Finds values at places where escaping does not keep text from becoming markup, code, style or an address: in names,
 * in attributes without quotes, in stylesheets and scripts. Every way from a template through its partials is read.
 */
export function checkPlaces(
  templates: ReadonlyMap<string, ParsedTemplate>,
  values: ShownValues,
): readonly Problem[] {
  const walker = new PlaceWalker(templates, values);
  for (const { file, program } of templates.values())
    if (shapeOf(file.name)) walker.visit(program, file.path, inText, undefined);
  return [...walker.found.values()];
}

const mostVisits = 100;

/** What stands between `{{#> layout}}` and its end. */
interface Block {
  readonly program: hbs.AST.Program;
  readonly path: string;
  readonly outer: Block | undefined;
}

class PlaceWalker {
  readonly #templates: ReadonlyMap<string, ParsedTemplate>;
  readonly #values: ShownValues;
  /** Where each piece ends, by where it begins; one that is still being read ends where it began. */
  readonly #known = new Map<hbs.AST.Program, Map<string, HtmlPlace>>();
  readonly #numbers = new Map<hbs.AST.Program, number>();
  readonly found = new Map<string, Problem>();

  constructor(templates: ReadonlyMap<string, ParsedTemplate>, values: ShownValues) {
    this.#templates = templates;
    this.#values = values;
  }

  /** Where the page is after a template, or a part of one, that begins at a place. */
  visit(program: hbs.AST.Program, path: string, start: HtmlPlace, block: Block | undefined): HtmlPlace {
    const known = this.#known.get(program) ?? new Map<string, HtmlPlace>();
    this.#known.set(program, known);
    const key = [...Object.values(start), ...this.#numbersOf(block)].join("\0");
    const before = known.get(key);
    // A partial that puts itself into itself makes a new block each time.
    if (before || known.size >= mostVisits) return before ?? start;
    known.set(key, start);
    let at = start;
    for (const statement of program.body) at = this.#statement(statement, path, at, block);
    known.set(key, at);
    return at;
  }

  /** Which blocks a piece is put into, from the inside out. */
  #numbersOf(block: Block | undefined): number[] {
    if (!block) return [];
    const number = this.#numbers.get(block.program) ?? this.#numbers.size;
    this.#numbers.set(block.program, number);
    return [number, ...this.#numbersOf(block.outer)];
  }

  #statement(statement: hbs.AST.Statement, path: string, at: HtmlPlace, block: Block | undefined): HtmlPlace {
    switch (statement.type) {
      case "ContentStatement":
        return after(at, (statement as hbs.AST.ContentStatement).value);
      case "MustacheStatement":
        this.#judge(statement as hbs.AST.MustacheStatement, path, at);
        return at.mode === "value" ? { ...at, before: `${at.before}…` } : at;
      case "BlockStatement": {
        const { program, inverse } = statement as hbs.AST.BlockStatement;
        const then = program ? this.visit(program, path, at, block) : at;
        const otherwise = inverse ? this.visit(inverse, path, at, block) : at;
        // A block inside an attribute may add to its value; elsewhere both ways end alike.
        return then.before === "" ? otherwise : then;
      }
      case "PartialStatement":
      case "PartialBlockStatement":
        return this.#partial(statement as hbs.AST.PartialBlockStatement, path, at, block);
      default:
        return at;
    }
  }

  #partial(
    { name, program }: hbs.AST.PartialBlockStatement,
    path: string,
    at: HtmlPlace,
    block: Block | undefined,
  ): HtmlPlace {
    const { original } = name as hbs.AST.PathExpression;
    if (original === "@partial-block")
      return block ? this.visit(block.program, block.path, at, block.outer) : at;
    const inner = program ? { program, path, outer: block } : block;
    const target = this.#templates.get(original);
    return target ? this.visit(target.program, target.file.path, at, inner) : at;
  }

  #judge(statement: hbs.AST.MustacheStatement, path: string, at: HtmlPlace): void {
    const shown = [...(this.#values.get(statement) ?? [])];
    const place = faultOf(at, (test) => shown.length > 0 && shown.every(test));
    if (!place) return;
    const { line, column } = statement.loc.start;
    const value = fallbackOf(statement)?.value ?? (statement.path as hbs.AST.PathExpression);
    const position = { line, column: column + 1 };
    const key = `${path}:${line}:${column}`;
    this.found.set(
      key,
      problem("template/unsafe-place", path, position, { expression: value.original, place }),
    );
  }
}

/** Why a value must not stand here. */
function faultOf(
  at: HtmlPlace,
  always: (test: (value: Known) => boolean) => boolean,
): UnsafePlace | undefined {
  if (at.mode === "tag") return "name";
  if (at.mode === "raw" && at.element === "script") return "script";
  if (at.mode === "raw" && at.element === "style") return always(isStyle) ? undefined : "style block";
  if (at.mode === "raw")
    return always((value) => value.kind !== "rich") ? undefined : "markdown in attribute";
  if (at.mode !== "value") return undefined;
  if (at.quote === "") return "no quotes";
  if (at.attribute.startsWith("on")) return "event";
  if (!always((value) => value.kind !== "rich")) return "markdown in attribute";
  if (at.attribute === "style") return always(isStyle) ? undefined : "style";
  if (addressAttributes.has(at.attribute) && !settled.test(at.before))
    return at.before.trim() === "" && always(isAddress) ? undefined : "address";
  return undefined;
}

const { brand, toolkit, links } = viewShape.fields;

/** What the program itself makes for styles, or what is checked to be a number or a colour. */
const styleValues: ReadonlySet<Known> = new Set<Known>([
  ...Object.values(brand.fields.colours.fields),
  brand.fields.logo.fields.width,
  brand.fields.logo.fields.height,
  toolkit.fields.direction,
  ...[...pageShapes.values()].flatMap((shape) => named(shape, ["style"])),
]);

/** Addresses that are checked when a file is read, or made by the program. */
const addressNames = ["url", "src", "qr", "home", "stylesheet", "atom", "json", "newsletter", "poster"];
const addresses: ReadonlySet<Known> = new Set<Known>([
  links.fields.unsubscribe,
  ...[viewShape, ...pageShapes.values()].flatMap((shape) => named(shape, addressNames)),
  ...[...pageShapes.values()].flatMap(fileNames),
]);

const isStyle = (value: Known): boolean => value === literal || styleValues.has(value);
const isAddress = (value: Known): boolean => value === literal || addresses.has(value);

/** The texts of these names, wherever they stand. */
function named(shape: Shape, names: readonly string[]): Shape[] {
  if (shape.kind === "list") return named(shape.item, names);
  if (shape.kind !== "group") return [];
  return Object.entries(shape.fields).flatMap(([name, field]) => [
    ...(names.includes(name) && (field.kind === "text" || field.kind === "rich") ? [field] : []),
    ...named(field, names),
  ]);
}

/** The names of the files beside a page, which are the ways to them. */
function fileNames(shape: Shape): Shape[] {
  if (shape.kind === "list") return fileNames(shape.item);
  if (shape.kind !== "group") return [];
  return Object.entries(shape.fields).flatMap(([name, field]) => {
    if (name === "files" && field.kind === "list") return named(field.item, ["name"]);
    if (name === "press" && field.kind === "list") return [field.item];
    return fileNames(field);
  });
}

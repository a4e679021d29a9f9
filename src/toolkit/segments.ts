import jsep from "jsep";
import { fieldOf, isBlank, type Recipient } from "../domain/recipient.ts";
import { usageError, type UserError } from "../domain/user-error.ts";
import { columnName } from "./lists/columns.ts";

/** Longer than anybody writes; nesting is bounded by it as well. */
const longest = 1000;
const compared = ["=", "==", "!=", "~", "!~"] as const;
const joined: Readonly<Record<string, number>> = { or: 1, and: 2 };
const comparing = 3;
/** What ends a word without quotation marks. */
const wordEnd = /[\s()"'\u201c\u201d=!~<>&|,;]/u;
const quotes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "\u201c": "\u201d",
  "\u201d": "\u201d",
};

/** A column that a segment asks about, by its key in `fields`. */
export interface SegmentColumn {
  readonly key: string;
  /** As it was written. */
  readonly written: string;
  /** Where it stands in the text, counted from 0. */
  readonly at: number;
}

/** Who of a list is meant. */
export interface Segment {
  (to: Recipient): boolean;
  readonly text: string;
  readonly columns: readonly SegmentColumn[];
}

/** The keys of the columns that a segment asks about, each once. */
export function columnsOf({ columns }: Segment): string[] {
  return [...new Set(columns.map(({ key }) => key))];
}

/**
 * Reads a condition such as `audience=primary-care and organisation~"Trust"`: a column, one of `=`, `!=`, `~` (contains)
 * and `!~`, a value; joined by `and`, `or`, `not` and parentheses. `and` binds stronger than `or`. Capitals and the space
 * around a value make no difference. Nothing of it is ever run: it is compared as text.
 * @throws UserError (exit 2) that points at the fault
 */
export function parseSegment(text: string): Segment {
  if (text.length > longest) {
    throw usageError(
      "bad-segment",
      "The segment has more than 1,000 characters.",
      "Shorten it, or add a column to the list that says who is meant.",
    );
  }
  if (isBlank(text)) throw fault(text, 0, "The segment is empty");
  const [first = ""] = text;
  if (first === "," || first === ";") throw fault(text, 0, `"${first}" has no place here`);
  const columns: SegmentColumn[] = [];
  const test = compile(parsed(text), { text, columns });
  return Object.assign((to: Recipient) => test(to), { text, columns });
}

/** A refusal that shows the text, with a mark under the place. */
export function fault(text: string, at: number, what: string, hint = howTo): UserError {
  const line = text.replace(/\s/g, " ");
  const mark = " ".repeat(Array.from(line.slice(0, at)).length);
  return usageError("bad-segment", `${what}.\n       ${line}\n       ${mark}^`, hint, { column: at + 1 });
}

const howTo =
  'Write it such as: audience=primary-care and organisation~"Trust". There are =, !=, ~ (contains), !~, and, or, not and parentheses.';

interface Word extends jsep.Expression {
  readonly type: "Word";
  readonly text: string;
  readonly at: number;
}

interface Not extends jsep.Expression {
  readonly type: "Not";
  readonly argument: jsep.Expression;
  readonly at: number;
}

type Test = (to: Recipient) => boolean;

interface Within {
  readonly text: string;
  readonly columns: SegmentColumn[];
}

/** Words are read here, so that they may hold hyphens and their places are known; joining them is left to jsep. */
function setUp(): void {
  jsep.removeAllBinaryOps();
  jsep.removeAllUnaryOps();
  jsep.removeAllLiterals();
  for (const operator of compared) jsep.addBinaryOp(operator, comparing);
  for (const [word, binds] of Object.entries(joined)) {
    for (const form of [word, word.toUpperCase(), word[0]?.toUpperCase() + word.slice(1)]) {
      jsep.addBinaryOp(form, binds);
    }
  }
  jsep.hooks.add("gobble-spaces", function separators() {
    // jsep would pass over the first two, and read a choice in the third.
    if (/[,;?]/.test(this.char)) this.throwError(`"${this.char}" has no place here`);
  });
  jsep.hooks.add("gobble-token", function words(env) {
    const token = wordAt(this);
    if (token !== undefined) env.node = token;
  });
}

setUp();

function wordAt(scope: jsep.HookScope): Word | Not | undefined {
  const at = scope.index;
  const closing = quotes[scope.char];
  if (closing !== undefined) {
    const end = closedAt(scope.expr, at + 1, closing);
    if (end < 0) scope.throwError("This quotation mark is not closed");
    scope.index = end + 1;
    return { type: "Word", text: scope.expr.slice(at + 1, end), at };
  }
  let end = at;
  while (end < scope.expr.length && !wordEnd.test(scope.expr.charAt(end))) end += 1;
  if (end === at) return undefined;
  const text = scope.expr.slice(at, end);
  if (/^(and|or)$/i.test(text)) scope.throwError(`"${text}" needs a condition on both sides`);
  scope.index = end;
  if (!/^not$/i.test(text)) return { type: "Word", text, at };
  const argument = scope.gobbleToken();
  if (!argument) {
    scope.index = at;
    scope.throwError('"not" needs a condition behind it');
  }
  return { type: "Not", argument: argument as jsep.Expression, at };
}

function closedAt(text: string, from: number, closing: string): number {
  const end = text.indexOf(closing, from);
  // A word processor may have turned one of the two.
  return end < 0 && closing === "\u201d" ? text.indexOf('"', from) : end;
}

function parsed(text: string): jsep.Expression {
  try {
    return jsep(text);
  } catch (error) {
    if (error instanceof RangeError) throw fault(text, 0, "The segment is nested too deeply");
    const { index = 0, description = "" } = error as { index?: number; description?: string };
    throw fault(text, Math.min(index, text.length), inWords(description, text.charAt(index)));
  }
}

/** The sentences of jsep, in words that people know. */
function inWords(description: string, char: string): string {
  if (/^(This|"[,;?]"|"(and|or|not)")/i.test(description)) return description;
  const after = /^Expected expression after (.+)$/.exec(description)?.[1];
  if (after !== undefined) return `Something is missing after "${after}"`;
  if (/Unclosed \(/.test(description)) return "A closing parenthesis is missing";
  return char === "" ? "Something is missing at the end" : `"${char}" has no place here`;
}

function compile(node: jsep.Expression, within: Within): Test {
  if (isNot(node)) {
    const test = compile(node.argument, within);
    return (to) => !test(to);
  }
  if (node.type === "BinaryExpression") {
    const { operator, left, right } = node as jsep.BinaryExpression;
    const binds = joined[operator.toLowerCase()];
    if (binds === undefined) return compileComparison(operator, left, right, within);
    const [one, two] = [compile(left, within), compile(right, within)];
    return binds === joined["and"] ? (to) => one(to) && two(to) : (to) => one(to) || two(to);
  }
  if (isWord(node)) {
    throw fault(within.text, node.at + node.text.length, `"${node.text}" says nothing by itself`);
  }
  if (node.type === "Compound") {
    const [, second] = (node as jsep.Compound).body;
    throw fault(
      within.text,
      second ? placeOf(second) : 0,
      "Here should be and, or, or the end; put words with spaces into quotation marks",
    );
  }
  throw fault(within.text, 0, "This is no condition");
}

function compileComparison(
  operator: string,
  left: jsep.Expression,
  right: jsep.Expression,
  within: Within,
): Test {
  // `not a = b` comes as `(not a) = b`.
  if (isNot(left)) {
    const test = compileComparison(operator, left.argument, right, within);
    return (to) => !test(to);
  }
  if (!isWord(left)) throw fault(within.text, placeOf(left), "The name of a column should stand here");
  if (!isWord(right)) throw fault(within.text, placeOf(right), "A value should stand here");
  const key = columnName(left.text);
  if (key === "") throw fault(within.text, left.at, "The name of a column should stand here");
  within.columns.push({ key, written: left.text, at: left.at });
  const value = comparable(right.text);
  if (operator.endsWith("~") && value === "") {
    throw fault(within.text, right.at, 'Every text contains "". Use = or != for what is empty');
  }
  const actual = (to: Recipient) => comparable(valueOf(to, key));
  if (operator === "~") return (to) => actual(to).includes(value);
  if (operator === "!~") return (to) => !actual(to).includes(value);
  return operator === "!=" ? (to) => actual(to) !== value : (to) => actual(to) === value;
}

function valueOf(to: Recipient, key: string): string {
  return key === "audience" ? (to.audience ?? "") : fieldOf(to, key);
}

/** Capitals, blanks and the form of quotation marks make no difference: word processors write O’Brien for O'Brien. */
function comparable(text: string): string {
  if (isBlank(text)) return "";
  const plain = text.replace(/[\u2018\u2019\u02bc]/gu, "'").replace(/[\u201c\u201d]/gu, '"');
  return plain.normalize("NFC").replace(/\s+/gu, " ").trim().toLowerCase();
}

function isWord(node: jsep.Expression): node is Word {
  return node.type === "Word";
}

function isNot(node: jsep.Expression): node is Not {
  return node.type === "Not";
}

/** Where an expression begins. */
function placeOf(node: jsep.Expression): number {
  if (isWord(node) || isNot(node)) return node.at;
  return node.type === "BinaryExpression" ? placeOf((node as jsep.BinaryExpression).left) : 0;
}

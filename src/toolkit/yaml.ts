import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  stringify,
  type Document,
  type Node,
  type YAMLMap,
} from "yaml";
import { problem, type Position, type Problem } from "../domain/problem.ts";

/** A YAML text as plain values. Every scalar is text, just as it was typed: the definitions make numbers of them. */
export interface ParsedYaml {
  readonly value: unknown;
  /** Key path joined by dots, to where its value stands. */
  readonly places: ReadonlyMap<string, Position>;
  readonly problems: readonly Problem[];
}

const deepest = 100;
const tooDeep = "RESOURCE_EXHAUSTION";
const mostAliases = 100;

/**
 * Parses YAML 1.2 with the places of all keys. Empty values are left out, as if the key were not there.
 * @param path of the file, for problems
 * @param firstLine the line of the file on which the text begins
 */
export function parseYaml(text: string, path: string, firstLine = 1): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: "failsafe",
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: line + firstLine - 1, column: col };
  };
  const faults = [...document.errors, ...document.warnings].filter(
    // The parser says it at every level at which it ran out of room, and how many these are differs from run to run.
    ({ code }, place, all) => code !== tooDeep || all.findIndex((one) => one.code === tooDeep) === place,
  );
  // What is missing at the end is told at the last line that says something.
  const end = Math.max(0, text.trimEnd().length - 1);
  if (faults.length > 0) {
    const problems = faults.map(({ code, pos }) =>
      problem("yaml/syntax", path, at(Math.min(pos[0], end)), { reason: yamlReason(code) }),
    );
    return { value: undefined, places: new Map(), problems };
  }
  const reader = new ValueReader(document, at);
  const value = reader.read(document.contents as Node | null, "", 0);
  if (!reader.fault) return { value: value ?? {}, places: reader.places, problems: [] };
  const { position, reason } = reader.fault;
  return {
    value: undefined,
    places: reader.places,
    problems: [problem("yaml/syntax", path, position, { reason })],
  };
}

/** A YAML text as values; nothing when it has faults. */
export function readYaml(text: string): unknown {
  const { value, problems } = parseYaml(text, "");
  return problems.length === 0 ? value : undefined;
}

class ValueReader {
  readonly places = new Map<string, Position>();
  fault: { position: Position; reason: string } | undefined;
  readonly #document: Document;
  readonly #at: (offset: number) => Position;
  #aliases = 0;

  constructor(document: Document, at: (offset: number) => Position) {
    this.#document = document;
    this.#at = at;
  }

  read(node: Node | null, key: string, depth: number): unknown {
    if (!node || this.fault) return undefined;
    const position = this.#at(node.range?.[0] ?? 0);
    if (key !== "" && !this.places.has(key)) this.places.set(key, position);
    if (depth > deepest) this.fault = { position, reason: `it is nested more than ${deepest} deep` };
    if (isAlias(node))
      return this.#alias(node.resolve(this.#document) as Node | undefined, position, key, depth);
    if (isScalar(node) && node.tag === "!")
      this.fault = { position, reason: reasons["TAG_RESOLVE_FAILED"] ?? "" };
    if (isScalar(node))
      return node.value === "" && node.type === "PLAIN" ? undefined : String(node.value ?? "");
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.read(item as Node, keyBelow(key, String(index)), depth + 1),
      );
      return items.map((item) => item ?? "");
    }
    return isMap(node) ? this.#map(node.items, key, depth) : undefined;
  }

  #map(
    items: readonly { key: unknown; value: unknown }[],
    key: string,
    depth: number,
  ): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (const item of items) {
      const name = isScalar(item.key) ? String(item.key.value) : String(item.key);
      const path = keyBelow(key, name);
      if (isScalar(item.key)) this.places.set(path, this.#at(item.key.range?.[0] ?? 0));
      const value = this.read(item.value as Node | null, path, depth + 1);
      if (value !== undefined) entries.push([name, value]);
    }
    return Object.fromEntries(entries);
  }

  #alias(target: Node | undefined, position: Position, key: string, depth: number): unknown {
    this.#aliases += 1;
    const reason = !target
      ? reasons["BAD_ALIAS"]
      : this.#aliases > mostAliases
        ? `it repeats other parts more than ${mostAliases} times`
        : undefined;
    if (reason !== undefined || !target) {
      this.fault = { position, reason: reason ?? "" };
      return undefined;
    }
    return this.read(target, key, depth + 1);
  }
}

function keyBelow(key: string, name: string): string {
  return key === "" ? name : `${key}.${name}`;
}

const reasons: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a value that contains ": " needs quotes around it',
  DUPLICATE_KEY: "this key is here twice",
  TAB_AS_INDENT: "a line begins with a tab; use spaces",
  BAD_INDENT: "this line is indented more or less than the lines around it",
  MISSING_CHAR: "something is missing here, perhaps a colon, a closing quote or a closing bracket",
  MULTILINE_IMPLICIT_KEY:
    'this line has no colon after its name; text with ": " or over several lines needs quotes',
  BAD_SCALAR_START: "this text begins with a character that has a meaning of its own; put quotes around it",
  BAD_ALIAS: 'text that begins with "*" or "&" needs quotes around it',
  UNEXPECTED_TOKEN:
    "this cannot stand here; a value that begins with a sign such as - > | @ or { needs quotes",
  BAD_DQ_ESCAPE: 'in double quotes "\\" has a meaning of its own; use single quotes',
  BAD_DIRECTIVE: 'text that begins with "%" needs quotes around it',
  BLOCK_IN_FLOW: "inside brackets this must stand on one line, without list marks",
  KEY_OVER_1024_CHARS: "the name before this colon is too long; text with a colon needs quotes",
  MULTIPLE_DOCS: 'a line "---" ends this part; leave it out',
  TAG_RESOLVE_FAILED: 'text that begins with "!" needs quotes around it',
};

/** The parser's own words may repeat the text, and in the settings that may be a password. */
function yamlReason(code: string): string {
  return reasons[code] ?? "this is not written as YAML wants it";
}

/** Values as YAML. What is undefined is left out. */
export function formatYaml(value: object): string {
  return stringify(JSON.parse(JSON.stringify(value)), { lineWidth: 0 });
}

/** Changes to one level of keys of a YAML text. */
export interface YamlChanges {
  readonly set?: Readonly<Record<string, object | string>>;
  readonly remove?: readonly string[];
  /** Adds an item to the list at the key, which is made if it is not there. */
  readonly append?: Readonly<Record<string, object>>;
}

/** Changes keys of a YAML text; comments and all other keys stay as they are. */
export function editYaml(text: string, { set = {}, remove = [], append = {} }: YamlChanges): string {
  // As typed: `007` must not become 7 by the way.
  const document = parseDocument(text, { schema: "failsafe" });
  for (const [key, value] of Object.entries(set)) setKey(document, [key], plain(value));
  for (const key of remove) if (isMap(document.contents)) deleteKey(document.contents, key);
  for (const [key, item] of Object.entries(append)) {
    if (document.has(key)) document.addIn([key], document.createNode(plain(item)));
    else document.set(key, document.createNode([plain(item)]));
  }
  return document.toString({ lineWidth: 0 });
}

/** Goes down to single values, since a comment beside a value stays only while its node does. */
function setKey(document: Document, path: readonly string[], value: unknown): void {
  const before = document.getIn(path);
  if (typeof value !== "object" || value === null || Array.isArray(value) || !isMap(before)) {
    document.setIn(path, typeof value === "object" ? document.createNode(value) : value);
    return;
  }
  const names = before.items.map(({ key }) => String(key));
  for (const name of names.filter((one) => !Object.hasOwn(value, one))) deleteKey(before, name);
  for (const [key, inner] of Object.entries(value)) setKey(document, [...path, key], inner);
}

/** Takes a key out of a map; a comment above it goes to the key below, or to the end. */
function deleteKey(map: YAMLMap, name: string): void {
  const at = map.items.findIndex(({ key }) => String(key) === name);
  const [gone, below] = [map.items[at], map.items[at + 1]];
  if (!gone) return;
  const comment = isScalar(gone.key) ? gone.key.commentBefore : undefined;
  map.items.splice(at, 1);
  if (!comment) return;
  // A key that was set here is a plain text, which holds no comment.
  if (below && !isScalar(below.key)) below.key = new Scalar(below.key);
  if (below && isScalar(below.key)) below.key.commentBefore = joined(comment, below.key.commentBefore);
  else map.comment = joined(comment, map.comment);
}

function joined(...comments: readonly (string | null | undefined)[]): string {
  return comments.filter(Boolean).join("\n");
}

/** Values of the failsafe schema: every scalar is text. What is undefined is left out. */
function plain(value: object | string): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      inner === undefined || typeof inner === "object" ? inner : String(inner),
    ),
  );
}

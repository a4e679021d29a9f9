import type { z } from "zod";
import { problem, type Problem } from "../domain/problem.ts";
import { placeOf, type SourceMap } from "../domain/topic.ts";

/** The value, if it can be had, and everything wrong with it. */
export interface Validated<Value> {
  readonly value: Value | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Validates the values of one file. Unknown keys are warnings and left out; everything else is an error, all of them
 * at once, each at the place of its key.
 */
export function validate<Definition extends z.ZodType>(
  definition: Definition,
  value: unknown,
  source: SourceMap,
): Validated<z.output<Definition>> {
  const problems: Problem[] = [];
  const first = definition.safeParse(value);
  if (first.success) return { value: first.data, problems };
  const unknown = first.error.issues
    .flatMap(flattenUnion)
    .filter((issue) => issue.code === "unrecognized_keys");
  const known = withoutKeys(value, unknown);
  for (const issue of unknown) {
    for (const key of issue.keys) {
      const path = [...issue.path.map(String), key].join(".");
      const names = Object.keys(shapeAt(definition, issue.path));
      problems.push(
        problem("schema/unknown-key", source.path, placeOf(source, path), { key: path, known: names }),
      );
    }
  }
  const second = definition.safeParse(known);
  if (second.success) return { value: second.data, problems };
  for (const issue of second.error.issues) problems.push(describe(issue, known, source));
  return { value: undefined, problems };
}

type Issue = z.core.$ZodIssue;

/** A union's issues are those of the branch that came nearest: the one that took the value's basic type. */
function flattenUnion(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const tookIt = (branch: readonly Issue[]) =>
    branch.every(({ code, path }) => code !== "invalid_type" || path.length > 0);
  const nearest = issue.errors.find(tookIt) ?? [];
  return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function describe(issue: Issue, value: unknown, source: SourceMap): Problem {
  const key = issue.path.map(String).join(".");
  const place = placeOf(source, key);
  const given = issue.path.reduce<unknown>(
    (at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part],
    value,
  );
  if (given === undefined && issue.code === "invalid_type") {
    return problem("schema/missing", source.path, place, { key, hint: issue.message });
  }
  return problem("schema/invalid", source.path, place, { key, expected: issue.message });
}

function withoutKeys(value: unknown, issues: readonly Issue[]): unknown {
  const copy = structuredClone(value);
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    const holder = issue.path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown>)[part], copy);
    for (const key of issue.keys) delete (holder as Record<string, unknown>)[key];
  }
  return copy;
}

/** The fields a definition has at a path, for the did-you-mean. */
function shapeAt(definition: z.ZodType, path: readonly PropertyKey[]): Readonly<Record<string, z.ZodType>> {
  let at: z.ZodType | undefined = definition;
  for (const part of path) {
    const parts: DefinitionParts = partsOf(at);
    at = parts.shape?.[String(part)] ?? parts.valueType ?? parts.element;
    if (!at) return {};
  }
  return partsOf(at).shape ?? {};
}

/** The parts of a zod definition that lead further down. */
interface DefinitionParts {
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly valueType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
}

/** What lies below `.optional()`, `.default()` and `.transform()`; of a union, the branch with fields. */
function partsOf(definition: z.ZodType): DefinitionParts {
  const { def } = definition as unknown as { def: DefinitionParts };
  const inner = def.innerType ?? def.in;
  if (inner) return partsOf(inner);
  return def.options?.map(partsOf).find(({ shape }) => shape) ?? def;
}

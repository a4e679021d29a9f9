import { didYouMean } from "../check/words/phrases.ts";
import type { NoFallback } from "../domain/problem.ts";
import type { Recipient } from "../domain/recipient.ts";
import { UserError, type UserErrorPlace } from "../domain/user-error.ts";
import { GapCounter, type CountedGap } from "../plan/gaps.ts";
import type { Context } from "./context.ts";
import { count } from "../domain/count.ts";

/** Why a send is refused, and what to do next. */
export interface Refusal {
  readonly code: string;
  readonly why: string;
  readonly next: string;
  readonly place?: UserErrorPlace;
}

/**
 * Stops a send: the first reason is the failure, the others are told before it.
 * @param lead how it begins, such as "It cannot be sent."
 * @throws UserError (exit 1) unless there is no reason
 */
export function refuse({ out }: Context, refusals: readonly Refusal[], lead: string): void {
  const [first, ...others] = refusals;
  if (!first) return;
  for (const { why, next, place } of others)
    out.warn(`Also: ${place ? `${shownPlace(place)}  ` : ""}${why} ${next}`);
  throw new UserError(first.code, `${lead} ${first.why}`, first.next, { place: first.place ?? {} });
}

/** How many rows are named; the number says the rest. */
const rowsNamed = 5;

/**
 * The fields that a mail would show empty to somebody. Everyone it would go to is looked at, one by one.
 * @param shown the fields that it shows without a fallback
 * @param list its name; none for a test whose people stand in no list
 */
export async function gapRefusals(
  shown: readonly NoFallback[],
  to: Iterable<Recipient> | AsyncIterable<Recipient>,
  list: string | undefined,
): Promise<Refusal[]> {
  if (shown.length === 0) return [];
  const counter = new GapCounter(shown, rowsNamed);
  for await (const person of to) counter.add(person);
  return counter.gaps.map((gap) => {
    const [first, ...more] = gap.places;
    const { field, expression } = first.details;
    const elsewhere = more.length > 0 ? ` It also stands in ${more.map(shownPlace).join(", ")}.` : "";
    const { path, line, column } = first;
    return {
      code: first.rule,
      why: `"recipient.${field}" has no fallback here, and ${whatIsMissing(gap, counter.people, list)}.`,
      next: `${mend(gap, counter.columns, list)} {{fallback ${expression} "…"}}.${elsewhere}`,
      place: { path, line, column },
    };
  });
}

function whatIsMissing(gap: CountedGap, asked: number, list: string | undefined): string {
  if (list === undefined) return "a test has no list to fill it from";
  const { field, people, first, isColumn } = gap;
  const rows = first.map(({ row, address }) => `row ${row} (${address})`);
  const rest = people - rows.length;
  const cause = isColumn ? "" : `the list ${list} has no column "${field}", so `;
  return `${cause}it is empty for ${people.toLocaleString("en-GB")} of ${count(asked, "person", "people")}: ${rows.join(", ")}${rest > 0 ? ` and ${rest.toLocaleString("en-GB")} more` : ""}`;
}

/** Ends where the way to write a fallback goes on. */
function mend({ field, isColumn }: CountedGap, columns: readonly string[], list: string | undefined): string {
  if (list === undefined) return "Write";
  if (isColumn) return `Fill it in ${list} and send again, or write`;
  return `${didYouMean(field, columns)}Correct the name, or add the column, or write`;
}

function shownPlace({ path, line, column }: UserErrorPlace): string {
  return `${path}:${line}:${column}`;
}

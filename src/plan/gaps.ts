import type { NoFallback } from "../domain/problem.ts";
import { fieldOf, type Recipient } from "../domain/recipient.ts";

/** A personal field that a mail shows without a fallback, and that is empty for somebody. */
export interface Gap {
  readonly field: string;
  /** Where the templates show it; at least one place. */
  readonly places: readonly NoFallback[];
  /** For whom it is empty, in the order of the list; at least one person. */
  readonly people: readonly Recipient[];
}

/**
 * Takes the fields that a mail shows without a fallback and everybody it would go to; gives one gap for each field
 * that is empty for anyone.
 */
export function findGaps(shown: readonly NoFallback[], to: readonly Recipient[]): Gap[] {
  const fields = [...new Set(shown.map(({ details }) => details.field))];
  return fields.flatMap((field) => {
    const people = to.filter((person) => fieldOf(person, field) === "");
    const places = shown.filter(({ details }) => details.field === field);
    return people.length === 0 ? [] : [{ field, places, people }];
  });
}

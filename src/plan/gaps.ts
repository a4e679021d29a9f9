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

/** A gap, counted: those it concerns are too many to be kept. */
export interface CountedGap {
  readonly field: string;
  /** Where the templates show it; at least one place. */
  readonly places: readonly [NoFallback, ...NoFallback[]];
  /** For how many it is empty; at least one. */
  readonly people: number;
  /** The first of them. */
  readonly first: readonly Recipient[];
  /** False when nobody has such a column at all. */
  readonly isColumn: boolean;
}

/** Looks at people one by one, and keeps the first few of those for whom a mail would show something empty. */
export class GapCounter {
  readonly #gaps: Map<
    string,
    { places: NoFallback[]; people: number; first: Recipient[]; isColumn: boolean }
  >;
  readonly #kept: number;
  #people = 0;
  #columns: readonly string[] = [];

  /** @param kept how many people are kept for each field */
  constructor(shown: readonly NoFallback[], kept: number) {
    this.#kept = kept;
    this.#gaps = new Map();
    for (const place of shown) {
      const { field } = place.details;
      const gap = this.#gaps.get(field) ?? { places: [], people: 0, first: [], isColumn: false };
      gap.places.push(place);
      this.#gaps.set(field, gap);
    }
  }

  add(person: Recipient): void {
    this.#people += 1;
    if (this.#people === 1) this.#columns = Object.keys(person.fields);
    for (const [field, gap] of this.#gaps) {
      gap.isColumn ||= Object.hasOwn(person.fields, field);
      if (fieldOf(person, field) !== "") continue;
      gap.people += 1;
      if (gap.first.length < this.#kept) gap.first.push(person);
    }
  }

  /** How many were looked at. */
  get people(): number {
    return this.#people;
  }

  /** The columns of the first of them. */
  get columns(): readonly string[] {
    return this.#columns;
  }

  get gaps(): CountedGap[] {
    return [...this.#gaps].flatMap(
      ([
        field,
        {
          places: [place, ...more],
          ...gap
        },
      ]): CountedGap[] =>
        place === undefined || gap.people === 0 ? [] : [{ field, places: [place, ...more], ...gap }],
    );
  }
}

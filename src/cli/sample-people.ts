import { inventedRecipient, type ListSource, type Recipient } from "../domain/recipient.ts";
import type { Settings } from "../domain/settings.ts";
import { usageError } from "../domain/user-error.ts";

/** Asks for the invented person. */
const sampleName = "sample";

/** Somebody whose mail is looked at in a test. */
export interface SamplePerson {
  /** As in the list; its address is never written to. */
  readonly to: Recipient;
  /** Who it is, in words. */
  readonly shown: string;
}

/**
 * The people as whom a test is to be seen: rows of the list, or an invented one.
 * @param wanted rows, addresses, or `sample`
 * @throws UserError (exit 2) when the list is missing or somebody is not on it
 */
export async function samplePeople(
  settings: Settings,
  list: ListSource | undefined,
  wanted: readonly string[],
): Promise<SamplePerson[]> {
  const found = new Map<string, SamplePerson>();
  if (wanted.includes(sampleName)) {
    const to = inventedPerson(settings, list?.columns ?? []);
    found.set(sampleName, { to, shown: `an invented person (${to.fields["name"]})` });
  }
  const others = new Set(wanted.filter((one) => one !== sampleName));
  if (others.size > 0) {
    if (!list) {
      throw usageError(
        "missing-answer",
        `--as ${[...others][0]} needs a list.`,
        `Name it with --to LIST. For an invented person, use --as ${sampleName}.`,
      );
    }
    for await (const to of peopleOf(list)) {
      const names = new Set([String(to.row), to.key]);
      for (const one of others) {
        if (found.has(one) || !names.has(one.trim().toLowerCase())) continue;
        found.set(one, { to, shown: `row ${to.row} of ${list.name} (${to.address})` });
      }
      if (found.size >= new Set(wanted).size) break;
    }
  }
  return [...new Set(wanted)].map((one) => found.get(one) ?? notOn(list, one));
}

async function* peopleOf(list: ListSource): AsyncGenerator<Recipient> {
  for await (const row of list.rows()) if (row.kind === "person") yield row.to;
}

function notOn(list: ListSource | undefined, one: string): never {
  throw usageError(
    "not-on-list",
    `Nobody on the list ${list?.name ?? ""} is in row ${one} or has that address.`,
    "Give a row as a spreadsheet counts them (the first row names the columns), or an address of the list.",
  );
}

/** Accents, quotation marks, what markup is made of, words that run from right to left, and great length. */
const awkward: Readonly<Record<string, string>> = {
  name: 'Zoë-Éloïse "Zo" O\u2019Néill-van der Müllenbach & Søn <Æther>',
  organisation:
    "The Royal & Ancient Northmoor Foundation Trust for Out-of-Hours Care (North, South, East and West)",
  role: "Lead for \u05e9\u05dc\u05d5\u05dd and =1+1, {{name}}",
};

/** Somebody whose details are hard to set: what looks right for them looks right for everybody. */
function inventedPerson({ audiences }: Settings, columns: readonly string[]): Recipient {
  const address = "zoe.o'neill+test@example.org";
  const audience = audiences[0]?.id;
  const fields = Object.fromEntries(
    [...new Set([...columns, ...Object.keys(awkward)])].map((column) => [
      column,
      awkward[column] ?? awkward["organisation"] ?? "",
    ]),
  );
  return inventedRecipient(address, fields, audience);
}

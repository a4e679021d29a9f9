import { inventedRecipient, type Recipient } from "../../domain/recipient.ts";

/** Somebody invented, as whom a mail is looked at. */
export interface ReadyMade {
  /** As it stands in the address. */
  readonly id: string;
  /** Who it is, in few words. */
  readonly label: string;
  readonly fields: Readonly<Record<string, string>>;
}

const address = "sam.example@example.org";
const usual = { name: "Sam Example", organisation: "Example Surgery", role: "Practice nurse" };

/**
 * People whose details are hard to set: what looks right for them looks right for everybody.
 * @param columns those that the templates name, beyond the usual ones
 */
export function readyMade(columns: readonly string[]): ReadyMade[] {
  const own = columns.filter((column) => !Object.hasOwn(usual, column) && column !== "email");
  const others = Object.fromEntries(own.map((column) => [column, `Example ${column}`]));
  const all = { ...usual, ...others };
  const person = (id: string, label: string, fields: Readonly<Record<string, string>>): ReadyMade => ({
    id,
    label,
    fields: { ...all, ...fields },
  });
  return [
    person("usual", "Usual details", {}),
    person("long", "A very long name", {
      name: "Professor Wilhelmina Featherstonehaugh-Cholmondeley-Marjoribanks of Auchtermuchty",
      organisation:
        "The Royal and Ancient Northmoor Foundation Trust for Out-of-Hours Care (North, South, East and West)",
    }),
    person("right-to-left", "A name from right to left", {
      name: "ליאורה בן־דוד",
      organisation: "مركز الرعاية الأولية",
    }),
    person("signs", "Apostrophes and angle brackets", {
      name: `Siobhán O'Neill "Shiv" <she & they>`,
      organisation: "Smith & Sons <North> Ltd",
      role: "{{name}} =1+1",
    }),
    person("accents", "Accents", { name: "Zoë-Éloïse Müller-Ångström Đặng Łukasiewicz" }),
    person("no-name", "No name", { name: "" }),
    person("no-organisation", "No organisation", { organisation: "" }),
    { id: "empty", label: "Nothing but an address", fields: {} },
    ...own.flatMap((column) => [
      person(`with ${column}`, `With "${column}"`, {}),
      person(`without ${column}`, `Without "${column}"`, { [column]: "" }),
    ]),
  ];
}

/** Somebody ready-made as a row of a list. */
export function recipientFrom(
  { fields }: Pick<ReadyMade, "fields">,
  audience: string | undefined,
): Recipient {
  return inventedRecipient(address, fields, audience);
}

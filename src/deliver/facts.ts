import type { Kysely } from "kysely";

import { isOutbox, type DeliveryFacts } from "../plan/delivery.ts";
import { kindOf } from "./kinds.ts";
import { voidRehearsals } from "./rehearsals.ts";
import type { Selection } from "./staging.ts";
import type { Tables } from "./schema.ts";

type Fact = keyof DeliveryFacts;

/**
 * What the ledger knows of these few people. They are compared by token, because a forgotten person has no address here
 * any more.
 */
export async function factsAbout(
  db: Kysely<Tables>,
  selection: Selection,
  people: readonly { readonly key: string; readonly person: string }[],
): Promise<Record<Fact, ReadonlySet<string>>> {
  const { cycle, variant, exclude = [], retryUnknown = false } = selection;
  const keys = new Map(people.map(({ key, person }) => [person, key]));
  const tokens = [...keys.keys()];
  const facts = {
    suppressed: new Set<string>(),
    excluded: new Set<string>(),
    accepted: new Set<string>(),
    rejected: new Set<string>(),
    unknown: new Set<string>(),
  };
  const note = (fact: Fact, person: string) => void facts[fact].add(keys.get(person) ?? "");
  if (tokens.length === 0) return facts;
  const kind = kindOf(selection.transport);
  const isVoid = await voidRehearsals(db, selection);
  const settled = await db
    .selectFrom("deliveries")
    .select(["person", "state", "transport", "again", "run", "rehearsal"])
    .where("cycle", "=", cycle)
    .where("variant", "=", variant)
    // What was really sent counts for the outbox as well; a rehearsal counts for nothing else.
    .where("rehearsal", "<=", kind)
    .where("person", "in", tokens)
    .where((of) =>
      of.or([of("state", "in", ["accepted", "rejected", "unknown", "sending"]), of("again", ">", 0)]),
    )
    .orderBy("rehearsal")
    .execute();
  const reallyReached = new Set<string>();
  for (const { person, state: recorded, again, ...before } of settled) {
    const state = recorded !== "sending" && again > 0 ? "unknown" : recorded;
    // Left on the wire by a process that died, or on it now: only an outbox can say later what became of it.
    const isOpen = state === "unknown" || state === "sending";
    if (before.rehearsal === 0) reallyReached.add(person);
    else if (reallyReached.has(person)) continue;
    // A rehearsal can find out nothing about what went on the wire for real, nor try it again.
    if (before.rehearsal === kind && (isVoid(before) || (isOpen && retryUnknown))) continue;
    if (state === "sending" && isOutbox(before.transport ?? "")) continue;
    note(state === "sending" ? "unknown" : (state as "accepted" | "rejected" | "unknown"), person);
  }
  const off = await db.selectFrom("suppressions").select("person").where("person", "in", tokens).execute();
  for (const { person } of off) note("suppressed", person);
  if (exclude.length === 0) return facts;
  const out = await db.selectFrom("staged_out").select("person").where("person", "in", tokens).execute();
  for (const { person } of out) note("excluded", person);
  return facts;
}

import { createHash, scryptSync } from "node:crypto";

import type { Kysely } from "kysely";

import type { Schedule } from "../domain/edition.ts";
import type { CycleId } from "../domain/topic.ts";
import { withDelivery } from "./kinds.ts";
import type { Run } from "./records.ts";
import { findRuns } from "./runs.ts";
import type { Tables } from "./schema.ts";

/** What a run has left to do. */
export interface Outstanding {
  /** Not sent yet, or deferred and tried again. */
  readonly open: number;
  /** Deferred, and given up: nothing tries them again by itself. */
  readonly givenUp: number;
}

/** A name for exactly this send at this time: changed in anything, it is another. */
export function armedName(cycle: CycleId, schedule: Schedule): string {
  const { list, variant, only, exclude, through, count, people, digest, at } = schedule;
  const facts = [cycle, list, variant, only ?? null, exclude ?? [], through, count, people, digest, at];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 32);
}

/**
 * The digest of a list as it may stand in a file for everyone to see. A plain one of a short list could be guessed at by
 * trying addresses; each try takes as long here as a password's (scrypt, RFC 7914).
 */
export function peopleDigest(cycle: CycleId, listDigest: string): string {
  return scryptSync(listDigest, `onetopic list ${cycle}`, 16).toString("hex");
}

const begunName = (armed: string) => `armed and begun: ${armed}`;

/** What the ledger knows of sends that go by themselves. */
export interface ArmedBook {
  /** The run that a scheduled send has become, see `armedName`; none before it began. */
  begun(armed: string): Promise<Run | undefined>;
  /** Writes down which run it has become. */
  begin(armed: string, run: Run): Promise<void>;
  /** Whoever is on the do-not-mail list by now is not waited for. */
  outstanding(run: Run): Promise<Outstanding>;
}

/** See `Ledger.armed`. */
export function armedBook(db: Kysely<Tables>): ArmedBook {
  return {
    begun: async (armed) => {
      const id = await valueOf(db, begunName(armed));
      return id === undefined ? undefined : (await findRuns(db, {})).find((run) => run.id === Number(id));
    },
    begin: (armed, run) => note(db, begunName(armed), String(run.id)),
    outstanding: (run) => outstanding(db, run),
  };
}

/** The run of this id has another from now on. */
export async function moveBegun(db: Kysely<Tables>, from: number, to: number): Promise<void> {
  await db
    .updateTable("meta")
    .set({ value: String(to) })
    .where("name", "like", begunName("%"))
    .where("value", "=", String(from))
    .execute();
}

async function outstanding(db: Kysely<Tables>, run: Run): Promise<Outstanding> {
  const rows = await db
    .selectFrom("list_rows as l")
    .innerJoin("deliveries as d", withDelivery(run))
    .leftJoin("suppressions as s", "s.person", "l.person")
    .select((of) => [
      of
        .case()
        .when(of.and([of("d.state", "=", "deferred"), of("d.next_at", "is", null)]))
        .then(1)
        .else(0)
        .end()
        .as("ended"),
      of.fn.countAll<number>().as("count"),
    ])
    .where("l.run", "=", run.id)
    .where("l.skip", "is", null)
    .where("d.state", "in", ["pending", "claimed", "sending", "deferred"])
    .where((of) => of.or([of("s.person", "is", null), of("d.state", "=", "sending")]))
    .groupBy("ended")
    .execute();
  const amount = (ended: number) => Number(rows.find((row) => Number(row.ended) === ended)?.count ?? 0);
  return { open: amount(0), givenUp: amount(1) };
}

async function valueOf(db: Kysely<Tables>, name: string): Promise<string | undefined> {
  const found = await db.selectFrom("meta").select("value").where("name", "=", name).executeTakeFirst();
  return found?.value;
}

async function note(db: Kysely<Tables>, name: string, value: string): Promise<void> {
  await db
    .insertInto("meta")
    .values({ name, value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
    .execute();
}

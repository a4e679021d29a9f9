import { createHash } from "node:crypto";

import type { Kysely } from "kysely";

import type { Tally } from "../domain/delivery.ts";
import type { ListRow, Recipient } from "../domain/recipient.ts";
import type { CycleId, Variant } from "../domain/topic.ts";
import { UserError } from "../domain/user-error.ts";
import { rankOf, tallyOfPlan, verdictOn } from "../plan/delivery.ts";
import { factsAbout } from "./facts.ts";
import { type Fill, filling } from "./filling.ts";
import { domainOf, personToken } from "./identity.ts";
import type { Tables } from "./schema.ts";
import { rehearsedBefore } from "./rehearsals.ts";
import {
  batchSize,
  createStagingTables,
  dropStagingTables,
  recipientOf,
  settleDuplicates,
  stagedRows,
  type StagedRow,
  waitingLeftOut,
} from "./staged-rows.ts";

/** What is asked of a list, and what the decisions about its people depend on. */
export interface Selection {
  readonly cycle: CycleId;
  readonly variant: Variant;
  /** Its name: what only went to an outbox does not count for another way. */
  readonly transport: string;
  /** Ids, in the order of the settings: of several rows for one person, the first of these wins. */
  readonly audiences: readonly string[];
  /** Part of the list; all of it unless given. */
  readonly only?: { readonly text: string; readonly has: (to: Recipient) => boolean } | undefined;
  /** Lists whose people are left out. */
  readonly exclude?: readonly { readonly name: string; rows(): AsyncIterable<ListRow> }[] | undefined;
  /** Those of unknown outcome are to be tried again. */
  readonly retryUnknown?: boolean | undefined;
  /** Of what is sent, see `NewRun`: a rehearsal of something else does not count. All rehearsals do unless given. */
  readonly contentDigest?: string | undefined;
  /** A rehearsal that begins anew: none of before counts. */
  readonly afresh?: boolean | undefined;
}

/** A row that is left out for what stands in it. */
export interface LeftOut {
  readonly row: number;
  readonly value: string;
  readonly why: string;
}

const modulus = 2n ** 256n;

/** How many bad rows are named of a list that leaves people out. */
const rowsShown = 5;

/**
 * A list on its way to a frozen run, in temporary tables of the ledger's connection: however long it is, it is never in
 * memory as a whole. Nothing is locked meanwhile, and nothing of it outlives the connection.
 */
export class Staging {
  readonly #db: Kysely<Tables>;
  readonly #fill: Fill;
  readonly secret: Buffer;
  /** See `Selection.afresh`. */
  afresh = false;
  #rows = 0;
  #sum = 0n;
  #tally: Tally | undefined;

  constructor(db: Kysely<Tables>, secret: Buffer) {
    this.#db = db;
    this.#fill = filling(db);
    this.secret = secret;
  }

  /** Reads the list to its end and decides about every row. `step` is told how many rows are in. */
  async read(
    selection: Selection,
    list: AsyncIterable<ListRow>,
    step: (rows: number) => void = () => {},
  ): Promise<void> {
    await createStagingTables(this.#db);
    this.afresh = selection.afresh ?? false;
    for (const { name, rows } of selection.exclude ?? []) await this.#leaveOut(name, rows());
    for await (const rows of inBatches(list)) {
      await this.#fill(await this.#decided(selection, rows));
      this.#rows += rows.length;
      step(this.#rows);
    }
    await settleDuplicates(this.#db);
  }

  /** Takes over what another connection has staged under the same secret. */
  async copy(from: Staging): Promise<void> {
    await createStagingTables(this.#db);
    for await (const rows of stagedRows(from.#db)) await this.#fill(rows);
    this.afresh = from.afresh;
    this.#rows = from.#rows;
    this.#sum = from.#sum;
  }

  /** Filled rows of the list. */
  get rows(): number {
    return this.#rows;
  }

  /** A short name for who is on the list, whatever the order of its rows. */
  get digest(): string {
    return this.#sum.toString(16).padStart(64, "0").slice(0, 32);
  }

  /** The closing equation as it would be before the first message. */
  async tally(): Promise<Tally> {
    if (this.#tally) return this.#tally;
    const counted = await this.#db
      .selectFrom("staged")
      .select((of) => ["verdict", of.fn.countAll<number>().as("count")])
      .groupBy("verdict")
      .execute();
    return (this.#tally = tallyOfPlan(
      this.#rows,
      counted.map(({ verdict, count }) => [verdict, Number(count)]),
    ));
  }

  /** The first rows that are left out for what stands in them, and how many there are. */
  async leftOut(limit: number): Promise<LeftOut[]> {
    const rows = await this.#db
      .selectFrom("staged")
      .select(["row", "address", "verdict", "reason", "loses_to"])
      .where("verdict", "in", ["duplicate", "invalid"])
      .orderBy("row")
      .limit(limit)
      .execute();
    return rows.map(({ row, address, verdict, reason, loses_to }) => ({
      row,
      value: address,
      why: verdict === "invalid" ? (reason ?? "") : `same as row ${loses_to}`,
    }));
  }

  /** How many of those to be sent to have no audience, or one that the settings do not name. */
  async withoutAudience({ audiences }: Selection): Promise<number> {
    const { count } = await this.#db
      .selectFrom("staged")
      .select((of) => of.fn.countAll<number>().as("count"))
      .where("verdict", "=", "send")
      .where("rank", "=", audiences.length)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /**
   * How many still wait for a message from an earlier send to the list of this name, and are left out now because
   * another part of the list is asked for, or another list is left out.
   */
  async waitingLeftOut(selection: Selection, list: string): Promise<number> {
    return waitingLeftOut(this.#db, selection, list);
  }

  /** How many of those to be sent to have an earlier rehearsal's message in an outbox, which is replaced. */
  async rehearsedBefore(selection: Selection): Promise<number> {
    return rehearsedBefore(this.#db, selection, "send");
  }

  /** How many of the list count as served by a rehearsal that this one goes on with. */
  async rehearsedAlready(selection: Selection): Promise<number> {
    return rehearsedBefore(this.#db, selection, "already-accepted");
  }

  /** Everybody to be sent to, in the order of the list. */
  async *people(): AsyncGenerator<Recipient> {
    for await (const rows of stagedRows(this.#db, "send")) yield* rows.map(recipientOf);
  }

  /** Drops the temporary tables. */
  async clear(): Promise<void> {
    await dropStagingTables(this.#db);
  }

  async #leaveOut(name: string, list: AsyncIterable<ListRow>): Promise<void> {
    const unread: (ListRow & { kind: "invalid" })[] = [];
    for await (const rows of inBatches(list)) {
      for (const row of rows) if (row.kind === "invalid") unread.push(row);
      const people = rows.flatMap((row) =>
        row.kind === "person" ? [{ person: personToken(this.secret, row.to.key) }] : [],
      );
      if (people.length === 0) continue;
      await this.#db
        .insertInto("staged_out")
        .values(people)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    if (unread.length > 0) throw namesNobody(name, unread);
  }

  async #decided(selection: Selection, rows: readonly ListRow[]): Promise<StagedRow[]> {
    const people = rows.flatMap((row) =>
      row.kind === "person" ? [{ key: row.to.key, person: personToken(this.secret, row.to.key) }] : [],
    );
    const facts = await factsAbout(this.#db, selection, people);
    let at = 0;
    return rows.map((row) => {
      if (row.kind === "invalid") return invalidRow(row);
      const { to } = row;
      this.#sum = (this.#sum + rowHash(to)) % modulus;
      const isWanted = selection.only?.has(to) ?? true;
      return {
        row: to.row,
        person: people[at++]?.person ?? null,
        key: to.key,
        address: to.address,
        domain: domainOf(to),
        audience: to.audience ?? null,
        fields: JSON.stringify(to.fields),
        rank: rankOf(to, selection.audiences),
        outside: isWanted ? 0 : 1,
        verdict: verdictOn(to, facts, isWanted),
        reason: isWanted ? null : `not in ${selection.only?.text}`,
        loses_to: null,
      };
    });
  }
}

function invalidRow({ row, value, reason }: Extract<ListRow, { kind: "invalid" }>): StagedRow {
  return {
    row,
    person: null,
    key: "",
    address: value,
    domain: "",
    audience: null,
    fields: "{}",
    rank: 0,
    outside: 0,
    verdict: "invalid",
    reason,
    loses_to: null,
  };
}

/** The digests of rows are added up: the order does not matter, and two equal rows do not cancel each other out. */
function rowHash({ key, audience, fields }: Recipient): bigint {
  const text = JSON.stringify([key, audience, fields]);
  return BigInt(`0x${createHash("sha256").update(text).digest("hex")}`);
}

async function* inBatches(rows: AsyncIterable<ListRow>): AsyncGenerator<ListRow[]> {
  let batch: ListRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Whoever such a row means would be mailed, though somebody wanted to leave them out. */
function namesNobody(list: string, rows: readonly (ListRow & { kind: "invalid" })[]): UserError {
  const shown = rows.slice(0, rowsShown).map(({ row, reason }) => `row ${row} (${reason})`);
  const more = rows.length - shown.length;
  return new UserError(
    "exclude-unreadable",
    `In ${list}, which is to leave people out, nobody can be read from ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`,
    "Correct these rows or take them out, then run the same command again. Nothing was sent.",
  );
}

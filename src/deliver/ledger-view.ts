import { existsSync } from "node:fs";
import { Kysely } from "kysely";

import type { DeliveryState, Tally } from "../domain/delivery.ts";
import type { EditionParts } from "../domain/edition.ts";
import type { Variant } from "../domain/topic.ts";
import { oneOf } from "./dialects.ts";
import { openLedgerFileToRead } from "./ledger-file.ts";
import type { PostgresPlace } from "./place.ts";
import { openWork, type OpenWork } from "./open-work.ts";
import type { Run, Sender } from "./records.ts";
import { findRuns, runFrom, served, tally } from "./runs.ts";
import type { Tables } from "./schema.ts";
import { findSenders } from "./senders.ts";
import { sqliteDialect } from "./sqlite.ts";

/** What became of one message. */
export interface SentMessage {
  readonly messageId: string;
  readonly cycle: string;
  readonly variant: string;
  readonly state: Exclude<DeliveryState, "skipped">;
  readonly attempts: number;
  /** What the transport said last. */
  readonly reply?: string | undefined;
  /** The name of the transport of the latest attempt. */
  readonly transport?: string | undefined;
  readonly updatedAt: number;
  /** Of the run that is to send it; none when no run wants it any more. */
  readonly run?: Pick<Run, "topic" | "list"> | undefined;
}

/** A ledger that is only looked at. Every operation throws a UserError when the file behind it fails. */
export interface LedgerView {
  /** Runs that match, newest first. */
  runs(wanted: { readonly cycle: string; readonly variant?: Variant }): Promise<Run[]>;
  tally(run: Run): Promise<Tally>;
  /** What of the run is not over: asked often, it costs little however long the list is. */
  open(run: Run): Promise<OpenWork>;
  /** See `Ledger.senders`. */
  senders(now: number): Promise<Sender[]>;
  /** See `Ledger.served`. */
  served(run: Run): Promise<number>;
  /** What became of these messages, by Message-ID. */
  messages(ids: readonly string[]): Promise<ReadonlyMap<string, SentMessage>>;
  /** What content was made of when it was sent; nothing when this ledger did not see it. */
  partsOf(digest: string): Promise<EditionParts | undefined>;
  close(): Promise<void>;
}

/**
 * Opens a ledger beside whoever writes it: it changes nothing, and waits for nobody.
 * @returns nothing when there is no such file
 * @throws UserError when it is damaged, foreign, of another version, or out of reach
 */
export async function openLedgerView(place: string | PostgresPlace): Promise<LedgerView | undefined> {
  if (typeof place !== "string") {
    const { openServerLedger } = await import("./postgres-ledger.ts");
    const open = await openServerLedger(place, { isMade: false });
    return open && viewOf(open.db, () => open.db.destroy());
  }
  if (!existsSync(place)) return undefined;
  const opened = openLedgerFileToRead(place);
  const db = new Kysely<Tables>({ dialect: sqliteDialect(opened) });
  return viewOf(db, async () => {
    // Where nothing was asked, there is nothing to destroy, and the file stays open.
    await db.destroy();
    opened.close();
  });
}

function viewOf(db: Kysely<Tables>, close: () => Promise<void>): LedgerView {
  return {
    runs: (wanted) => findRuns(db, wanted),
    tally: (run) => tally(db, run),
    open: (run) => openWork(db, run),
    senders: (now) => findSenders(db, now),
    served: (run) => served(db, run),
    messages: (ids) => messages(db, ids),
    partsOf: (digest) => partsOfRun(db, digest),
    close,
  };
}

async function messages(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SentMessage>> {
  const rows = await db
    .selectFrom("deliveries as d")
    .leftJoin("runs as r", "r.id", "d.run")
    .select(["d.message_id", "d.cycle", "d.variant", "d.state", "d.again", "d.attempts", "d.reply"])
    .select(["d.transport", "d.updated_at", "r.topic", "r.list"])
    .where("d.message_id", "in", oneOf(db, ids))
    // Of what was rehearsed and then sent, the later in this order stands: what was really sent.
    .orderBy("d.rehearsal", "desc")
    .execute();
  return new Map(
    rows.flatMap((row): [string, SentMessage][] => {
      const { message_id: messageId, topic, list } = row;
      if (messageId === null) return [];
      return [
        [
          messageId,
          {
            messageId,
            cycle: row.cycle,
            variant: row.variant,
            state: stateOf(row),
            attempts: row.attempts,
            reply: row.reply ?? undefined,
            transport: row.transport ?? undefined,
            updatedAt: row.updated_at,
            run: topic === null || list === null ? undefined : { topic, list },
          },
        ],
      ];
    }),
  );
}

/** As people know it: whoever is to be tried again may have had the message all the while. */
function stateOf({
  state,
  again,
}: Pick<Tables["deliveries"], "state"> & { readonly again: number }): SentMessage["state"] {
  if (again > 0 && state !== "sending") return "unknown";
  return state === "claimed" ? "pending" : state;
}

async function partsOfRun(db: Kysely<Tables>, digest: string): Promise<EditionParts | undefined> {
  const row = await db
    .selectFrom("runs")
    .selectAll()
    .where("content_digest", "=", digest)
    .where("parts", "!=", "{}")
    .executeTakeFirst();
  return row && runFrom(row).parts;
}

import type { Kysely } from "kysely";

import type { Recipient } from "../domain/recipient.ts";
import type { Claim, Claimed, ClaimRequest, Interrupted, Run, Wait } from "./ledger.ts";
import { allowance, domainShares, forgetOldAttempts, noteAttempts } from "./rates.ts";
import type { DeliveryRow, Tables } from "./schema.ts";

/** `row` is missing only where a list was frozen again without the person. */
type Due = DeliveryRow & { row: number | null };

/** See `Ledger.adopt`. */
export async function adopt(db: Kysely<Tables>, run: Run, now: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const wanted = trx
      .selectFrom("list_rows")
      .select("person")
      .where("run", "=", run.id)
      .where("skip", "is", null)
      .where("person", "is not", null);
    // Only what changes is written: after freezing, a long list has its run already.
    await trx
      .updateTable("deliveries")
      .set({ run: null })
      .where("run", "=", run.id)
      .where("state", "in", ["pending", "deferred"])
      .where("person", "not in", wanted)
      .execute();
    await trx
      .updateTable("deliveries")
      .set({ run: run.id })
      .where("cycle", "=", run.cycle)
      .where("variant", "=", run.variant)
      .where("state", "in", ["pending", "deferred", "sending"])
      .where("person", "in", wanted)
      .where((of) => of.or([of("run", "is", null), of("run", "!=", run.id)]))
      .execute();
    await forgetOldAttempts(trx, now);
  });
}

/** See `Ledger.interrupted`. */
export async function interrupted(db: Kysely<Tables>, run: Run): Promise<Interrupted[]> {
  const rows = await queued(db, run).where("d.state", "=", "sending").orderBy("d.id").execute();
  return rows.map((row) => ({ ...claimedFrom(row), transport: row.transport ?? "" }));
}

/** See `Ledger.claim`. One transaction, so that limits hold however many processes share the ledger. */
export async function claim(db: Kysely<Tables>, request: ClaimRequest, now: number): Promise<Claim> {
  const { run, limits } = request;
  return db.transaction().execute(async (trx) => {
    const { free, until } = await allowance(trx, limits, now);
    if (free <= 0) return { deliveries: [], wait: await waitForRate(trx, run, until) };
    const shares = await domainShares(trx, limits.perDomain, now);
    const closed = [...shares.closed.keys()];
    const due = await dueRows(trx, run, { now, limit: Math.min(request.limit, free), closed });
    if (due.length === 0) return { deliveries: [], wait: await nextDue(trx, run, shares.closed, now) };
    const taken = withinShares(due, (domain) => shares.left(domain));
    const deliveries: Claimed[] = [];
    for (const row of taken) deliveries.push(claimedFrom(await markSending(trx, row, request, now)));
    await noteAttempts(
      trx,
      taken.map(({ domain }) => domain),
      now,
    );
    return { deliveries };
  });
}

/**
 * Deliveries of the run. The row of the list is looked up for each and not joined: joined, SQLite may start from the
 * list and read all of it for every claim.
 */
function queued(db: Kysely<Tables>, run: Run) {
  return db
    .selectFrom("deliveries as d")
    .selectAll("d")
    .select((of) =>
      of
        .selectFrom("list_rows as l")
        .select("l.row")
        .where("l.run", "=", run.id)
        .whereRef("l.person", "=", "d.person")
        .$asScalar()
        .as("row"),
    )
    .where("d.run", "=", run.id);
}

/** The same, without anybody who was suppressed since the plan was made. */
function mailable(db: Kysely<Tables>, run: Run) {
  return queued(db, run).where(({ not, exists, selectFrom }) =>
    not(exists(selectFrom("suppressions as s").select("s.person").whereRef("s.person", "=", "d.person"))),
  );
}

/** Those whose time has come first, then those never tried, in the order of the list. */
async function dueRows(
  trx: Kysely<Tables>,
  run: Run,
  { now, limit, closed }: { now: number; limit: number; closed: readonly string[] },
): Promise<Due[]> {
  let open = mailable(trx, run);
  if (closed.length > 0) open = open.where("d.domain", "not in", closed);
  const again = await open
    .where("d.state", "=", "deferred")
    .where("d.next_at", "<=", now)
    .orderBy("d.next_at")
    .limit(limit)
    .execute();
  if (again.length >= limit) return again;
  const fresh = await open
    .where("d.state", "=", "pending")
    // Always so, and said only for the index, which then gives them in order.
    .where("d.next_at", "is", null)
    .orderBy("d.id")
    .limit(limit - again.length)
    .execute();
  return [...again, ...fresh];
}

function withinShares(due: readonly Due[], left: (domain: string) => number): Due[] {
  const taken = new Map<string, number>();
  return due.filter(({ domain }) => {
    const before = taken.get(domain) ?? 0;
    taken.set(domain, before + 1);
    return before < left(domain);
  });
}

async function markSending(trx: Kysely<Tables>, row: Due, request: ClaimRequest, now: number): Promise<Due> {
  const marks = {
    state: "sending" as const,
    attempts: row.attempts + 1,
    first_at: row.first_at ?? now,
    next_at: null,
    updated_at: now,
    message_id: request.messageId(row.key),
    transport: request.transport,
    owner: request.owner,
  };
  await trx.updateTable("deliveries").set(marks).where("id", "=", row.id).execute();
  return { ...row, ...marks };
}

/** Waiting for a limit makes sense only when somebody is waiting behind it. */
async function waitForRate(trx: Kysely<Tables>, run: Run, until: number): Promise<Wait | undefined> {
  const waiting = await mailable(trx, run)
    .where((of) =>
      of.or([
        of("d.state", "=", "pending"),
        of.and([of("d.state", "=", "deferred"), of("d.next_at", "is not", null)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return waiting && { until, because: "rate" };
}

/** Nothing is due: either somebody is deferred, or everyone due is in a domain that has had its share. */
async function nextDue(
  trx: Kysely<Tables>,
  run: Run,
  closed: ReadonlyMap<string, number>,
  now: number,
): Promise<Wait | undefined> {
  const waits: Wait[] = [];
  const retry = await mailable(trx, run)
    .where("d.state", "=", "deferred")
    .where("d.next_at", ">", now)
    .orderBy("d.next_at")
    .limit(1)
    .executeTakeFirst();
  if (retry?.next_at) waits.push({ until: retry.next_at, because: "retry" });
  for (const [domain, until] of closed) {
    const blocked = await mailable(trx, run)
      .where("d.domain", "=", domain)
      .where((of) => of.or([of("d.state", "=", "pending"), of("d.next_at", "<=", now)]))
      .limit(1)
      .executeTakeFirst();
    if (blocked) waits.push({ until, because: "rate" });
  }
  return waits.toSorted((a, b) => a.until - b.until)[0];
}

function claimedFrom(row: Due): Claimed {
  return {
    id: row.id,
    to: recipientFrom(row),
    messageId: row.message_id ?? "",
    attempts: row.attempts,
    firstAt: row.first_at ?? 0,
  };
}

function recipientFrom(row: Due): Recipient {
  return {
    address: row.address,
    key: row.key,
    audience: row.audience ?? undefined,
    fields: JSON.parse(row.fields) as Record<string, string>,
    row: row.row ?? 0,
  };
}

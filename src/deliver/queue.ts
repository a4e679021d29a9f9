import type { Kysely } from "kysely";

import type { Recipient } from "../domain/recipient.ts";
import type { Claim, Claimed, ClaimRequest, Interrupted, Run, Wait } from "./records.ts";
import { kindOf } from "./kinds.ts";
import { unknownAsBefore } from "./outcomes.ts";
import { countAlone, isServer, notWantedBy, unlockedOnly } from "./dialects.ts";
import { allowance, forgetOldAttempts, fullDomains, isLimited, restingDomains, sharesLeft } from "./rates.ts";
import type { DeliveryRow, Tables } from "./schema.ts";
import { dismissDead, giveBackOfDead, haltOf, ofNobody } from "./senders.ts";

/** How long to leave others to what they hold, in milliseconds. */
const second = 1_000;

/** `row` is missing only where a list was frozen again without the person. */
type Due = DeliveryRow & { row: number | null };

/** See `Ledger.adopt`. */
export async function adopt(db: Kysely<Tables>, run: Run, now: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await dismissDead(trx, now, run);
    await giveBackOfDead(trx, now);
    await unknownAsBefore(trx, now);
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
      .where(notWantedBy(trx, run.id))
      .execute();
    const elsewhere = trx
      .updateTable("deliveries")
      .set({ run: run.id })
      .where("cycle", "=", run.cycle)
      .where("variant", "=", run.variant)
      .where("rehearsal", "=", kindOf(run.transport))
      .where((of) => of.or([of("run", "is", null), of("run", "!=", run.id)]));
    await elsewhere.where("state", "in", ["pending", "deferred"]).where("person", "in", wanted).execute();
    // What the dead left on the wire: also who left the list since is settled.
    await elsewhere.where("state", "=", "sending").where(ofNobody()).execute();
    await forgetOldAttempts(trx, now);
  });
}

/** See `Ledger.interrupted`. */
export async function interrupted(db: Kysely<Tables>, run: Run): Promise<Interrupted[]> {
  const rows = await queued(db, run)
    .where("d.state", "=", "sending")
    .where(ofNobody("d"))
    .orderBy("d.id")
    .execute();
  return rows.map((row) => ({
    to: recipientFrom(row),
    attempts: row.attempts,
    attempt: {
      id: row.id,
      owner: row.owner ?? "",
      domain: row.domain,
      messageId: row.message_id ?? "",
      transport: row.transport ?? "",
    },
  }));
}

/** See `Ledger.claim`. One transaction, so that limits hold however many processes share the ledger. */
export async function claim(db: Kysely<Tables>, request: ClaimRequest, now: number): Promise<Claim> {
  const { run, owner } = request;
  // A server's limits are none of an outbox's.
  const limits = kindOf(run.transport) === 0 ? request.limits : {};
  return db.transaction().execute(async (trx) => {
    const halt = await haltOf(trx, { run, owner, now });
    if (halt) return { deliveries: [], halt };
    if (isLimited(limits)) await countAlone(trx);
    const { free, until } = await allowance(trx, limits, now);
    if (free <= 0) return { deliveries: [], wait: await waitForRate(trx, run, until) };
    const asking = { run, owner, now, perDomain: limits.perDomain };
    const due = await dueRows(trx, asking, Math.min(request.limit, free));
    if (due.length === 0) return { deliveries: [], wait: await nextDue(trx, asking) };
    const taken = await withinShares(trx, due, limits.perDomain, now);
    await trx
      .updateTable("deliveries")
      .set({ state: "claimed", owner, updated_at: now })
      .where(
        "id",
        "in",
        taken.map(({ id }) => id),
      )
      .execute();
    return { deliveries: taken.map(claimedFrom) };
  });
}

/** What a claim goes by. */
interface Asking {
  readonly run: Run;
  readonly owner: string;
  readonly now: number;
  readonly perDomain: number | undefined;
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

/** Those whose time has come first, then those never tried, then those to be tried again; each in the order of the list. */
async function dueRows(trx: Kysely<Tables>, asking: Asking, limit: number): Promise<Due[]> {
  const { run, now, perDomain } = asking;
  let open = mailable(trx, run);
  if (kindOf(run.transport) === 0)
    open = open.where("d.domain", "not in", restingDomains(trx, now).clearSelect().select("domain"));
  if (perDomain !== undefined) {
    const full = trx.selectFrom(fullDomains(trx, perDomain, now).as("full")).select("full.domain");
    open = open.where("d.domain", "not in", full);
  }
  const free = unlockedOnly(trx, open);
  const again = await free
    .where("d.state", "=", "deferred")
    .where("d.next_at", "<=", now)
    .orderBy("d.next_at")
    .limit(limit)
    .execute();
  if (again.length >= limit) return again;
  const fresh = await free
    .where("d.state", "=", "pending")
    // Always so, and said only for the index, which then gives them in order.
    .where("d.next_at", "is", null)
    .orderBy("d.id")
    .limit(limit - again.length)
    .execute();
  const soFar = [...again, ...fresh];
  if (soFar.length >= limit) return soFar;
  const unknown = await free
    .where("d.state", "=", "unknown")
    .where("d.again", "=", 1)
    .orderBy("d.id")
    .limit(limit - soFar.length)
    .execute();
  return [...soFar, ...unknown];
}

async function withinShares(
  trx: Kysely<Tables>,
  due: readonly Due[],
  perDomain: number | undefined,
  now: number,
): Promise<readonly Due[]> {
  if (perDomain === undefined) return due;
  const left = await sharesLeft(trx, perDomain, [...new Set(due.map(({ domain }) => domain))], now);
  const taken = new Map<string, number>();
  return due.filter(({ domain }) => {
    const before = taken.get(domain) ?? 0;
    taken.set(domain, before + 1);
    return before < left(domain);
  });
}

/** Waiting for a limit makes sense only when somebody is waiting behind it. */
async function waitForRate(trx: Kysely<Tables>, run: Run, until: number): Promise<Wait | undefined> {
  const waiting = await mailable(trx, run)
    .where((of) =>
      of.or([
        of("d.state", "=", "pending"),
        of.and([of("d.state", "=", "unknown"), of("d.again", "=", 1)]),
        of.and([of("d.state", "=", "deferred"), of("d.next_at", "is not", null)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return waiting && { until, because: "rate" };
}

/** Nothing is due: either somebody is deferred, or everyone due is in a domain that rests or has had its share. */
async function nextDue(
  trx: Kysely<Tables>,
  { run, owner, now, perDomain }: Asking,
): Promise<Wait | undefined> {
  const waits: Wait[] = [];
  const retry = await mailable(trx, run)
    .where("d.state", "=", "deferred")
    .where("d.next_at", ">", now)
    .orderBy("d.next_at")
    .limit(1)
    .executeTakeFirst();
  if (retry?.next_at) waits.push({ until: retry.next_at, because: "retry" });
  const held = mailable(trx, run)
    .clearSelect()
    .select("d.domain")
    .where((of) => of.or([of("d.state", "=", "pending"), of("d.next_at", "<=", now), of("d.again", "=", 1)]))
    .where("d.state", "in", ["pending", "deferred", "unknown"]);
  const full = perDomain === undefined ? [] : [["rate", fullDomains(trx, perDomain, now)] as const];
  const resting = kindOf(run.transport) === 0 ? [["retry", restingDomains(trx, now)] as const] : [];
  for (const [because, closed] of [...resting, ...full]) {
    const next = await trx
      .selectFrom(closed.as("closed"))
      .select("closed.until")
      .where("closed.domain", "in", held)
      .orderBy("closed.until")
      .limit(1)
      .executeTakeFirst();
    if (next) waits.push({ until: next.until, because });
  }
  const isLeft = async () => isServer(trx) && (await held.limit(1).executeTakeFirst()) !== undefined;
  // Nothing stands in the way of whoever is left: somebody else has them under their hands at this moment.
  if (waits.length === 0 && ((await othersHold(trx, run, owner)) || (await isLeft())))
    waits.push({ until: now + second, because: "others" });
  return waits.toSorted((a, b) => a.until - b.until)[0];
}

/** What others hold may come back: they die, or are told to try again later. */
async function othersHold(trx: Kysely<Tables>, run: Run, owner: string): Promise<boolean> {
  const held = await trx
    .selectFrom("deliveries")
    .select("id")
    .where("run", "=", run.id)
    .where("state", "in", ["claimed", "sending"])
    .where("owner", "!=", owner)
    .limit(1)
    .executeTakeFirst();
  return held !== undefined;
}

function claimedFrom(row: Due): Claimed {
  return {
    id: row.id,
    to: recipientFrom(row),
    person: row.person,
    domain: row.domain,
    messageId: row.message_id ?? undefined,
    // Tried again though the outcome is unknown: the attempts before do not count.
    attempts: row.again === 1 ? 0 : row.attempts,
    firstAt: row.again === 1 ? undefined : (row.first_at ?? undefined),
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

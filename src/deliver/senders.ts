import { type Kysely, sql } from "kysely";

import { isServer, leaseTime, takeOverAlone, unchanging } from "./dialects.ts";
import { kindOf } from "./kinds.ts";
import { sendingAlready } from "./lock.ts";
import { hasEnded } from "./machine.ts";
import { givenBack } from "./outcomes.ts";
import type { Control, Halt, Interrupted, NewRun, NewSender, Run, Sender, Standing } from "./records.ts";
import type { Tables } from "./schema.ts";

/** See `Ledger.enlist`. */
export async function enlist(db: Kysely<Tables>, sender: NewSender, now: number): Promise<boolean> {
  const { owner, run, host, pid, version, lease } = sender;
  const time = leaseTime(db, now);
  // The run stays as it is until this is written: whoever freezes it anew sees this sender, or this sender sees that.
  const known = run && unchanging(db, db.selectFrom("runs").select("content_digest"), "share");
  const digest = await known?.where("id", "=", run?.id ?? 0).executeTakeFirst();
  if (run && digest?.content_digest !== run.contentDigest) return false;
  const lease_until = sql<number>`${time} + cast(${lease} as integer)`;
  await db
    .insertInto("senders")
    .values({ owner, run: run?.id ?? null, host, pid, version, started_at: time, lease_until })
    .onConflict((conflict) => conflict.column("owner").doUpdateSet({ run: run?.id ?? null, lease_until }))
    .execute();
  return true;
}

/** See `Ledger.renew`. */
export async function renew(
  db: Kysely<Tables>,
  owner: string,
  { lease, sent }: { readonly lease: number; readonly sent: number },
  now: number,
): Promise<Standing> {
  const row = await db
    .updateTable("senders")
    .set({ lease_until: sql<number>`${leaseTime(db, now)} + cast(${lease} as integer)`, sent })
    .where("owner", "=", owner)
    .returning("run")
    .executeTakeFirst();
  if (!row) return { isHeld: false };
  return { isHeld: true, control: row.run === null ? undefined : await controlOf(db, row.run) };
}

/** See `Ledger.resign`. */
export async function resign(db: Kysely<Tables>, owner: string, now: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // In this order, as in `takeOver`: else each could wait for what the other holds.
    await trx.deleteFrom("senders").where("owner", "=", owner).execute();
    await givenBack(trx, now).where("owner", "=", owner).execute();
  });
}

/** See `Ledger.senders`. */
export async function findSenders(db: Kysely<Tables>, now: number): Promise<Sender[]> {
  const rows = await db
    .selectFrom("senders")
    .selectAll()
    .select(leaseTime(db, now).as("time"))
    .orderBy("started_at")
    .orderBy("owner")
    .execute();
  return rows.map(({ owner, run, host, pid, version, started_at, lease_until, sent, time }) => ({
    owner,
    run: run ?? undefined,
    host,
    pid,
    version,
    startedAt: started_at,
    leaseUntil: lease_until,
    sent,
    readAt: Number(time),
    isAlive: lease_until > Number(time),
  }));
}

/** See `Ledger.takeOver`. */
export async function takeOver(db: Kysely<Tables>, now: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await takeOverAlone(trx))) return;
    await dismissDead(trx, now);
    await giveBackOfDead(trx, now);
  });
}

/**
 * Strikes out the senders that are dead: those whose lease is over, those that have ended on this machine, and all that may
 * be left of what one process at a time does, for whoever holds the lock for it. One that somebody else has under their
 * hands is left to them: whoever writes down a long list holds up nobody.
 * @param alone the run that the caller is the only one to send
 */
export async function dismissDead(trx: Kysely<Tables>, now: number, alone?: Run): Promise<void> {
  if (isServer(trx)) await strikeOut(trx, now, { isAloneAtRehearsal: kindOf(alone?.transport ?? "") === 1 });
  else if (alone) await trx.deleteFrom("senders").execute();
}

async function strikeOut(
  trx: Kysely<Tables>,
  now: number,
  { run, isAloneAtRehearsal = false }: { readonly run?: number; readonly isAloneAtRehearsal?: boolean },
): Promise<void> {
  const rehearsals = trx.selectFrom("runs").select("id").where("rehearsal", "=", 1);
  const known = await trx.selectFrom("senders").select("owner").execute();
  const ended = known.map(({ owner }) => owner).filter(hasEnded);
  let dead = trx
    .selectFrom("senders")
    .select("owner")
    .where((of) =>
      of.or([
        of("lease_until", "<=", leaseTime(trx, now)),
        ...(ended.length > 0 ? [of("owner", "in", ended)] : []),
        ...(isAloneAtRehearsal ? [of("run", "in", rehearsals)] : []),
      ]),
    );
  if (run !== undefined) dead = dead.where("run", "=", run);
  const mine = (await dead.forUpdate().skipLocked().execute()).map(({ owner }) => owner);
  if (mine.length > 0) await trx.deleteFrom("senders").where("owner", "in", mine).execute();
}

/** What was claimed by those who are not there any more, and never begun, goes back to where it was. */
export async function giveBackOfDead(trx: Kysely<Tables>, now: number): Promise<void> {
  await givenBack(trx, now).where(ofNobody()).execute();
}

/** True for a delivery whose owner is no sender, or none any more. */
export function ofNobody(deliveries: "deliveries" | "d" = "deliveries") {
  return sql<boolean>`not exists (select 1 from senders where senders.owner = ${sql.ref(`${deliveries}.owner`)})`;
}

/** See `Ledger.abandon`. Their owner stays, so that it may still say how they ended. */
export async function abandon(
  db: Kysely<Tables>,
  left: readonly Interrupted[],
  reply: string,
  now: number,
): Promise<Interrupted[]> {
  if (left.length === 0) return [];
  const ids = left.map(({ attempt }) => attempt.id);
  const rows = await db
    .updateTable("deliveries")
    .set({ state: "unknown", reply, next_at: null, updated_at: now })
    .where("id", "in", ids)
    .where("state", "=", "sending")
    .where(ofNobody())
    .returning("id")
    .execute();
  const changed = new Set(rows.map(({ id }) => id));
  return left.filter(({ attempt }) => changed.has(attempt.id));
}

/** See `Ledger.setControl`. What was cancelled is not paused as well. */
export async function setControl(
  db: Kysely<Tables>,
  { id }: Pick<Run, "id">,
  control: Control | undefined,
): Promise<boolean> {
  let query = db
    .updateTable("runs")
    .set({ control: control?.order ?? null, control_reason: control?.reason ?? null })
    .where("id", "=", id);
  if (control?.order === "paused") query = query.where("control", "is", null);
  if (control === undefined) query = query.where("control", "is not", null);
  return (await query.executeTakeFirst()).numUpdatedRows > 0n;
}

async function controlOf(db: Kysely<Tables>, run: number): Promise<Control | undefined> {
  const row = await db
    .selectFrom("runs")
    .select(["control", "control_reason"])
    .where("id", "=", run)
    .executeTakeFirst();
  return row && controlFrom(row);
}

/** What stands in a run's row. */
export function controlFrom({
  control,
  control_reason: reason,
}: {
  control: Control["order"] | null;
  control_reason: string | null;
}): Control | undefined {
  return control === null ? undefined : { order: control, ...(reason === null ? {} : { reason }) };
}

/** Why this sender must not claim anything of the run now. */
export async function haltOf(
  trx: Kysely<Tables>,
  { run, owner, now }: { readonly run: Run; readonly owner: string; readonly now: number },
): Promise<Halt | undefined> {
  const control = await controlOf(trx, run.id);
  if (control || !isServer(trx)) return control;
  const alive = await trx
    .selectFrom("senders")
    .select("owner")
    .where("owner", "=", owner)
    .where("lease_until", ">", leaseTime(trx, now))
    .executeTakeFirst();
  return alive ? undefined : { order: "lost" };
}

/**
 * A run that others are sending cannot become another one under their hands.
 * @throws UserError (exit 1) when it would
 */
export async function refuseWhileSent(
  trx: Kysely<Tables>,
  wanted: Pick<NewRun, "cycle" | "variant" | "list" | "contentDigest" | "transport"> & { listDigest: string },
  now: number,
): Promise<void> {
  // In a file, the sender's lock has shown that there is nobody.
  if (!isServer(trx)) return;
  const found = trx
    .selectFrom("runs")
    .select(["id", "content_digest", "transport"])
    .where("cycle", "=", wanted.cycle)
    .where("variant", "=", wanted.variant)
    .where("list", "=", wanted.list)
    .where("list_digest", "=", wanted.listDigest)
    .where("rehearsal", "=", kindOf(wanted.transport));
  const run = await unchanging(trx, found, "update").executeTakeFirst();
  if (!run || (run.content_digest === wanted.contentDigest && run.transport === wanted.transport)) return;
  await strikeOut(trx, now, { run: run.id });
  const at = await trx
    .selectFrom("senders")
    .selectAll()
    .where("run", "=", run.id)
    .limit(1)
    .executeTakeFirst();
  if (at)
    throw sendingAlready(`process ${at.pid} on ${at.host}, since ${new Date(at.started_at).toISOString()}`);
}

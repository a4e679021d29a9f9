import path from "node:path";
import type { Ledger, Run } from "../deliver/ledger.ts";
import type { SenderLock } from "../deliver/lock.ts";
import type { CycleId, Variant } from "../domain/topic.ts";
import { usageError, UserError } from "../domain/user-error.ts";
import { exists } from "../toolkit/files.ts";
import { fillSecrets, type Context } from "./context.ts";
import { count } from "../domain/count.ts";

/** Opens the ledger; one that is not there yet is only made when something will be written. */
export async function openToolkitLedger(
  context: Context,
  root: string,
  setting: string,
  writing: boolean,
): Promise<Ledger> {
  const { openLedger } = await import("../deliver/ledger.ts");
  const file = await ledgerFile(context, root, setting);
  return openLedger(writing || (await exists(file)) ? file : ":memory:", { now: Date.now });
}

/** Takes the right to send. It lies beside the ledger, since toolkits may share one. */
export async function takeLock(context: Context, root: string, setting: string): Promise<SenderLock> {
  const { takeSenderLock } = await import("../deliver/lock.ts");
  return takeSenderLock(`${await ledgerFile(context, root, setting)}.lock`, { now: Date.now });
}

async function ledgerFile(context: Context, root: string, setting: string): Promise<string> {
  const place = await fillSecrets(context, root, setting);
  if (!/^[a-z][a-z0-9+]*:\/\//i.test(place)) return path.resolve(root, place);
  throw usageError(
    "bad-ledger",
    "This version keeps its ledger in a file only.",
    'Leave "ledger" out of the settings, or give a path such as var/ledger.sqlite.',
  );
}

/** The runs that stand: of those to the same list, only the newest. Who left the list since is not mailed. */
export async function standingRuns(ledger: Ledger, cycle: CycleId): Promise<Run[]> {
  const newest = new Map<string, Run>();
  for (const run of await ledger.runs({ cycle })) {
    const key = JSON.stringify([run.variant, run.list]);
    if (!newest.has(key)) newest.set(key, run);
  }
  return [...newest.values()].toReversed();
}

/**
 * An edition goes on where it began; another way must be asked for, or half a list would end in the wrong place.
 * @throws UserError when a run that reached anybody went through another transport than this
 */
export async function refuseOtherTransport(
  ledger: Ledger,
  cycle: CycleId,
  variant: Variant,
  transport: string,
): Promise<void> {
  for (const run of await ledger.runs({ cycle, variant })) {
    if (run.transport === transport) continue;
    const { accepted, unknown, pending, deferred } = await ledger.tally(run);
    if (accepted + unknown === 0 || pending + deferred === 0) continue;
    throw new UserError(
      "other-transport",
      `This send began through ${run.transport} and is not finished; now it would go through ${transport}.`,
      `Finish it where it began: onetopic resume ${cycle} --transport URL`,
    );
  }
}

/** How many have had an edition, or may have; in one variant or in any. */
export async function peopleServed(ledger: Ledger, cycle: CycleId, variant?: Variant): Promise<number> {
  const runs = await ledger.runs({ cycle, ...(variant === undefined ? {} : { variant }) });
  const tallies = await Promise.all(runs.map((run) => ledger.tally(run)));
  return Math.max(0, ...tallies.map(({ accepted, unknown }) => accepted + unknown));
}

/**
 * How many have had an edition that is not what its files say now. What only went to the outbox has left nobody's
 * machine, so it does not hold up a send by another way.
 * @param transport its name, or the setting
 */
export async function servedDifferently(
  ledger: Ledger,
  cycle: CycleId,
  digest: string,
  transport: string,
): Promise<number> {
  let served = 0;
  for (const run of await ledger.runs({ cycle })) {
    const isRehearsal = isOutbox(run.transport) && !isOutbox(transport);
    if (run.contentDigest === digest || isRehearsal) continue;
    const { accepted, unknown } = await ledger.tally(run);
    served = Math.max(served, accepted + unknown);
  }
  return served;
}

function isOutbox(transport: string): boolean {
  return transport.startsWith("outbox:");
}

/** Part of an edition is out, and its words, brand, templates or settings are not what they were. */
export function changedSince(cycle: CycleId, variant: Variant, served: number): UserError {
  return new UserError(
    "changed",
    `The ${variant} of ${cycle} has changed since ${count(served, "person", "people")} got it.`,
    "Undo the change to send the rest (git diff shows it), or pick the topic for another cycle.",
  );
}

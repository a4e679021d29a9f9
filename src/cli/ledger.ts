import type { Ledger } from "../deliver/ledger.ts";
import type { LedgerView } from "../deliver/ledger-view.ts";
import { isPostgres, parsePlace, type PostgresPlace } from "../deliver/place.ts";
import type { NewRun, Run } from "../deliver/records.ts";
import type { Staging } from "../deliver/staging.ts";
import type { EditionParts } from "../domain/edition.ts";
import type { CycleId, Variant } from "../domain/topic.ts";
import { UserError } from "../domain/user-error.ts";
import { changedParts, partsInWords } from "../plan/changes.ts";
import { isOutbox, isRehearsal } from "../plan/delivery.ts";
import { afterChange, changedSince, type ServedDifferently } from "../plan/gates.ts";
import { fillSecrets, type Context } from "./context.ts";
import { quoted } from "../domain/quoted.ts";

/**
 * Opens the ledger. One that is not there yet is only made when something will be written; otherwise an empty one stands
 * in for it that is gone at the end.
 */
export async function openToolkitLedger(
  context: Context,
  root: string,
  setting: string,
  writing: boolean,
): Promise<Ledger> {
  const { openLedger } = await import("../deliver/open-ledger.ts");
  const place = await ledgerPlace(context, root, setting);
  return openLedger(place, { now: Date.now, ifThere: !writing });
}

/**
 * Opens the ledger to look at it for a moment, beside whoever sends, whom it must not hold up; an empty one stands in for
 * it where there is none. What would change it fails.
 */
export async function openToolkitLedgerToRead(
  context: Context,
  root: string,
  setting: string,
): Promise<Ledger> {
  const { openLedgerToRead } = await import("../deliver/open-ledger.ts");
  return openLedgerToRead(await ledgerPlace(context, root, setting), { now: Date.now });
}

/**
 * Opens the ledger to look at it and no more, beside whoever sends; nothing where there is none yet.
 * @throws UserError when it cannot be looked at
 */
export async function openToolkitLedgerView(
  context: Context,
  root: string,
  setting: string,
): Promise<LedgerView | undefined> {
  const { openLedgerView } = await import("../deliver/ledger-view.ts");
  return openLedgerView(await ledgerPlace(context, root, setting));
}

/**
 * The ledger to freeze a plan in, and the plan within it. Where the plan was made without a ledger, the ledger is made
 * now, and the plan moves over. Whoever calls it holds the right to send, and closes the ledger that it gives.
 * @throws UserError when somebody else has made the ledger in the meantime: the plan knows nothing of what is in it
 */
export async function ledgerFor(
  context: Context,
  { root, settings }: { readonly root: string; readonly settings: { readonly ledger: string } },
  planned: { readonly ledger: Ledger; readonly staged: Staging },
): Promise<{ readonly ledger: Ledger; readonly staged: Staging }> {
  if (!planned.ledger.isTemporary) return planned;
  const { secret } = planned.ledger;
  const { openLedger } = await import("../deliver/open-ledger.ts");
  const ledger = await openLedger(await ledgerPlace(context, root, settings.ledger), {
    now: Date.now,
    secret,
  });
  try {
    if (!ledger.secret.equals(secret)) {
      throw new UserError(
        "ledger-changed",
        "Somebody else began to use the ledger at the same moment. Nothing was sent.",
        "Run the same command again.",
      );
    }
    const staged = ledger.stage();
    await staged.copy(planned.staged);
    return { ledger, staged };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

/** Where the ledger is: as the command line says, else the environment, else the settings. Its password never shows. */
export async function ledgerPlace(
  context: Context,
  root: string,
  setting: string,
): Promise<string | PostgresPlace> {
  const named = context.ledger ?? (context.env["ONETOPIC_LEDGER"] || setting);
  const text = await fillSecrets(context, root, named, isPostgres(named) ? encodeURIComponent : undefined);
  const { passwordForms } = await import("../deliver/transports/discreet.ts");
  for (const secret of passwordForms(text)) context.out.redact(secret);
  return parsePlace(text, root);
}

/**
 * The newest run to each list in each variant, the oldest first: who left the list since is not mailed. A rehearsal is one by
 * itself, beside the real send.
 */
export async function newestRuns(ledger: Pick<LedgerView, "runs">, cycle: CycleId): Promise<Run[]> {
  const newest = new Map<string, Run>();
  for (const run of await ledger.runs({ cycle })) {
    const key = JSON.stringify([run.variant, run.list, isOutbox(run.transport)]);
    if (!newest.has(key)) newest.set(key, run);
  }
  return [...newest.values()].toReversed();
}

/** The runs that are the record: as `newestRuns`, but what was really sent to a list is its record, whatever is rehearsed. */
export async function standingRuns(ledger: Pick<LedgerView, "runs">, cycle: CycleId): Promise<Run[]> {
  const newest = await newestRuns(ledger, cycle);
  const isReal = ({ variant, list }: Run) =>
    newest.some((run) => run.variant === variant && run.list === list && !isOutbox(run.transport));
  return newest.filter((run) => !isOutbox(run.transport) || !isReal(run));
}

/** Earlier runs of the same variant to the same list as this one. */
export async function earlierRuns(
  ledger: Ledger,
  { id, cycle, variant, list }: Pick<Run, "id" | "cycle" | "variant" | "list">,
): Promise<Run[]> {
  return (await ledger.runs({ cycle, variant, list })).filter((run) => run.id < id);
}

/** How an edition is to be sent. */
export interface SendingBy {
  /** The transport's name, or the setting. */
  readonly transport: string;
  /** A rehearsal that begins anew: none of before counts. */
  readonly afresh?: boolean | undefined;
}

/**
 * An edition goes on where it began; another way must be asked for, or half a list would end in the wrong place. A
 * rehearsal through the outbox binds nobody.
 * @throws UserError when a run that reached anybody went through another transport than this
 */
export async function refuseOtherTransport(
  ledger: Ledger,
  cycle: CycleId,
  variant: Variant,
  { transport, afresh = false }: SendingBy,
): Promise<void> {
  for (const run of await ledger.runs({ cycle, variant })) {
    if (run.transport === transport || isRehearsal(run.transport, transport)) continue;
    if (afresh && isOutbox(run.transport)) continue;
    const { pending, deferred } = await ledger.tally(run);
    if (pending + deferred === 0 || (await ledger.served(run)) === 0) continue;
    throw new UserError(
      "other-transport",
      `This send began through ${run.transport} and is not finished; now it would go through ${transport}.`,
      isOutbox(run.transport)
        ? `Finish it where it began: onetopic resume ${cycle} --transport ${quoted(run.transport)}. To begin the rehearsal anew, add --afresh.`
        : `Finish it where it began: onetopic resume ${cycle} --transport URL`,
    );
  }
}

/** How many have had an edition, or may have; in one variant or in any. */
export async function peopleServed(
  ledger: Pick<LedgerView, "runs" | "served">,
  cycle: CycleId,
  variant?: Variant,
): Promise<number> {
  const runs = await ledger.runs({ cycle, ...(variant === undefined ? {} : { variant }) });
  return Math.max(0, ...(await Promise.all(runs.map((run) => ledger.served(run)))));
}

/** An edition as it is now. */
export type EditionNow = Pick<NewRun, "topic" | "contentDigest"> & { readonly parts: EditionParts };

/**
 * How many have had an edition that is not what its files say now, and what changed. What only went to the outbox has
 * left nobody's machine, so it does not hold up a send by another way; nor another rehearsal, once it is over.
 */
export async function servedDifferently(
  ledger: Ledger,
  cycle: CycleId,
  now: EditionNow,
  { transport, afresh = false }: SendingBy,
): Promise<ServedDifferently | undefined> {
  const served: ServedDifferently[] = [];
  const newest = new Set((await newestRuns(ledger, cycle)).map(({ id }) => id));
  for (const run of await ledger.runs({ cycle })) {
    if (run.contentDigest === now.contentDigest || isRehearsal(run.transport, transport)) continue;
    const rehearsal = isOutbox(run.transport);
    if (rehearsal && (afresh || !newest.has(run.id) || (await isOver(ledger, run)))) continue;
    const people = await ledger.served(run);
    if (people > 0) served.push({ people, what: whatChanged(run, now), rehearsal });
  }
  // Whoever was mailed for real comes first: that cannot be begun anew.
  return served.toSorted(
    (a, b) => Number(a.rehearsal ?? false) - Number(b.rehearsal ?? false) || b.people - a.people,
  )[0];
}

async function isOver(ledger: Ledger, run: Run): Promise<boolean> {
  const { pending, deferred } = await ledger.tally(run);
  return pending + deferred === 0;
}

/** What is different about an edition since a run was frozen, in words; nothing where the run did not write it down. */
export function whatChanged(run: Run, now: EditionNow): string {
  if (run.topic !== now.topic) return `the topic, which was ${run.topic} and is ${now.topic} now`;
  const before = run.parts ?? {};
  return Object.keys(before).length === 0 ? "" : partsInWords(changedParts(before, now.parts));
}

/** Part of an edition is out, and its words, brand, templates or settings are not what they were. */
export function contentChanged(
  { cycle, variant, topic }: Pick<NewRun, "cycle" | "variant" | "topic">,
  served: ServedDifferently,
): UserError {
  return new UserError(
    "changed",
    `The ${variant} of ${cycle} ${changedSince(served)}`,
    afterChange({ topic, cycle }, served),
  );
}

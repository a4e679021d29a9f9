import path from "node:path";
import { armedName, peopleDigest } from "../deliver/armed.ts";
import type { Ledger } from "../deliver/ledger.ts";
import type { TransportFactory } from "../deliver/transports/transport.ts";
import type { Edition, Schedule } from "../domain/edition.ts";
import { usageError, UserError } from "../domain/user-error.ts";
import { cycleById } from "../plan/calendar.ts";
import { changesSince, type Armed, type Bound } from "../plan/due.ts";
import { isInside } from "../toolkit/files.ts";
import type { Context } from "./context.ts";
import { planList, selectionOf, type ListPlan } from "./list-plan.ts";
import { openSource } from "./people.ts";
import type { Mailing } from "./sending.ts";
import { changedSinceDigest } from "./since.ts";
import { editionNow, type Workshop } from "./workshop.ts";

/** What part of a list an edition is armed for. */
export type Wanted = Pick<Schedule, "list" | "only" | "exclude">;

/** An armed edition with all it takes to send it. */
export interface ArmedMailing extends Mailing {
  readonly edition: Armed;
}

/** Reads the list of an armed edition, or of one that is to be armed, and decides about every row. */
export async function planArmed(
  context: Context,
  workshop: Workshop,
  mailing: Mailing,
  ledger: Ledger,
  { wanted, transport }: { readonly wanted: Wanted; readonly transport: TransportFactory },
): Promise<ListPlan> {
  // It is started from anywhere; its lists are named from the toolkit's folder.
  const here = { ...context, cwd: workshop.toolkit.root };
  const { list, only, exclude = [] } = wanted;
  const source = await openSource(here, workshop, list);
  const selection = await selectionOf(here, workshop, source, mailing, transport.name, {
    exclude,
    ...(only === undefined ? {} : { only }),
  });
  return planList(context, ledger, source, selection);
}

/** What would be armed now: as the files, the list and the settings are. */
export function boundNow(
  workshop: Workshop,
  mailing: Pick<Mailing, "topic" | "edition">,
  { tally, staged }: Pick<ListPlan, "tally" | "staged">,
  { list, through }: { readonly list: string; readonly through: string },
): Bound {
  const { cycle } = mailing.edition;
  return {
    list,
    people: peopleDigest(cycle, staged.digest),
    count: tally.pending,
    digest: editionNow(workshop, mailing.topic, mailing.edition).contentDigest,
    through,
    at: cycleById(workshop.toolkit.settings.cycle, cycle)?.date ?? "",
  };
}

/** True for an edition that goes out by itself. */
export function isArmed(edition: Edition): edition is Armed {
  return edition.schedule !== undefined;
}

/** What is not as it was when the edition was armed, as sentences. */
export async function changedSinceArmed(
  context: Context,
  workshop: Workshop,
  mailing: Pick<ArmedMailing, "topic" | "edition">,
  now: Bound,
): Promise<string[]> {
  const { schedule } = mailing.edition;
  const words =
    schedule.digest === now.digest
      ? ""
      : await changedSinceDigest(context, workshop, mailing, schedule.digest);
  return changesSince(schedule, now, words);
}

/** The name under which the ledger knows a scheduled send. */
export function nameOf({ cycle, schedule }: Armed): string {
  return armedName(cycle, schedule);
}

/**
 * A list as it may stand in the edition's file: by its name in the settings, or from the toolkit's folder.
 * @throws UserError (exit 2) for a file that is not in the toolkit
 */
export function portableList(context: Context, { toolkit }: Workshop, named: string): string {
  const { lists } = toolkit.settings;
  if (Object.hasOwn(lists, named)) return named;
  const file = path.resolve(context.cwd, named);
  if (!isInside(toolkit.root, file)) {
    throw usageError(
      "outside",
      `The list ${named} lies outside the toolkit, where a scheduled send may not find it.`,
      "Save it under var/lists, then name it there.",
    );
  }
  const inside = path.relative(toolkit.root, file).split(path.sep).join("/");
  return Object.hasOwn(lists, inside) ? `./${inside}` : inside;
}

/**
 * Keeps out of the edition's file what must not be in git.
 * @throws UserError (exit 2) for a segment that names a person, or a transport with a password
 */
export function refusePrivate({ only, transport }: Pick<Schedule, "only" | "transport">): void {
  if (only?.includes("@")) {
    throw usageError(
      "personal-data",
      "The segment names an address, and the edition's file may hold no personal data.",
      "Save these people as a list of their own under var/lists, and schedule that.",
    );
  }
  const [, password] = /^[a-z]+:\/\/[^/@]*?:([^/]*)@/i.exec(transport ?? "") ?? [];
  if (password !== undefined && !/^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(password)) {
    throw usageError(
      "secret-in-file",
      "The transport holds a password, which may not stand in the edition's file.",
      "Write ${NAME} in its place (in single quotes, so that the shell leaves it alone), and set NAME in the environment or in .env.",
    );
  }
}

/** The schedule of an edition. @throws UserError (exit 1) when it has none */
export function requireArmed(edition: {
  readonly cycle: string;
  readonly schedule?: Schedule | undefined;
}): Schedule {
  if (edition.schedule) return edition.schedule;
  throw new UserError(
    "not-armed",
    `${edition.cycle} is not scheduled.`,
    `Schedule it: onetopic schedule ${edition.cycle} --to LIST`,
  );
}

import type { Ledger } from "../../deliver/ledger.ts";
import type { TransportFactory } from "../../deliver/transports/transport.ts";
import { count } from "../../domain/count.ts";
import type { Schedule } from "../../domain/edition.ts";
import { EXIT, UserError, type ExitCode } from "../../domain/user-error.ts";
import { cycleAt, type Cycle } from "../../plan/calendar.ts";
import { lengthInWords, momentInWords, timingOf } from "../../plan/due.ts";
import { removeSchedule, setSchedule } from "../../toolkit/editions.ts";
import { usualGrace } from "../../domain/settings.ts";
import {
  boundNow,
  nameOf,
  planArmed,
  portableList,
  refusePrivate,
  requireArmed,
  type Wanted,
} from "../arming.ts";
import { findCycle, requireEdition, requireSettings } from "../campaign.ts";
import { needsFlag, openToolkit, type Context } from "../context.ts";
import { gapRefusals, refuse } from "../gaps.ts";
import { openToolkitLedger } from "../ledger.ts";
import { refuseNobody } from "../list-plan.ts";
import { quoted } from "../../domain/quoted.ts";
import { chooseTransport, requireSender, type Mailing } from "../sending.ts";
import { tellPlan } from "../tell-plan.ts";
import { keepNow } from "../since.ts";
import { openWorkshop, type Workshop } from "../workshop.ts";
import { gatesOf } from "./send.ts";
import { otherNumber } from "./send-test.ts";

interface ScheduleOptions {
  readonly to?: string;
  readonly variant: "email" | "newsletter";
  readonly only?: string;
  readonly exclude?: readonly string[];
  readonly transport?: string;
  readonly confirm?: number;
}

/** `onetopic schedule [cycle] --to LIST --confirm N`: a dry run unless confirmed. */
export async function schedule(
  context: Context,
  id: string | undefined,
  options: ScheduleOptions,
): Promise<ExitCode> {
  const workshop = await openWorkshop(context, await openToolkit(context));
  try {
    const { toolkit } = workshop;
    requireSettings(context, toolkit);
    const cycle = findCycle(context, toolkit, id);
    const mailing = { ...requireEdition(toolkit, cycle), variant: options.variant };
    requireSender(workshop);
    refusePrivate(options);
    const at = requireTime(context, workshop, cycle);
    const { to } = options;
    if (to === undefined) throw needsFlag("The list", "--to LIST: a file, or a name from the settings");
    const wanted = {
      list: portableList(context, workshop, to),
      only: options.only,
      exclude: options.exclude?.map((named) => portableList(context, workshop, named)),
    };
    const transport = await chooseTransport(context, workshop, options.transport);
    const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, false);
    try {
      return await arm(context, workshop, { cycle, at, mailing, wanted, transport, ledger, options });
    } finally {
      await ledger.close();
    }
  } finally {
    await workshop.studio.close();
  }
}

interface Arming {
  readonly cycle: Cycle;
  readonly at: string;
  readonly mailing: Mailing;
  readonly wanted: Wanted;
  readonly transport: TransportFactory;
  readonly ledger: Ledger;
  readonly options: ScheduleOptions;
}

async function arm(context: Context, workshop: Workshop, arming: Arming): Promise<ExitCode> {
  const { cycle, at, mailing, wanted, transport, ledger, options } = arming;
  const { out } = context;
  const gates = await gatesOf(context, workshop, mailing, ledger, { transport: transport.name });
  const plan = await planArmed(context, workshop, mailing, ledger, { wanted, transport });
  const { tally, staged } = plan;
  const isReal = options.confirm !== undefined;
  // One document at the end is the whole answer for programs.
  const quiet = { ...context, out: { ...out, event: () => {} } };
  tellPlan(quiet, { ...plan, cycle, mailing, transport, messages: tally.pending, isReal });
  out.print(`  ${"Goes out on".padEnd(14)}${momentInWords(at)}`);
  const shown = workshop.studio.withoutFallback(mailing.variant);
  refuse(
    context,
    [...gates, ...(await gapRefusals(shown, staged.people(), wanted.list))],
    "It cannot be scheduled.",
  );
  refuseNobody(plan);
  const { variant } = mailing;
  const bound = boundNow(workshop, mailing, plan, { list: wanted.list, through: transport.name });
  const written: Schedule = {
    ...bound,
    variant,
    only: wanted.only,
    exclude: wanted.exclude,
    transport: options.transport,
    at,
  };
  const before = mailing.edition.schedule;
  if (isReal) {
    if (options.confirm !== tally.pending) throw otherNumber(options.confirm ?? 0, tally.pending);
    await setSchedule(workshop.toolkit.root, cycle.id, written);
    await keepNow(context, workshop, mailing, "scheduled");
  }
  out.document({
    cycle: cycle.id,
    topic: mailing.topic.slug,
    armed: isReal,
    schedule: written,
    ...(before ? { before } : {}),
    tally,
  });
  return isReal
    ? tellArmed(context, workshop, cycle, before)
    : tellDry(context, cycle, options, tally.pending);
}

/** The send date, as long as it may still be kept. */
function requireTime({ now }: Context, { toolkit }: Workshop, { id, label, date, index }: Cycle): string {
  const { cycle } = toolkit.settings;
  const next = cycleAt(cycle, index + 1).id;
  if (date === undefined) {
    throw new UserError(
      "no-date",
      `${label} has no send date: every day of it is avoided.`,
      `Schedule another cycle, such as ${next}, or send it by hand: onetopic send ${id} --to LIST`,
    );
  }
  if (timingOf({ at: date }, cycle, now.getTime()) !== "late") return date;
  throw new UserError(
    "late",
    `The send date of ${id}, ${momentInWords(date)}, is past by more than ${lengthInWords(cycle.grace ?? usualGrace)}.`,
    `Send it by hand: onetopic send ${id} --to LIST. Or schedule the next cycle, ${next}.`,
  );
}

function tellArmed(
  { out, now }: Context,
  { toolkit }: Workshop,
  { id, date = "" }: Cycle,
  before: Schedule | undefined,
): ExitCode {
  const { grace = usualGrace } = toolkit.settings.cycle;
  out.print();
  out.print(out.style("bold", `${id} is scheduled for ${momentInWords(date)}.`));
  if (before)
    out.say(
      `Before, it was scheduled for ${count(before.count, "message")} to ${before.list}. This takes its place.`,
    );
  if (Date.parse(date) <= now.getTime()) out.say('That is now: the next "onetopic run" sends it.');
  out.say(
    `Something must start "onetopic run" then; docs/scheduling.md shows how. It may go up to ${lengthInWords(grace)} late.`,
  );
  out.say(
    "Any change to what would be sent, or to the list, stops it. Commit the edition's file if it is in git.",
  );
  return EXIT.done;
}

function tellDry({ out }: Context, { id }: Cycle, options: ScheduleOptions, messages: number): ExitCode {
  const flags = [
    `--to ${quoted(options.to ?? "")}`,
    options.variant === "email" ? "" : `--variant ${options.variant}`,
    ...(options.exclude ?? []).map((list) => `--exclude ${quoted(list)}`),
    options.only === undefined ? "" : `--only ${quoted(options.only)}`,
    options.transport === undefined
      ? ""
      : `--transport ${options.transport.includes("@") ? "…" : quoted(options.transport)}`,
  ];
  out.print();
  out.print(out.style("bold", "This was a dry run: nothing was scheduled."));
  out.say(`To schedule it: onetopic schedule ${id} ${flags.filter(Boolean).join(" ")} --confirm ${messages}`);
  return EXIT.done;
}

/** `onetopic unschedule [cycle]` */
export async function unschedule(context: Context, id: string | undefined): Promise<ExitCode> {
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const cycle = findCycle(context, toolkit, id);
  const { edition, topic } = requireEdition(toolkit, cycle);
  const gone = requireArmed(edition);
  const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, false);
  let open = 0;
  try {
    const run = await ledger.armed.begun(nameOf({ ...edition, schedule: gone }));
    if (run) ({ open } = await ledger.armed.outstanding(run));
  } finally {
    await ledger.close();
  }
  await removeSchedule(toolkit.root, cycle.id);
  const { out } = context;
  out.document({ cycle: cycle.id, topic: topic.slug, armed: false, before: gone });
  out.print(`${cycle.id} is no longer scheduled.`);
  if (open > 0)
    out.say(
      `It had begun: ${count(open, "message is", "messages are")} still to go. To go on: onetopic resume ${cycle.id}`,
    );
  else out.say(`To send it by hand: onetopic send ${cycle.id} --to ${quoted(gone.list)}`);
  return EXIT.done;
}

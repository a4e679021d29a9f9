import { EXIT, usageError, UserError, type ExitCode } from "../../domain/user-error.ts";
import { hasErrors } from "../../domain/problem.ts";
import { problemLine } from "../../check/report.ts";
import { armedEditions, momentInWords, timingOf, type Armed } from "../../plan/due.ts";
import { requireSettings } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { openToolkitLedger } from "../ledger.ts";
import { sendingRight, type SendingRight } from "../right.ts";
import { actOn, decide, lateEnding, leavesMachine, pausedEnding, type Decision } from "../run-armed.ts";
import { withoutAddresses } from "../../domain/without-addresses.ts";
import { writeRunLog } from "../run-log.ts";
import { openWorkshop, type Workshop } from "../workshop.ts";

/** One thing said about this run: on standard output, in the log, and as an event. */
interface Said {
  readonly event: string;
  readonly line: string;
  readonly code: ExitCode;
  readonly facts?: object | undefined;
}

/**
 * `onetopic run`: sends what is scheduled and due, once. With `--now` it plays at another moment: what would leave this
 * machine is only told, what goes to an outbox is written there.
 */
export async function run(context: Context, options: { readonly now?: string }): Promise<ExitCode> {
  const isRehearsal = options.now !== undefined;
  const moment = isRehearsal ? readMoment(options.now ?? "") : context.now;
  const toolkit = await openToolkit(context);
  const mark = isRehearsal ? `rehearsal of ${moment.toISOString()}: ` : "";
  const say = (said: readonly Said[]): ExitCode => {
    const lines = said.map(({ line }) => withoutAddresses(line).replaceAll(/\s+/g, " "));
    said.forEach(({ event, facts, code }, at) => {
      context.out.print(`${mark}${lines[at]}`);
      const rehearsal = isRehearsal ? { rehearsal: moment.toISOString() } : {};
      context.out.event({ event, ...rehearsal, ...facts, exit: code, message: lines[at] });
    });
    writeRunLog(
      toolkit.root,
      lines.map((line) => `${context.now.toISOString()} ${mark}${line}`),
    );
    return said.reduce<ExitCode>((worst, { code }) => (code > worst ? code : worst), EXIT.done);
  };
  try {
    requireSettings(context, toolkit);
    const inside: Context = { ...context, now: moment, out: discreet(context.out) };
    const workshop = await openWorkshop(inside, toolkit);
    try {
      return say(await everything(inside, workshop, isRehearsal));
    } finally {
      await workshop.studio.close();
    }
  } catch (error) {
    if (error instanceof UserError)
      writeRunLog(toolkit.root, [`${context.now.toISOString()} ${mark}${lineOf(error)}`]);
    throw error;
  }
}

/** What a job prints may be kept where many can read it: nobody's address, and no line for each person. */
function discreet(out: Context["out"]): Context["out"] {
  const nothing = () => {};
  return {
    ...out,
    live: false,
    print: nothing,
    event: nothing,
    document: nothing,
    say: nothing,
    warn: (line) => out.warn(withoutAddresses(line)),
  };
}

async function everything(context: Context, workshop: Workshop, isRehearsal: boolean): Promise<Said[]> {
  const { toolkit } = workshop;
  const now = context.now.getTime();
  const armed = armedEditions(toolkit.editions);
  const come = armed.filter(({ schedule }) => timingOf(schedule, toolkit.settings.cycle, now) !== "early");
  const said = [...unreadable(workshop), ...(await settle(context, workshop, come, isRehearsal))];
  return said.length > 0 ? said : [nothingDue(armed.find((one) => !come.includes(one)))];
}

/** An edition that cannot be read may be one that is due. */
function unreadable({ toolkit }: Workshop): Said[] {
  const faults = toolkit.problems.filter(
    (problem) =>
      hasErrors([problem]) &&
      problem.path.startsWith("content/editions/") &&
      !toolkit.editions.some(({ source }) => source.path === problem.path),
  );
  return faults.map((problem) => ({
    event: "refused",
    line: `${problemLine(problem)} Whatever is scheduled there was not sent.`,
    code: EXIT.findings,
    facts: { path: problem.path },
  }));
}

function nothingDue(next: Armed | undefined): Said {
  const then = next
    ? `The next is ${next.cycle}, ${momentInWords(next.schedule.at)}, to ${next.schedule.list}.`
    : "Nothing is scheduled for later.";
  return {
    event: "nothing-due",
    line: `Nothing is due. ${then}`,
    code: EXIT.done,
    facts: { next: next ? { cycle: next.cycle, at: next.schedule.at } : null },
  };
}

type Open = Decision & { readonly kind: "send" | "go-on" };

/** First asked without the right to send: mostly there is nothing to do, and nobody need be kept waiting. */
async function settle(
  context: Context,
  workshop: Workshop,
  come: readonly Armed[],
  isRehearsal: boolean,
): Promise<Said[]> {
  const { toolkit } = workshop;
  const said: Said[] = [];
  const open: Armed[] = [];
  const { root, settings } = toolkit;
  const ledger = await openToolkitLedger(context, root, settings.ledger, false);
  try {
    for (const edition of come) {
      const decision = await decide(toolkit, ledger, edition, context.now.getTime());
      if (decision.kind === "late")
        said.push(told(edition, lateEnding(toolkit, edition, context.now.getTime(), decision.run)));
      else if (decision.kind === "paused") said.push(told(edition, pausedEnding(edition, decision.run)));
      else if (decision.kind !== "done") open.push(edition);
    }
  } finally {
    await ledger.close();
  }
  if (open.length === 0) return said;
  const real: Armed[] = [];
  for (const edition of open) {
    if (isRehearsal && (await leavesMachine(context, workshop, edition)))
      said.push(...(await act(context, workshop, edition)));
    else real.push(edition);
  }
  return [...said, ...(await withRight(context, workshop, real))];
}

async function withRight(context: Context, workshop: Workshop, open: readonly Armed[]): Promise<Said[]> {
  const { root, settings } = workshop.toolkit;
  const said: Said[] = [];
  for (const edition of open) {
    if (context.signal.aborted) break;
    // It goes through what it was scheduled for, or not at all.
    const right = await sendingRight(context, root, settings.ledger, edition.schedule.through ?? "");
    try {
      await right.take();
      said.push(...(await act(context, workshop, edition, right)));
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== "busy") throw error;
      // Whoever is at it sees to it, or the next run does.
      return [...said, { event: "busy", line: `${error.message} Nothing was done.`, code: EXIT.done }];
    } finally {
      await right.release();
    }
  }
  return said;
}

/** @param right held; without it, nothing is frozen or sent */
async function act(
  context: Context,
  workshop: Workshop,
  edition: Armed,
  right?: SendingRight,
): Promise<Said[]> {
  const { toolkit } = workshop;
  const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, right !== undefined);
  try {
    // Asked again: somebody may have sent it in the meantime.
    const decision = await decide(toolkit, ledger, edition, context.now.getTime());
    if (decision.kind !== "send" && decision.kind !== "go-on") return [];
    return [await actOnOne(context, workshop, edition, { ledger, decision, right })];
  } finally {
    await ledger.close();
  }
}

/** What stands in the way of one edition keeps no other. */
async function actOnOne(
  context: Context,
  workshop: Workshop,
  edition: Armed,
  how: Parameters<typeof actOn>[3] & { decision: Open },
): Promise<Said> {
  try {
    return told(edition, await actOn(context, workshop, edition, how));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const line = `${edition.cycle}: ${lineOf(error)}`;
    return {
      ...told(edition, { event: "refused", line, code: error.exit }),
      facts: { ...factsOf(edition), error: error.code },
    };
  }
}

function told(
  edition: Armed,
  { event, line, code, tally }: Omit<Said, "facts"> & { tally?: object | undefined },
): Said {
  return { event, line, code, facts: { ...factsOf(edition), ...tally } };
}

function factsOf({ cycle, topic, schedule }: Armed): object {
  return { cycle, topic, variant: schedule.variant, list: schedule.list, at: schedule.at };
}

function lineOf({ message, hint }: UserError): string {
  return withoutAddresses(`${message} ${hint}`.trim());
}

function readMoment(text: string): Date {
  const moment = new Date(text);
  if (
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/.test(text) &&
    !Number.isNaN(moment.getTime())
  )
    return moment;
  throw usageError("bad-now", `"${text}" is not a time.`, "Use a time such as 2026-12-03T09:30:00Z.");
}

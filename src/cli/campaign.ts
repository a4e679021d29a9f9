import { problemLine } from "../check/report.ts";
import type { Edition } from "../domain/edition.ts";
import { hasErrors, problem as makeProblem, sortProblems, type Problem } from "../domain/problem.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { placeOf, type CycleId, type Topic } from "../domain/topic.ts";
import { EXIT, usageError, UserError, type ExitCode } from "../domain/user-error.ts";
import { didYouMean } from "../check/words/phrases.ts";
import { describe } from "../check/words/words.ts";
import { cycleById, cycleOn, dayOf, type Cycle } from "../plan/calendar.ts";
import { settingsFile } from "../toolkit/load.ts";
import type { Context } from "./context.ts";
import { count } from "../domain/count.ts";

/** The cycle named, or the current one. */
export function findCycle(context: Context, toolkit: Toolkit, id: CycleId | undefined): Cycle {
  const { cycle } = toolkit.settings;
  if (id === undefined) return cycleOn(cycle, dayOf(cycle, context.now));
  const found = cycleById(cycle, id);
  if (found) return found;
  const current = cycleOn(cycle, dayOf(cycle, context.now));
  throw usageError(
    "unknown-cycle",
    `"${id}" is not a cycle of this toolkit, which has one every ${cycle.every} from ${cycle.starts}.`,
    `Use an id such as ${current.id} (the current cycle).`,
  );
}

/** The topic with this slug. */
export function findTopic(toolkit: Toolkit, slug: string): Topic {
  const topic = toolkit.topics.find((one) => one.slug === slug);
  if (topic) return topic;
  const slugs = toolkit.topics.map((one) => one.slug);
  const faulty = firstError(toolkit, `content/topics/${slug}.md`);
  if (faulty) throw problemError(faulty);
  throw usageError(
    "unknown-topic",
    `There is no topic "${slug}".`,
    `${didYouMean(slug, slugs)}"onetopic topics" lists them.`,
  );
}

export function editionOf(toolkit: Toolkit, cycle: CycleId): Edition | undefined {
  return toolkit.editions.find((edition) => edition.cycle === cycle);
}

/** Stops at an audience that the settings do not name. */
export function requireAudience({ settings }: Toolkit, audience: string): void {
  const known = settings.audiences.map(({ id }) => id);
  if (known.includes(audience)) return;
  throw usageError(
    "unknown-audience",
    `There is no audience "${audience}".`,
    `${didYouMean(audience, known)}There are: ${known.join(", ") || "none yet"}.`,
  );
}

/** The edition and its topic, or the reason why there is none. */
export function requireEdition(toolkit: Toolkit, cycle: Cycle): { edition: Edition; topic: Topic } {
  const edition = editionOf(toolkit, cycle.id);
  const faulty = firstError(toolkit, `content/editions/${cycle.id}.md`);
  if (!edition && faulty) throw problemError(faulty);
  if (!edition) {
    throw new UserError(
      "not-picked",
      `No topic is picked for ${cycle.id} (${cycle.label}).`,
      `Pick one: onetopic pick --cycle ${cycle.id}`,
    );
  }
  return { edition, topic: requireTopic(toolkit, edition) };
}

/** The topic of an edition, or the reason why there is none. */
export function requireTopic(toolkit: Toolkit, edition: Edition): Topic {
  const topic = toolkit.topics.find(({ slug }) => slug === edition.topic);
  if (topic) return topic;
  const broken = firstError(toolkit, `content/topics/${edition.topic}.md`);
  const known = toolkit.topics.map(({ slug }) => slug);
  const { path } = edition.source;
  throw problemError(
    broken ??
      makeProblem("edition/unknown-topic", path, placeOf(edition.source, "topic"), {
        topic: edition.topic,
        known,
      }),
  );
}

/** Stops when the settings cannot be relied on: everything else depends on them. */
export function requireSettings(context: Context, toolkit: Toolkit): void {
  const faults = toolkit.problems.filter(
    ({ path, severity }) => path === settingsFile && severity === "error",
  );
  if (faults.length > 0) refuseFindings(context, sortProblems(faults));
}

/** What keeps a file from being understood: a warning does not. */
function firstError({ problems }: Toolkit, file: string): Problem | undefined {
  return sortProblems(problems).find(({ path, severity }) => path === file && severity === "error");
}

/** A problem that stops a command. */
export function problemError(problem: Problem): UserError {
  const { path, line, column } = problem;
  return new UserError(
    problem.rule,
    describe(problem),
    'Run "onetopic check" to see everything that needs mending.',
    {
      place: { path, line, column },
    },
  );
}

/**
 * Stops a command because of findings: all of them on stderr, the first as the failure.
 * @throws UserError always
 */
export function refuseFindings({ out }: Context, problems: readonly Problem[]): never {
  const errors = problems.filter(({ severity }) => severity === "error");
  for (const problem of errors.slice(1)) out.warn(problemLine(problem));
  throw problemError(errors[0] as Problem);
}

/** Names the errors in the toolkit's files on stderr, and gives the exit code that follows from them. */
export function tellProblems(context: Context, problems: readonly Problem[]): ExitCode {
  const errors = sortProblems(problems).filter(({ severity }) => severity === "error");
  for (const problem of errors) context.out.warn(problemLine(problem));
  if (errors.length > 0) {
    context.out.warn(
      `${count(errors.length, "fault")} in the toolkit's files. "onetopic check" shows everything.`,
    );
  }
  return hasErrors(problems) ? EXIT.findings : EXIT.done;
}

/** What goes on record must fit its place in the edition's file. */
export function requireLine(flag: string, text: string | undefined, longest: number): void {
  if (text === undefined || (text.length <= longest && /^[^\n\r]*\S[^\n\r]*$/.test(text))) return;
  throw usageError("usage", `${flag} is not one line of at most ${longest} characters.`, "Shorten it.");
}

/** Ends long work between two pieces of it after Ctrl+C. */
export function stopIfCancelled({ signal }: Context): void {
  if (!signal.aborted) return;
  throw new UserError(
    "cancelled",
    "Cancelled.",
    "What is written already is whole; the rest was not begun.",
    {
      exit: EXIT.cancelled,
    },
  );
}

import { run } from "../../src/cli/commands/run.ts";
import { schedule, unschedule } from "../../src/cli/commands/schedule.ts";
import { UserError, type ExitCode } from "../../src/domain/user-error.ts";
import { tempToolkit, type TestToolkit } from "./cli.ts";
import { contextIn } from "./inside.ts";

/*
 * Runs `schedule` and `run` in the test's own process. How the program itself behaves is tested with the real one.
 */

/** The send date of the cycle that these tests are about. */
export const sendTime = "2026-12-03T09:30:00Z";

/** A toolkit with an edition for December 2026, and its people in a list that may be changed. */
export function pickedLibrary(settings = ""): TestToolkit {
  const toolkit = tempToolkit("library");
  toolkit.write(
    "content/editions/2026-12.md",
    "---\n# Mine.\ncycle: 2026-12 # the last\ntopic: quiet-hours\n---\n\nA note.\n",
  );
  if (settings !== "") toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}\n${settings}\n`);
  return toolkit;
}

export interface Said {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command says and ends with, a refusal included. */
export async function ended(
  work: (written: { stdout: string; stderr: string }) => Promise<ExitCode>,
): Promise<Said> {
  const written = { stdout: "", stderr: "" };
  try {
    return { code: await work(written), ...written };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: error.exit, ...written, stderr: `${written.stderr}${error.message} ${error.hint}\n` };
  }
}

type ScheduleOptions = Parameters<typeof schedule>[2];

export function scheduleIn(
  toolkit: TestToolkit,
  options: Partial<ScheduleOptions> = {},
  day = "2026-11-22T10:00:00Z",
): Promise<Said> {
  return ended((written) =>
    schedule(contextIn(toolkit.root, { day, written }), "2026-12", {
      to: "readers",
      variant: "email",
      ...options,
    }),
  );
}

export function runIn(
  toolkit: TestToolkit,
  day: string,
  { rehearsal, json = false }: { rehearsal?: string; json?: boolean } = {},
): Promise<Said> {
  return ended((written) =>
    run(contextIn(toolkit.root, { day, written, json }), rehearsal === undefined ? {} : { now: rehearsal }),
  );
}

export function unscheduleIn(toolkit: TestToolkit): Promise<Said> {
  return ended((written) => unschedule(contextIn(toolkit.root, { written }), "2026-12"));
}

import { Writable } from "node:stream";
import { check, type CheckOptions } from "../../src/cli/commands/check.ts";
import type { Context } from "../../src/cli/context.ts";
import { createOutput } from "../../src/cli/output.ts";
import { now, type Run, type TestToolkit } from "./cli.ts";

/*
 * Runs `check` in the test's own process, at a tenth of what starting the program takes. How the program itself behaves is
 * tested with the real one.
 */

interface Inside {
  readonly json?: boolean;
  readonly day?: string;
  /** Without hints, unless told otherwise. */
  readonly quiet?: boolean;
  /** Where what is written goes; it is thrown away without. */
  readonly written?: { stdout: string; stderr: string };
}

/** A context for what runs inside the test's own process. */
export function contextIn(
  cwd: string,
  { json = false, day = now, quiet = true, written }: Inside = {},
): Context {
  const into = (name: "stdout" | "stderr") =>
    new Writable({
      write: (chunk, _, done) => {
        if (written) written[name] += String(chunk);
        done();
      },
    });
  const streams = { stdout: into("stdout"), stderr: into("stderr") };
  return {
    out: createOutput(streams, { json, quiet, verbose: false, colour: false }),
    cwd,
    env: process.env,
    interactive: false,
    now: new Date(day),
    signal: new AbortController().signal,
  };
}

/** `onetopic check --quick`, for people unless told otherwise. */
export async function checkInside(
  cwd: string,
  options: CheckOptions,
  paths: readonly string[] = [],
): Promise<Run> {
  const written = { stdout: "", stderr: "" };
  const code = await check(contextIn(cwd, { written }), paths, { quick: true, ...options });
  return { code, ...written };
}

/** `onetopic check --json` of a toolkit. */
export async function checkHere(toolkit: TestToolkit, options: CheckOptions = { quick: true }): Promise<Run> {
  const written = { stdout: "", stderr: "" };
  const code = await check(contextIn(toolkit.root, { json: true, written }), [], options);
  return { code, ...written };
}

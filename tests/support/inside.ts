import { PassThrough } from "node:stream";
import type { Context } from "../../src/cli/context.ts";
import { createOutput } from "../../src/cli/output.ts";
import { now } from "./cli.ts";

/** A context for what runs inside the test's own process; what it says is thrown away. */
export function contextIn(cwd: string): Context {
  const silence = () => new PassThrough().resume();
  return {
    out: createOutput(
      { stdout: silence(), stderr: silence() },
      { json: false, quiet: true, verbose: false, colour: false },
    ),
    cwd,
    env: process.env,
    interactive: false,
    now: new Date(now),
    signal: new AbortController().signal,
  };
}

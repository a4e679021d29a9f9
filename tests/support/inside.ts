import { PassThrough } from "node:stream";
import { check } from "../../src/cli/commands/check.ts";
import type { Context } from "../../src/cli/context.ts";
import { createOutput, type Output } from "../../src/cli/output.ts";
import { now } from "./cli.ts";

export interface InsideRun {
  readonly code: number;
  readonly stdout: string;
}

/** Runs `check` inside the test's own process, which saves starting one. */
export async function checkInside(
  cwd: string,
  options: Parameters<typeof check>[2],
  paths: readonly string[] = [],
): Promise<InsideRun> {
  const stdout = new PassThrough();
  const written: Buffer[] = [];
  stdout.on("data", (chunk: Buffer) => written.push(chunk));
  const code = await check({ ...contextIn(cwd), out: outputTo(stdout) }, paths, { quick: true, ...options });
  return { code, stdout: Buffer.concat(written).toString() };
}

/** A context for what runs inside the test's own process; what it says is thrown away. */
export function contextIn(cwd: string): Context {
  return {
    out: outputTo(new PassThrough().resume()),
    cwd,
    env: process.env,
    interactive: false,
    now: new Date(now),
    signal: new AbortController().signal,
  };
}

function outputTo(stdout: PassThrough): Output {
  const stderr = new PassThrough().resume();
  return createOutput({ stdout, stderr }, { json: false, quiet: true, verbose: false, colour: false });
}

import { Writable } from "node:stream";
import { check } from "../../src/cli/commands/check.ts";
import { createOutput } from "../../src/cli/output.ts";
import { now, type Run, type TestToolkit } from "./cli.ts";

export type Depth = NonNullable<Parameters<typeof check>[2]>;

/**
 * `onetopic check --json` in this process: what it finds and how it ends, at a tenth of what starting the program takes. How
 * the program itself behaves is tested with the real one.
 */
export async function checkHere(toolkit: TestToolkit, depth: Depth = { quick: true }): Promise<Run> {
  const written = { stdout: "", stderr: "" };
  const into = (name: keyof typeof written) =>
    new Writable({ write: (chunk, _, done) => done(void (written[name] += String(chunk))) });
  const streams = { stdout: into("stdout"), stderr: into("stderr") };
  const out = createOutput(streams, { json: true, quiet: true, verbose: false, colour: false });
  const { signal } = new AbortController();
  const context = { out, cwd: toolkit.root, env: {}, interactive: false, now: new Date(now), signal };
  return { code: await check(context, [], depth), ...written };
}

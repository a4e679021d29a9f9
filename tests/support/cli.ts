import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { atEndOfFile } from "./at-end.ts";

/** The day on which all these tests play: a Sunday, in a cycle whose send date is past. */
export const now = "2026-11-22T10:00:00Z";

const bin = fileURLToPath(new URL("../../bin/onetopic.js", import.meta.url));
export const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));

export interface Run {
  /** A signal that ended it counts as -1. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to a plain environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

const plain = { CI: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined, TZ: "UTC", ONETOPIC_NOW: now };

/** Starts the real program, without a terminal. */
export function startCli(
  args: readonly string[],
  { cwd, env }: RunOptions = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [bin, ...args], { cwd, env: { ...process.env, ...plain, ...env } });
}

/**
 * Runs a whole command line from `src` in the test's own process, from its words to its exit code, at a fifth of what
 * starting the program takes. What is a matter of processes needs the real one: signals, pipes, the time zone, who holds a
 * lock, and that the built program has all it loads.
 */
export async function runInside(args: readonly string[], cwd: string): Promise<Run> {
  const { runProgram } = await import("../../src/cli/program.ts");
  const written = { stdout: "", stderr: "" };
  const into = (name: keyof typeof written) =>
    new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _, done) => {
        written[name] += String(chunk);
        done();
      },
    });
  const world = {
    argv: [process.execPath, bin, ...args],
    env: { ...process.env, ...plain },
    cwd: () => cwd,
    stdin: { isTTY: false },
    stdout: into("stdout"),
    stderr: into("stderr"),
  };
  const code = await runProgram(world as unknown as NodeJS.Process, new AbortController().signal);
  return { code, ...written };
}

/** Runs the real program to its end. One that does not end within a minute is killed: that is a fault as well. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return finish(startCli(args, options), options.input);
}

/**
 * Collects what a started program says until it ends.
 * @param longest milliseconds after which it is killed
 */
export function finish(child: ChildProcessWithoutNullStreams, input = "", longest = 60_000): Promise<Run> {
  return new Promise((resolve, reject) => {
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    const limit = setTimeout(() => child.kill("SIGKILL"), longest);
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(limit);
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
      resolve({ code: code ?? -1, stdout: text(stdout), stderr: text(stderr) });
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** The one JSON document on stdout; anything beside it fails. */
export function documentOf<Shape>({ stdout, stderr }: Run): Shape {
  try {
    return JSON.parse(stdout) as Shape;
  } catch {
    throw new Error(`Not one JSON document:\n${stdout || "(nothing)"}\n${stderr}`);
  }
}

/** The JSON objects on stdout, one a line. */
export function eventsOf(run: Run): Record<string, unknown>[] {
  return run.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Says what was printed when the exit code is another one. */
export function expectCode(run: Run, code: number): Run {
  expect(run.code, `${run.stdout}\n${run.stderr}`).toBe(code);
  return run;
}

/** An empty folder that is gone after the test file. */
export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "onetopic-test-"));
  atEndOfFile(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export interface TestToolkit {
  readonly root: string;
  /** Runs a command in the toolkit's folder, in the test's own process. */
  readonly run: (...args: readonly string[]) => Promise<Run>;
  /** Runs the real program in the toolkit's folder. */
  readonly spawn: (...args: readonly string[]) => Promise<Run>;
  /** Runs the real program there, with an environment or an input of its own. */
  readonly runWith: (options: RunOptions, ...args: readonly string[]) => Promise<Run>;
  readonly path: (...parts: readonly string[]) => string;
  readonly read: (file: string) => string;
  readonly write: (file: string, content: string | Uint8Array) => void;
  /** Replaces a piece of a file, which must be there. */
  readonly edit: (file: string, from: string | RegExp, to: string) => void;
  readonly has: (file: string) => boolean;
  /** Names of the files in a folder, sorted; none when it is not there. */
  readonly list: (folder: string) => string[];
}

/** A copy of a toolkit from `tests/fixtures/toolkits`, with further fixture folders laid over it. */
export function tempToolkit(fixture: string, ...overlays: readonly string[]): TestToolkit {
  const root = path.join(emptyFolder(), fixture);
  for (const folder of [path.join("toolkits", fixture), ...overlays])
    cpSync(path.join(fixtures, folder), root, { recursive: true });
  return toolkitIn(root);
}

/** A toolkit that is in a folder already. */
export function toolkitIn(root: string): TestToolkit {
  const at = (...parts: readonly string[]) => path.join(root, ...parts);
  const read = (file: string) => readFileSync(at(file), "utf8");
  const write = (file: string, content: string | Uint8Array) => {
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), content);
  };
  return {
    root,
    run: (...args) => runInside(args, root),
    spawn: (...args) => runCli(args, { cwd: root }),
    runWith: (options, ...args) => runCli(args, { cwd: root, ...options }),
    path: at,
    read,
    write,
    edit: (file, from, to) => {
      const before = read(file);
      const after = before.replace(from, () => to);
      if (after === before) throw new Error(`${file} does not hold ${String(from)}`);
      write(file, after);
    },
    has: (file) => existsSync(at(file)),
    list: (folder) => (existsSync(at(folder)) ? readdirSync(at(folder)).toSorted() : []),
  };
}

/** Every file and folder below a folder, with its size and time of change: to see that nothing was touched. */
export function snapshot(root: string): Map<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).toSorted();
  return new Map(
    names.map((name) => {
      const { size, mtimeMs, mode } = statSync(path.join(root, name));
      return [name, `${mode} ${size} ${mtimeMs}`];
    }),
  );
}

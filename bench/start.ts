/**
 * Start-up of the commands that should feel instant, as ratios to a bare `node -e 0` in the same run.
 * Run: npm run bench:start
 */
import { spawnSync } from "node:child_process";

const rounds = 15;

const subjects: Readonly<Record<string, readonly string[]>> = {
  "node -e 0": ["-e", "0"],
  "onetopic --version": ["bin/onetopic.js", "--version"],
  "onetopic --help": ["bin/onetopic.js", "--help"],
  "onetopic topics": ["bin/onetopic.js", "topics"],
};

function milliseconds(args: readonly string[]): number {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const times = new Map(Object.keys(subjects).map((name) => [name, [] as number[]]));
// The subjects take turns, so that a busy moment of the machine meets all of them.
for (let round = 0; round < rounds; round += 1) {
  for (const [name, args] of Object.entries(subjects)) times.get(name)?.push(milliseconds(args));
}
const bare = median(times.get("node -e 0") ?? []);
console.log(`median of ${rounds} rounds, Node ${process.version}`);
for (const [name, values] of times) {
  const value = median(values);
  console.log(`${name.padEnd(22)} ${value.toFixed(0).padStart(5)} ms  ${(value / bare).toFixed(2)} × bare`);
}

/**
 * What a check costs over a thousand topics, beside a bare loop of gray-matter, marked and Handlebars over the same files,
 * each in a process of its own. Ratios count, not seconds: the machine may be busy.
 * Run: npm run bench:check [-- topics], a thousand topics unless said
 */
import { spawn } from "node:child_process";
import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { manyTopics, median, memoryOf } from "./many.ts";

const rounds = 3;
const total = Number(process.argv[2] ?? 1000);
const { root } = await manyTopics(total);
const topics = path.join(root, "content", "topics");
const store = await mkdtemp(path.join(tmpdir(), "onetopic-bench-store-"));

interface Cost {
  readonly seconds: number;
  /** The most that the process and its children had at a time. */
  readonly megabytes: number;
}

function run(args: readonly string[]): Promise<Cost> {
  const started = process.hrtime.bigint();
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, TMPDIR: store, TMP: store, TEMP: store },
  });
  let megabytes = 0;
  const watch = setInterval(() => (megabytes = Math.max(megabytes, memoryOf(child.pid ?? 0))), 100);
  return new Promise((resolve, reject) => {
    child.on("exit", (code) => {
      clearInterval(watch);
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      if (code === 0) resolve({ seconds, megabytes });
      else reject(new Error(`${args.join(" ")} ended with ${code}`));
    });
  });
}

const check = (...more: string[]) => ["bin/onetopic.js", "-C", root, "check", ...more];
let edits = 0;
/** One word more in one topic. */
const edit = () => appendFile(path.join(topics, "fit-notes.md"), `\nIt is edit ${(edits += 1)}.\n`);

const subjects: Readonly<Record<string, () => Promise<Cost>>> = {
  "bare loop, newsletters as HTML": () => run(["bench/reference/loop.js", topics, "newsletter"]),
  "bare loop, newsletters and emails as HTML": () => run(["bench/reference/loop.js", topics, "all"]),
  "check --quick --no-cache": () => run(check("--quick", "--no-cache")),
  "check --quick, for the first time": async () => {
    await rm(store, { recursive: true, force: true });
    await mkdir(store);
    return run(check("--quick"));
  },
  "check --quick, after one edit": async () => {
    await edit();
    return run(check("--quick"));
  },
  "check (with posters), for the first time": () => run(check()),
  "check (with posters), after one edit": async () => {
    await edit();
    return run(check());
  },
};

const costs = new Map(Object.keys(subjects).map((name) => [name, [] as Cost[]]));
// The subjects take turns, so that a busy moment of the machine meets all of them.
for (let round = 0; round < rounds; round += 1)
  for (const [name, subject] of Object.entries(subjects)) costs.get(name)?.push(await subject());

const seconds = (name: string) => median((costs.get(name) ?? []).map((cost) => cost.seconds));
const [newsletters, mails] = Object.keys(subjects).slice(0, 2).map(seconds) as [number, number];
console.log(`Node ${process.version}, ${total} topics, median of ${rounds} rounds`);
console.log(`${"".padEnd(44)}   seconds   × newsletters   × newsletters and emails   at most`);
for (const [name, found] of costs) {
  const value = seconds(name);
  const most = Math.max(...found.map(({ megabytes }) => megabytes));
  console.log(
    `${name.padEnd(44)} ${value.toFixed(2).padStart(9)} ${(value / newsletters).toFixed(2).padStart(15)} ${(value / mails).toFixed(2).padStart(25)} ${most.toFixed(0).padStart(6)} MB`,
  );
}
await Promise.all([root, store].map((folder) => rm(folder, { recursive: true, force: true })));

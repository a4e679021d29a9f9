/**
 * What planning costs: a thousand topics over 120 cycles, beside a bare sort of the same topics for each cycle, which
 * knows no pins, seasons or reasons. Ratios count, not milliseconds: the machine may be busy.
 * Run: npm run bench:plan [-- topics [cycles]], a thousand topics and 120 cycles unless said
 */
import { spawnSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Toolkit } from "../src/domain/toolkit.ts";
import type { Topic } from "../src/domain/topic.ts";
import { manyTopics, median } from "./many.ts";

const rounds = 7;
const total = Number(process.argv[2] ?? 1000);
const count = Number(process.argv[3] ?? 120);

const built = <Module>(file: string) =>
  import(pathToFileURL(path.resolve("dist", file)).href) as Promise<Module>;
const { loadToolkit } = await built<typeof import("../src/toolkit/load.ts")>("toolkit/load.js");
const { planAhead } = await built<typeof import("../src/plan/ahead.ts")>("plan/ahead.js");
const { simulate } = await built<typeof import("../src/plan/simulation.ts")>("plan/simulation.js");
const { cycleAt } = await built<typeof import("../src/plan/calendar.ts")>("plan/calendar.js");

/** The best first, by the cycle of the last use, priority, order and name. */
function bareSort({ topics, settings, editions }: Toolkit): string[] {
  const last = new Map(editions.map(({ cycle, topic }) => [topic, cycle]));
  const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return Array.from({ length: count }, (_, at) => {
    const [best] = topics.toSorted(
      (a, b) =>
        text(last.get(a.slug) ?? "", last.get(b.slug) ?? "") ||
        a.priority - b.priority ||
        (a.order ?? 0) - (b.order ?? 0) ||
        text(a.slug, b.slug),
    ) as [Topic];
    last.set(best.slug, cycleAt(settings.cycle, at).id);
    return best.slug;
  });
}

const { root } = await manyTopics(total);
// A quarter of what is planned lies behind it.
await mkdir(path.join(root, "content", "editions"), { recursive: true });
const fresh = await loadToolkit(root);
const started = count / 4;
for (let at = 0; at < started; at += 1) {
  const { id } = cycleAt(fresh.settings.cycle, at);
  const slug = fresh.topics[at % fresh.topics.length]?.slug ?? "";
  const text = `---\ncycle: ${id}\ntopic: ${slug}\n---\n`;
  await writeFile(path.join(root, "content", "editions", `${id}.md`), text);
}
const toolkit = await loadToolkit(root);
const inSeason = (topic: Topic, at: number) =>
  at % 5 === 0 ? { ...topic, season: { from: "11-01", to: "02-28" } } : topic;
const seasonal: Toolkit = { ...toolkit, topics: toolkit.topics.map(inSeason) };
const holidays = { days: new Map([["2027-05-03", "Early May bank holiday"]]), until: "2060-12-31" };
const cycle = { ...toolkit.settings.cycle, gap: 3, holidays };
const careful: Toolkit = { ...seasonal, settings: { ...toolkit.settings, cycle } };

const subjects: Readonly<Record<string, () => unknown>> = {
  "bare sort for each cycle": () => bareSort(toolkit),
  "plan, with reasons": () => planAhead(toolkit, started, count),
  "the same, with all runners-up in words": () =>
    planAhead(toolkit, started, count).cycles.map(({ runnersUp }) => runnersUp.length),
  "plan, a fifth of the topics seasonal": () => planAhead(seasonal, started, count),
  "plan, with a gap and holidays as well": () => planAhead(careful, started, count),
  simulate: () => simulate(careful, started, count),
  "onetopic plan --json, the whole process": () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ["bin/onetopic.js", "-C", root, "plan", "--json", "--cycles", String(count)],
      { encoding: "utf8", maxBuffer: 1e9 },
    );
    if (status !== 0) throw new Error(stderr);
  },
};

const times = new Map(Object.keys(subjects).map((name) => [name, [] as number[]]));
// The subjects take turns, so that a busy moment of the machine meets all of them.
for (let round = 0; round < rounds; round += 1)
  for (const [name, subject] of Object.entries(subjects)) {
    const from = process.hrtime.bigint();
    subject();
    times.get(name)?.push(Number(process.hrtime.bigint() - from) / 1e6);
  }
const base = median(times.get("bare sort for each cycle") ?? []);
console.log(`Node ${process.version}, ${total} topics, ${count} cycles, median of ${rounds} rounds`);
for (const [name, values] of times) {
  const value = median(values);
  console.log(`${name.padEnd(42)} ${value.toFixed(0).padStart(6)} ms  ${(value / base).toFixed(2)} ×`);
}
await rm(root, { recursive: true, force: true });

/**
 * What rendering costs: a newsletter and an email beside other ways to make one from the same topics, posters warm and in
 * a fresh process, and a thousand topics at once. Ratios count, not milliseconds: the machine may be busy.
 * Run: npm run bench:render [-- topics], a thousand topics unless said
 */
import { spawn, spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Context } from "../src/cli/context.ts";
import type { Topic } from "../src/domain/topic.ts";
import { manyTopics, median, memoryOf } from "./many.ts";

type Subject = (source: string, slug: string) => unknown;

const rounds = 5;
/** Of the newsletters: those that take long are measured on fewer. */
const sample = 60;
const now = new Date("2026-11-22T10:00:00Z");
const total = Number(process.argv[2] ?? 1000);

const built = <Module>(file: string) =>
  import(pathToFileURL(path.resolve("dist", file)).href) as Promise<Module>;
const { loadToolkit } = await built<typeof import("../src/toolkit/load.ts")>("toolkit/load.js");
const { openWorkshop } = await built<typeof import("../src/cli/workshop.ts")>("cli/workshop.js");
const { parseMarkdownFile } =
  await built<typeof import("../src/toolkit/front-matter.ts")>("toolkit/front-matter.js");
const reference = pathToFileURL(path.resolve("bench/reference/subjects.js")).href;
const { subjects } = (await import(reference)) as { subjects: Record<string, Subject> };

/** Milliseconds a piece. */
async function timed(pieces: number, work: () => Promise<void>): Promise<number> {
  const started = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - started) / 1e6 / pieces;
}

function table(title: string, rows: ReadonlyMap<string, number>, to: string): void {
  console.log(`\n${title}`);
  const base = rows.get(to) ?? Number.NaN;
  for (const [name, value] of rows)
    console.log(
      `  ${name.padEnd(44)} ${value.toFixed(2).padStart(9)} ms  ${(value / base).toFixed(2).padStart(7)} ×`,
    );
}

const { root, sources } = await manyTopics(total);
const context = { now, cwd: root, env: {} } as unknown as Context;
const toolkit = await loadToolkit(root);
const workshop = await openWorkshop(context, toolkit);
const topicOf = new Map(toolkit.topics.map((topic) => [topic.slug, topic]));

async function mails(): Promise<void> {
  const mail = (topic: Topic, variant: "newsletter" | "email") =>
    workshop.studio.mail(
      workshop.inputOf(topic, undefined)({ variant, audience: undefined, brand: workshop.brand.id }),
    );
  const own: Record<string, Subject> = {
    "onetopic, newsletter as HTML and text": (_, slug) => mail(topicOf.get(slug) as Topic, "newsletter"),
    "onetopic, the same with reading its file": (source, slug) => {
      parseMarkdownFile(source, `content/topics/${slug}.md`);
      return mail(topicOf.get(slug) as Topic, "newsletter");
    },
    "onetopic, email as HTML and text": (_, slug) => mail(topicOf.get(slug) as Topic, "email"),
  };
  const all = { ...own, ...subjects };
  const times = new Map(Object.keys(all).map((name) => [name, [] as number[]]));
  const chosen = [...sources];
  // The subjects take turns, so that a busy moment of the machine meets all of them; each turn has topics not seen before.
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, subject] of Object.entries(all)) {
      const some = chosen.slice(round * sample, (round + 1) * sample);
      const value = await timed(some.length, async () => {
        for (const [slug, source] of some) await subject(source, slug);
      });
      times.get(name)?.push(value);
    }
  }
  const medians = new Map([...times].map(([name, values]) => [name, median(values)]));
  table(`A newsletter, median of ${rounds} rounds of ${sample}`, medians, "bare loop, inlined once");
}

async function posters(): Promise<void> {
  const order = { size: "A4", formats: ["pdf"], artefact: "poster.pdf" } as const;
  const set = (topic: Topic) => {
    const input = workshop.inputOf(
      topic,
      undefined,
    )({
      variant: "poster",
      audience: undefined,
      brand: workshop.brand.id,
    });
    return workshop.studio.sheet(input, order);
  };
  const some = toolkit.topics.filter(({ slug }) => !/-\d+$/.test(slug));
  await Promise.all(some.slice(0, 4).map(set));
  const rows = new Map<string, number>();
  rows.set(
    "warm, one after another",
    await timed(some.length, async () => {
      for (const topic of some) await set(topic);
    }),
  );
  rows.set(
    "warm, all processors",
    await timed(some.length, async () => {
      await Promise.all(some.map(set));
    }),
  );
  const fresh = [0, 1, 2, 3, 4].map(() => {
    const started = process.hrtime.bigint();
    const args = [
      "render",
      "fit-notes",
      "--variant",
      "poster",
      "--format",
      "pdf",
      "--out",
      path.join(root, "one"),
    ];
    spawnSync(process.execPath, ["bin/onetopic.js", "-C", root, ...args]);
    return Number(process.hrtime.bigint() - started) / 1e6;
  });
  rows.set(`one in a fresh process, among ${total} topics`, median(fresh));
  table("An A4 poster as PDF", rows, "warm, one after another");
}

async function everything(name: string, ...more: readonly string[]): Promise<void> {
  const started = process.hrtime.bigint();
  const args = ["bin/onetopic.js", "-C", root, "render", "--all", "--out", path.join(root, "all"), ...more];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, memoryOf(child.pid ?? 0));
  }, 500);
  const code = await new Promise((resolve) => child.on("exit", resolve));
  clearInterval(watch);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  console.log(
    `  ${name.padEnd(44)} ${seconds.toFixed(1).padStart(7)} s   at most ${most.toFixed(0)} MB   exit ${code}`,
  );
}

console.log(`Node ${process.version}, ${total} topics`);
await mails();
await posters();
await workshop.studio.close();
console.log(`\nonetopic render --all, ${total} topics, in one process with its typesetters`);
await everything("newsletters and emails, three formats each", "--variant", "newsletter,email");
await everything("A4 posters as PDF", "--variant", "poster", "--format", "pdf");
await everything("everything");
await rm(root, { recursive: true });

/**
 * What the preview costs over a thousand topics: the first page, the time from a saved file to the event and to the page
 * that shows it, and the memory over 500 edits. It is the real program, asked over HTTP.
 * Run: npm run bench:preview [-- topics edits], 1,000 topics and 500 edits unless said
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { manyTopics, median } from "./many.ts";

const [total = 1_000, edits = 500] = process.argv.slice(2).map(Number);
const told = new Set([100, 300, 500]);
const { root } = await manyTopics(total);
const topic = "fit-notes";
const file = path.join(root, "content", "topics", `${topic}.md`);

const started = performance.now();
const child: ChildProcess = fork(path.resolve("bin/onetopic.js"), ["preview", "--json", "--no-open"], {
  cwd: root,
  execArgv: ["--expose-gc", "--import", path.resolve("bench/memory-probe.js")],
  stdio: ["ignore", "pipe", "inherit", "ipc"],
});
const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
const [line] = (await once(lines, "line")) as [string];
const address = new URL((JSON.parse(line) as { url: string }).url);
const upAfter = performance.now() - started;

let cookie = "";

/** The milliseconds until the whole answer is there, and the answer. */
function get(at: string): Promise<{ readonly ms: number; readonly text: string }> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(new URL(at, address), { headers: { cookie } }, (response) => {
      cookie ||= String(response.headers["set-cookie"]?.[0]?.split(";")[0] ?? "");
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ ms: performance.now() - began, text: Buffer.concat(chunks).toString() }),
      );
    });
    asked.on("error", reject).end();
  });
}

const waiting = new Set<(files: readonly string[]) => void>();

/** Listens as a page does. */
function follow(): void {
  request(new URL("/events", address), { headers: { cookie } }, (response) => {
    createInterface({ input: response }).on("line", (event) => {
      if (!event.startsWith("data: {")) return;
      const { files } = JSON.parse(event.slice(6)) as { files: string[] };
      for (const tell of waiting) tell(files);
    });
  }).end();
}

/** Resolves with the next event that names the topic. */
function nextEvent(): Promise<void> {
  return new Promise((resolve) => {
    const tell = (files: readonly string[]) => {
      if (!files.includes(`content/topics/${topic}.md`)) return;
      waiting.delete(tell);
      resolve();
    };
    waiting.add(tell);
  });
}

async function memory(): Promise<NodeJS.MemoryUsage> {
  const answer = once(child, "message");
  child.send("memory");
  return ((await answer) as [NodeJS.MemoryUsage])[0];
}

const source = await readFile(file, "utf8");
let edit = 0;

/** Saves the topic under a new title, and sees it come. */
async function save(at: string): Promise<{ readonly event: number; readonly page: number }> {
  const title = `This is edit ${(edit += 1)}`;
  const text = source.replace(/^title: .*$/m, `title: ${title}`);
  let event = nextEvent();
  const began = performance.now();
  await writeFile(file, text);
  for (;;) {
    await event;
    const toEvent = performance.now() - began;
    // The file may have been read while it was half written: then another event follows.
    event = nextEvent();
    const page = await get(at);
    if (page.text.includes(title)) return { event: toEvent, page: performance.now() - began };
  }
}

const ms = (values: readonly number[]) =>
  `${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`;
const mb = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);

await get(address.pathname + address.search);
const first = await get("/");
console.log(`Node ${process.version}, ${total} topics`);
console.log(`From the start to the address: ${upAfter.toFixed(0)} ms`);
console.log(`First page, while the first check begins: ${first.ms.toFixed(0)} ms`);
const asked = async (at: string) => {
  const found: number[] = [];
  for (let round = 0; round < 20; round += 1) found.push((await get(at)).ms);
  return found;
};
console.log(`Overview, 20 times: ${ms(await asked("/"))}`);
console.log(`A topic's page, 20 times: ${ms(await asked(`/topics/${topic}`))}`);
while ((await get("/")).text.includes("A check is under way")) await sleep(500);
console.log(`Checked after ${((performance.now() - started) / 1000).toFixed(1)} s`);
follow();
await sleep(200);
for (const at of ["/", `/topics/${topic}`]) {
  const saved: Awaited<ReturnType<typeof save>>[] = [];
  for (let round = 0; round < 20; round += 1) {
    saved.push(await save(at));
    await sleep(700);
  }
  const [events, shown] = [saved.map(({ event }) => event), saved.map(({ page }) => page)];
  console.log(`From save to event, 20 times: ${ms(events)}; to ${at}: ${ms(shown)}`);
}
const before = await memory();
console.log(`Memory before the edits: heap ${mb(before.heapUsed)} MB, in all ${mb(before.rss)} MB`);
const shown = ["/", `/topics/${topic}`, `/render/${topic}/newsletter.html`];
for (let count = 1; count <= edits; count += 1) {
  await save(shown[count % 2] ?? "/");
  await get(shown[2] ?? "/");
  // Now and then nobody saves for long enough that a check is finished.
  if (count % 10 === 0) await sleep(600);
  if (!told.has(count) && count !== edits) continue;
  await sleep(1_500);
  const { heapUsed, external, rss } = await memory();
  console.log(
    `After ${String(count).padStart(3)} edits: heap ${mb(heapUsed)} MB, outside it ${mb(external)} MB, in all ${mb(rss)} MB`,
  );
}
child.kill("SIGINT");
await once(child, "exit");
await rm(root, { recursive: true, force: true });

/**
 * What the preview costs over a thousand topics: the first page, the time from a saved file of each kind to the event and
 * to the page that shows it, and the memory over 500 edits. It is the real program, asked over HTTP. Saves of each kind
 * come at odd moments, so that some fall into the check behind the one before.
 * Run: npm run bench:preview [-- topics edits], 1,000 topics and 500 edits unless said
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { manyTopics, median, memoryOf } from "./many.ts";

const [total = 1_000, edits = 500] = process.argv.slice(2).map(Number);
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

/** Each question has a connection of its own: one that is kept may be closed at the moment at which it is used again. */
const agent = new Agent({ keepAlive: false });

/** The milliseconds until the whole answer is there, and the answer. */
function get(at: string): Promise<{ readonly ms: number; readonly text: string }> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(new URL(at, address), { agent, headers: { cookie } }, (response) => {
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

/** Resolves with the next event that names the file. */
function nextEvent(named = `content/topics/${topic}.md`): Promise<void> {
  return new Promise((resolve) => {
    const tell = (files: readonly string[]) => {
      if (!files.includes(named)) return;
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

interface Saved {
  readonly event: number;
  readonly page: number;
}

/** One kind of edit: the file, its text with a mark in it, and the page that shows the mark. */
interface Kind {
  readonly path: string;
  readonly text: (mark: string) => string;
  readonly at: string;
}

/** Saves the topic under a new title, and sees it come. */
function save(at: string): Promise<Saved> {
  const text = (mark: string) => source.replace(/^title: .*$/m, `title: ${mark}`);
  return saveKind({ path: `content/topics/${topic}.md`, text, at });
}

async function saveKind({ path: named, text, at }: Kind): Promise<Saved> {
  const mark = `This is edit ${(edit += 1)}`;
  let event = nextEvent(named);
  const began = performance.now();
  await writeFile(path.join(root, named), text(mark));
  for (;;) {
    await event;
    const toEvent = performance.now() - began;
    // The file may have been read while it was half written: then another event follows.
    event = nextEvent(named);
    const page = await get(at);
    if (page.text.includes(mark)) return { event: toEvent, page: performance.now() - began };
  }
}

async function kinds(): Promise<Record<string, Kind>> {
  const read = (name: string) => readFile(path.join(root, name), "utf8");
  const settings = await read("onetopic.yaml");
  const id = /^brand: (.*)$/m.exec(settings)?.[1] ?? "";
  const brandFile = `content/brands/${id}.yaml`;
  const brand = await read(brandFile);
  const template = await readFile("templates/layouts/mail.html.hbs", "utf8");
  const page = `/render/${topic}/email.html`;
  return {
    "a topic": {
      path: `content/topics/${topic}.md`,
      text: (mark) => source.replace(/^title: .*$/m, `title: ${mark}`),
      at: page,
    },
    "a template": {
      path: "templates/layouts/mail.html.hbs",
      text: (mark) => template.replace("</body>", `<p>${mark}</p></body>`),
      at: page,
    },
    "a brand": {
      path: brandFile,
      text: (mark) => brand.replace(/^footer: .*$/m, `footer: ${mark}`),
      at: page,
    },
    "a setting": {
      path: "onetopic.yaml",
      text: (mark) => settings.replace(/^toolkit: .*$/m, `toolkit: ${mark}`),
      at: `/topics/${topic}`,
    },
  };
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
  const saved: Saved[] = [];
  for (let round = 0; round < 20; round += 1) {
    saved.push(await save(at));
    await sleep(700);
  }
  const [events, shown] = [saved.map(({ event }) => event), saved.map(({ page }) => page)];
  console.log(`From save to event, 20 times: ${ms(events)}; to ${at}: ${ms(shown)}`);
}
await mkdir(path.join(root, "templates", "layouts"), { recursive: true });
await sleep(500);
for (const [name, kind] of Object.entries(await kinds())) {
  const saved: Saved[] = [];
  for (let round = 0; round < 20; round += 1) {
    saved.push(await saveKind(kind));
    await sleep(300 + ((round * 137) % 700));
  }
  console.log(`From saving ${name} to what shows it, 20 times: ${ms(saved.map((one) => one.page))}`);
}
async function tellMemory(edited: number): Promise<void> {
  const { heapUsed, external, rss } = await memory();
  const all = memoryOf(child.pid ?? 0) * 1024 * 1024;
  console.log(
    `After ${String(edited).padStart(3)} edits: heap ${mb(heapUsed)} MB, outside it ${mb(external)} MB, the process ${mb(rss)} MB, with its helpers ${mb(all)} MB`,
  );
}

await tellMemory(0);
const shown = ["/", `/topics/${topic}`, `/render/${topic}/newsletter.html`];
for (let count = 1; count <= edits; count += 1) {
  await save(shown[count % 2] ?? "/");
  await get(shown[2] ?? "/");
  // Now and then nobody saves for long enough that a check is finished.
  if (count % 10 === 0) await sleep(600);
  if (count % 100 !== 0 && count !== edits) continue;
  await sleep(1_500);
  await tellMemory(count);
}
child.kill("SIGINT");
await once(child, "exit");
await rm(root, { recursive: true, force: true });

/* A campaign to send: a toolkit with one long newsletter, and a list of people. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import type { Context } from "../src/cli/context.ts";

export const connections = 10;
export const cycle = "2026-11";
export const dkim = { domain: "example.org", selector: "bench", key: "keys/dkim.pem" };
/** About the size of a message. */
const wanted = 54 * 1024;

export interface Campaign {
  readonly root: string;
}

const built = <Module>(file: string) =>
  import(pathToFileURL(path.resolve("dist", file)).href) as Promise<Module>;

/** Makes the toolkit in a folder of its own. */
export async function campaign(people: number, isSigned: boolean): Promise<Campaign> {
  const root = await mkdtemp(path.join(tmpdir(), "onetopic-bench-"));
  await cp("content", path.join(root, "content"), { recursive: true });
  const settings = [
    await readFile("onetopic.yaml", "utf8"),
    `limits: { connections: ${connections} }`,
    'unsubscribe: { mailto: stop@example.org, url: "https://example.org/leave?who={token}" }',
    ...(isSigned ? [`dkim: { domain: ${dkim.domain}, selector: ${dkim.selector}, key: ${dkim.key} }`] : []),
  ];
  await writeFile(path.join(root, "onetopic.yaml"), `${settings.join("\n")}\n`);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await mkdir(path.join(root, "keys"));
  await writeFile(path.join(root, dkim.key), privateKey.export({ type: "pkcs8", format: "pem" }));
  await mkdir(path.join(root, "content", "editions"), { recursive: true });
  await writeFile(
    path.join(root, "content", "editions", `${cycle}.md`),
    `---\ncycle: ${cycle}\ntopic: fit-notes\n---\n`,
  );
  const rows = Array.from(
    { length: people },
    (_, at) => `reader${at}@example.org,Reader Nº ${at},Practice ${at % 50},primary-care`,
  );
  await writeFile(path.join(root, "people.csv"), `email,name,organisation,audience\n${rows.join("\n")}\n`);
  await lengthen(root);
  return { root };
}

/** Adds to the article until a message is as long as wanted. */
async function lengthen(root: string): Promise<void> {
  const file = path.join(root, "content", "topics", "fit-notes.md");
  const paragraph = "The team that gives the care issues the fit note, and says for how long. "
    .repeat(6)
    .trim();
  const missing = wanted - (await sampleMessage({ root })).length;
  await appendFile(file, `\n${paragraph}\n`);
  const each = (await sampleMessage({ root })).length - (wanted - missing);
  await appendFile(file, `\n${paragraph}\n`.repeat(Math.max(0, Math.round(missing / each) - 1)));
}

/** What is sent, made in this process. */
async function open(root: string) {
  const { openToolkit } = await built<typeof import("../src/cli/context.ts")>("cli/context.js");
  const { openWorkshop } = await built<typeof import("../src/cli/workshop.ts")>("cli/workshop.js");
  const { createOutput } = await built<typeof import("../src/cli/output.ts")>("cli/output.js");
  const nowhere = new PassThrough().resume();
  const out = createOutput(
    { stdout: nowhere, stderr: nowhere },
    { json: false, quiet: true, verbose: false, colour: false },
  );
  const { signal } = new AbortController();
  const context: Context = { out, cwd: root, env: {}, interactive: false, now: new Date(), signal };
  const workshop = await openWorkshop(context, await openToolkit(context));
  const topic = workshop.toolkit.topics.find(({ slug }) => slug === "fit-notes");
  const edition = workshop.toolkit.editions.find((one) => one.cycle === cycle);
  if (!topic || !edition) throw new Error("The toolkit lacks its topic or its edition.");
  return { context, workshop, topic, edition };
}

/** One message, as the program makes it. */
export async function sampleMessage({ root }: Campaign): Promise<Buffer> {
  const { context, workshop, topic, edition } = await open(root);
  const { messageMaker } = await built<typeof import("../src/cli/messages.ts")>("cli/messages.js");
  const make = await messageMaker(
    context,
    workshop,
    { topic, edition, variant: "newsletter" },
    {
      sender: { name: "Bench", address: "news@example.org" },
      ledger: { secret: randomBytes(32) },
      run: { id: 1, startedAt: 0 },
    },
  );
  const fields = { name: "Reader Nº 1", organisation: "Practice 1" };
  const { raw } = await make(
    { address: "reader1@example.org", key: "reader1@example.org", audience: "primary-care", fields, row: 2 },
    "<1@example.org>",
    "0123456789abcdef0123456789abcdef01234567",
  );
  return raw;
}

/** The rendered newsletter, for others to put names into. */
export async function newsletter({ root }: Campaign) {
  const { workshop, topic } = await open(root);
  const input = workshop.inputOf(
    topic,
    cycle,
  )({
    variant: "newsletter",
    audience: "primary-care",
    brand: workshop.brand.id,
  });
  const unsubscribe = "https://example.org/leave?who=TOKEN";
  return workshop.studio.mail({ ...input, unsubscribe });
}

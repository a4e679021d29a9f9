/*
 * One `worker --once`, with a watch on what it has to do with its ledger: ledger, transport, folder. Tells its parent, see
 * `Work` in workers.ts.
 */
import { Session, type Profiler } from "node:inspector/promises";
import { once } from "node:events";
import path from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import type { Context } from "../src/cli/context.ts";
import type { Ledger } from "../src/deliver/ledger.ts";
import type { Work as Told } from "./workers.ts";

const [place = "", transport = "", home = ""] = process.argv.slice(2);
const built = <Module>(file: string) =>
  import(pathToFileURL(path.resolve("dist", file)).href) as Promise<Module>;
const { openLedger } = await built<typeof import("../src/deliver/open-ledger.ts")>("deliver/open-ledger.js");
const { parsePostgres } = await built<typeof import("../src/deliver/place.ts")>("deliver/place.js");
const { systemClock } = await built<typeof import("../src/deliver/clock.ts")>("deliver/clock.js");
const { createOutput } = await built<typeof import("../src/cli/output.ts")>("cli/output.js");
const { WorkLog } = await built<typeof import("../src/cli/work-log.ts")>("cli/work-log.js");
const { Work } = await built<typeof import("../src/cli/work.ts")>("cli/work.js");

const seconds = () => (performance.timeOrigin + performance.now()) / 1000;
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: 1000 });

const ledger = await openLedger(parsePostgres(place, home), { now: Date.now });
let [claimed, begun, lastBegin, waitedForBegin, waitedForClaim] = [0, 0, 0, 0, 0];
let [cpuBefore, first, last] = [0, 0, 0];

const watched: Ledger = {
  ...ledger,
  claim: async (request) => {
    if (first === 0) {
      await session.post("Profiler.start");
      first = seconds();
      cpuBefore = cpu();
    }
    const from = seconds();
    const claim = await ledger.claim(request);
    // Most claims are made ahead: waited for is only when all that was claimed before has begun.
    if (begun >= claimed) waitedForClaim += seconds() - Math.max(from, lastBegin);
    claimed += claim.deliveries.length;
    return claim;
  },
  begin: async (attempt) => {
    begun += 1;
    const from = (lastBegin = seconds());
    const isWanted = await ledger.begin(attempt);
    waitedForBegin += seconds() - from;
    return isWanted;
  },
  settle: async (ending) => {
    await ledger.settle(ending);
    last = seconds();
  },
};

/** Time with the ledger on the stack, in seconds. */
function ledgerTime({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): number {
  const files =
    /node_modules\/(?:pg|pg-[a-z]+|kysely|postgres-[a-z]+)\/|dist\/deliver\/(?:asked|dialects|group|ledger-file|open-ledger|outcomes|postgres[a-z-]*|queue|rates|senders|together)\.js/;
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const known = new Map<number, boolean>();
  const isLedger = (id: number | undefined): boolean => {
    if (id === undefined) return false;
    const before = known.get(id);
    if (before !== undefined) return before;
    const answer = files.test(byId.get(id)?.callFrame.url ?? "") || isLedger(parents.get(id));
    known.set(id, answer);
    return answer;
  };
  return samples.reduce((sum, id, at) => sum + (isLedger(id) ? (timeDeltas[at] ?? 0) : 0), 0) / 1e6;
}

const nowhere = new PassThrough().resume();
const looks = { json: true, quiet: false, verbose: false, colour: false };
const context: Context = {
  out: createOutput({ stdout: nowhere, stderr: nowhere }, looks),
  cwd: home,
  env: process.env,
  interactive: false,
  now: new Date(),
  signal: new AbortController().signal,
};
const log = new WorkLog(context, "worker", Date.now);
const patience = { idle: 2_000, afterFault: 60_000 };
// All begin at the same time.
process.send?.("ready");
await once(process, "message");
const work = new Work(context, {
  ledger: watched,
  home,
  transport,
  once: true,
  clock: systemClock,
  patience,
  log,
});
const code = await work.toTheEnd();
const spent = cpu() - cpuBefore;
const { profile } = await session.post("Profiler.stop");
await work.close();
await ledger.close();
if (code !== 0) throw new Error(`The worker ended with ${code}.`);
const told: Told = {
  sending: [first, last],
  messages: begun,
  cpu: spent,
  ledgerCpu: ledgerTime(profile),
  waitedForBegin,
  waitedForClaim,
};
process.send?.(told);
process.disconnect();

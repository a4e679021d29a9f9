/**
 * Kills a sender at random moments and says who was lost, who got it twice, and for whom nobody can say.
 * Run: npm run bench:kill [-- kills [people [scenario…]]], 100 kills in each scenario unless said
 */
import { type Killed, killing, connections, manners, type Manner, NotHere } from "./killing.ts";

const [kills = 100, people = 1500] = process.argv.slice(2, 4).map(Number);
const named = process.argv.slice(4);
const chosen = manners.filter((manner) => named.length === 0 || named.includes(manner));

const columns: readonly (readonly [string, (found: Killed) => number])[] = [
  ["kills", (found) => found.kills],
  ["people", (found) => found.people],
  ["accepted", (found) => found.accepted],
  ["rejected", (found) => found.rejected],
  ["unknown", (found) => found.unknown],
  ["at one kill", (found) => found.mostAtOnce],
  ["dropped", (found) => found.droppedAfterBody],
  ["lost", (found) => found.lost.length],
  ["twice", (found) => found.twice.length],
  ["open", (found) => found.open],
];
const pad = (text: string | number) => String(text).padStart(12);
console.log(`Node ${process.version}, ${connections} connections`);
console.log(`${"".padEnd(12)}${columns.map(([title]) => pad(title)).join("")}    seconds`);

let isBroken = false;
for (const manner of chosen) {
  const started = performance.now();
  const found = await play(manner);
  if (!found) continue;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${manner.padEnd(12)}${columns.map(([, value]) => pad(value(found))).join("")}${pad(seconds)}`);
  const sorrows = [...found.lost.map((who) => `lost: ${who}`), ...found.twice.map((who) => `twice: ${who}`)];
  for (const sorrow of sorrows) console.log(`  ${sorrow}`);
  if (manner === "disk full" || manner === "database")
    console.log(`  it said: ${found.words.at(-1)?.trim() ?? "nothing"}`);
  isBroken ||= sorrows.length > 0 || found.open > 0 || found.mostAtOnce > connections;
}
process.exitCode = isBroken ? 1 : 0;

async function play(manner: Manner): Promise<Killed | undefined> {
  try {
    return await killing(manner, people, kills);
  } catch (fault) {
    if (!(fault instanceof NotHere)) throw fault;
    console.log(`${manner.padEnd(12)} left out: ${fault.message}`);
    return undefined;
  }
}

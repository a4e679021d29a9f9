/**
 * Many workers share a send; every few seconds one is killed and replaced, the database is ended once as by a power cut, and
 * the mail server resets connections. Says who was lost, who got it twice, and for whom nobody can say; ends with 1 when a
 * promise is broken.
 * Run: npm run bench:workers:kill [-- people [workers]], 200,000 people and 4 workers unless said
 */
import { connections, workersKilling } from "./workers-killing.ts";

const [people = 200_000, workers = 4] = process.argv.slice(2).map(Number);
const found = await workersKilling({
  people,
  workers,
  killEvery: [2, 5],
  kills: Number.POSITIVE_INFINITY,
  restartAfter: people * 0.4,
  resetEvery: 10,
  tell: (line) => console.error(line),
});
if (!found) console.log("Not played: there is no PostgreSQL on this machine.");
else {
  const number = (value: number) => value.toLocaleString("en-GB");
  console.log(`Node ${process.version}, ${workers} workers of ${connections} connections`);
  const rows: [string, string | number][] = [
    ["people", number(found.people)],
    ["seconds", found.seconds.toFixed(0)],
    ["messages a second", number(Math.round(found.people / found.seconds))],
    ["workers killed", found.kills],
    ["workers that ended by themselves", found.endedAlone],
    ["database away, seconds", found.away.toFixed(1)],
    ["lines reset with a message on them", found.resets],
    ["pauses after too many faults", found.pauses],
    ["accepted", number(found.tally.accepted)],
    ["unknown", number(found.tally.unknown)],
    ["  by the end of a sender", found.unknownByKill],
    ["  the most of one sender", found.mostAtOnce],
    ["  by a reset", found.unknownByReset],
    ["lost", found.lost.length],
    ["twice", found.twice.length],
    ["open", found.open],
  ];
  for (const [name, value] of rows) console.log(`${name.padEnd(38)}${String(value).padStart(10)}`);
  for (const who of found.lost.slice(0, 20)) console.log(`lost: ${who}`);
  for (const who of found.twice.slice(0, 20)) console.log(`twice: ${who}`);
  for (const words of found.broken) console.log(`Broken: ${words}.`);
  process.exitCode = found.broken.length > 0 ? 1 : 0;
}

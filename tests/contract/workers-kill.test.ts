import { expect, it } from "vitest";
import { workersKilling } from "../../bench/workers-killing.ts";
import { startPostgres } from "../support/postgres.ts";

// The whole of it, with 200,000 people, is `npm run bench:workers:kill`.
it(
  "workers that are killed, and a database that restarts, lose nobody, mail nobody twice and are through soon",
  { timeout: 60_000 },
  async (test) => {
    let missing = "";
    const found = await workersKilling(
      { people: 300, workers: 2, killEvery: [0, 0.02], kills: 1, restartAfter: 150, resetEvery: 1 },
      () => startPostgres((note) => (missing = note)),
    );
    if (!found) return test.skip(missing);
    expect(found).toMatchObject({ people: 300, lost: [], twice: [], open: 0, broken: [], kills: 1 });
    expect(found.away).toBeGreaterThan(0);
    expect(found.exits).toEqual([0, 0]);
    // Nobody waits until the lease of one is over that lives and knows better.
    expect(found.afterwards).toBeLessThan(25);
  },
);

import { expect, it } from "vitest";
import { connections, killing } from "../../bench/killing.ts";

// The whole of it, with every manner of a server and a hundred kills, is `npm run bench:kill`.
it(
  "a sender that is killed while the server drops lines loses nobody and mails nobody twice",
  { timeout: 120_000 },
  async () => {
    const found = await killing("dropping", 60, 2);
    expect(found).toMatchObject({ lost: [], twice: [], open: 0, people: 60, rejected: 0 });
    expect(found.kills).toBeGreaterThan(0);
    expect(found.mostAtOnce).toBeLessThanOrEqual(connections);
    expect(found.unknown).toBeLessThanOrEqual(found.kills * found.mostAtOnce + found.droppedAfterBody);
    expect(found.accepted + found.unknown).toBe(60);
  },
);

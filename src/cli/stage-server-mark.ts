import { setTimeout as sleep } from "node:timers/promises";
import type { PostgresPlace } from "../deliver/place.ts";
import type { Pulse } from "../deliver/server-pulse.ts";
import { UserError } from "../domain/user-error.ts";

/** Tells whether a ledger on a server is another than before, as long as somebody asks. */
export interface ServerMarks {
  readonly of: (place: PostgresPlace) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Whoever waits for a page does not wait longer for a server far away: its answer counts the next time. */
const patience = 300;
/** A page asks every second. When nobody has asked for so long, the connection is given back. */
const unasked = 10_000;

/** Asks on one connection, which is opened when it is first needed. */
export function serverMarks(): ServerMarks {
  let connection: { readonly key: string; readonly pulse: Promise<Pulse> } | undefined;
  let asking: Promise<void> | undefined;
  let last = "-";
  let idle: NodeJS.Timeout | undefined;
  const close = async () => {
    clearTimeout(idle);
    const open = connection;
    connection = undefined;
    await open?.pulse.then((pulse) => pulse.close()).catch(() => {});
  };
  const ask = async (place: PostgresPlace) => {
    const key = JSON.stringify(place);
    try {
      if (connection?.key !== key) {
        await close();
        connection = { key, pulse: opened(place) };
      }
      last = await (await connection.pulse).beat();
    } catch (error) {
      await close();
      if (!(error instanceof UserError)) throw error;
      last = error.code;
    }
  };
  return {
    of: async (place) => {
      const given = new AbortController();
      asking ??= ask(place).finally(() => (asking = undefined));
      try {
        await Promise.race([asking, sleep(patience, undefined, { signal: given.signal, ref: false })]);
      } finally {
        given.abort();
        clearTimeout(idle);
        idle = setTimeout(() => void close(), unasked).unref();
      }
      return last;
    },
    close,
  };
}

async function opened(place: PostgresPlace): Promise<Pulse> {
  // Loaded here, since it brings the library for PostgreSQL along.
  const { openPulse } = await import("../deliver/server-pulse.ts");
  return openPulse(place);
}

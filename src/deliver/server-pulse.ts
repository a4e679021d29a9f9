import type { PostgresPlace } from "./place.ts";
import { schemaName } from "./postgres-schema.ts";
import { openSession } from "./postgres.ts";

/** Tells whether a ledger on a server was written to, without a look into its tables. */
export interface Pulse {
  /** Another text when something was written since. @throws UserError when the server cannot be asked */
  readonly beat: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/**
 * What the server counts of tables anyway. Whoever writes adds to it when they pause or leave, and once a second at the
 * most (https://www.postgresql.org/docs/current/monitoring-stats.html). Temporary tables are not among them.
 */
const written = `
  select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::text as rows
  from pg_stat_user_tables where schemaname = $1`;

/** Opens a connection to ask on. @throws UserError (exit 2) */
export async function openPulse(place: PostgresPlace): Promise<Pulse> {
  const { ask, close } = await openSession(place);
  return {
    beat: async () => String((await ask(written, [schemaName]))[0]?.["rows"]),
    close,
  };
}

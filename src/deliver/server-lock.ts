import type { PostgresPlace } from "./place.ts";
import { type SenderLock, sendingAlready } from "./lock.ts";
import { openSession } from "./postgres.ts";

/** The name under which one process sends; any number that nobody else uses. */
const senderLock = 0x6f6e6576;

/**
 * The same as `takeSenderLock` for a ledger on a server, whichever machine asks. The server takes the lock back when the
 * connection ends, however it ends. Whoever loses it without noticing begins nothing more that somebody else has taken
 * over: each delivery says whose it is.
 */
export async function takeServerLock(place: PostgresPlace): Promise<SenderLock> {
  const session = await openSession(place);
  try {
    const [{ taken } = { taken: false }] = await session.ask(
      "select pg_try_advisory_lock($1::bigint) as taken",
      [senderLock],
    );
    if (taken === true) return { release: () => session.close() };
    const [holder] = await session.ask(
      `select a.application_name as who, to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
      from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = $1::bigint::oid and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_database())`,
      [senderLock],
    );
    throw sendingAlready(holderOf(holder));
  } catch (fault) {
    await session.close();
    throw fault;
  }
}

/** As `application_name` is set in postgres.ts; users without the right to look see less. */
function holderOf(found: Record<string, unknown> | undefined): string {
  const [, pid, host] = /^onetopic (\d+) on (.+)$/.exec(String(found?.["who"] ?? "")) ?? [];
  return pid === undefined
    ? "another process"
    : `process ${pid} on ${host}, since ${String(found?.["since"])}`;
}

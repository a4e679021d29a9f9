import { UserError } from "../domain/user-error.ts";
import type { PostgresPlace } from "./place.ts";
import { type SenderLock, sendingAlready } from "./lock.ts";
import { openSession, type Session } from "./postgres.ts";

/** Before version 4 of the tables, whoever sent held this. */
export const changeLock = 0x6f6e6576;

/**
 * What one process at a time does in a ledger on a server: writing down or changing what a run is to send, and rehearsing,
 * since an outbox lies on one machine. Any numbers that nobody else uses.
 */
const names = { change: changeLock, rehearsal: 0x6f6e6577 } as const;

/**
 * Takes the right to do such a thing, whichever machine asks. The server takes it back when the connection ends, however it
 * ends. Whoever loses it without noticing does no harm: each run and each delivery says whose it is.
 * @throws UserError `busy` (exit 1) when somebody else is at it, exit 2 when the server cannot be asked
 */
export async function takeServerLock(place: PostgresPlace, what: keyof typeof names): Promise<SenderLock> {
  const session = await openSession(place);
  try {
    if (await isTaken(session, what)) {
      let closing: Promise<void> | undefined;
      return { release: () => (closing ??= session.close()) };
    }
    const [holder] = await session.ask(
      `select a.application_name as who, to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
      from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = $1::bigint::oid and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_database())`,
      [names[what]],
    );
    throw what === "rehearsal" ? sendingAlready(holderOf(holder)) : changingAlready(holderOf(holder));
  } catch (fault) {
    await session.close();
    throw fault;
  }
}

/** A rehearsal may take long. A change takes a moment, so it is waited for, as long as for anything on the server. */
async function isTaken(session: Session, what: keyof typeof names): Promise<boolean> {
  if (what === "rehearsal") {
    const [row] = await session.ask("select pg_try_advisory_lock($1::bigint) as taken", [names[what]]);
    return row?.["taken"] === true;
  }
  try {
    await session.ask("select pg_advisory_lock($1::bigint)", [names[what]]);
    return true;
  } catch (fault) {
    if (fault instanceof UserError && fault.code === "ledger-busy") return false;
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

function changingAlready(who: string): UserError {
  return new UserError(
    "busy",
    `Somebody else is writing a send into this ledger: ${who}.`,
    "Wait until that is done, which takes a minute at the most; then run the same command again.",
  );
}

/*
 * The one file that knows the library for COPY. It is loaded with the one for PostgreSQL.
 */
import type { ClientBase } from "pg";
import { from } from "pg-copy-streams";

/** True for a statement that takes its rows from what is sent after it. */
export function isCopy(statement: string): boolean {
  return /^copy .* from stdin$/s.test(statement);
}

/**
 * Sends rows, as `copyText` writes them, after the statement that takes them. All of them are in when it resolves, or none;
 * then the connection can be asked again, unless it was lost.
 */
export function copyIn(
  client: ClientBase,
  statement: string,
  text: string,
): Promise<{ readonly rows: readonly []; readonly rowCount: number }> {
  return new Promise((resolve, reject) => {
    const stream = client.query(from(statement));
    stream.once("finish", () => resolve({ rows: [], rowCount: stream.rowCount }));
    // Not once: the library, at the end of what was refused already, finds that it has no connection any more.
    stream.on("error", reject);
    stream.end(text);
  });
}

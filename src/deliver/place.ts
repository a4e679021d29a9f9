import path from "node:path";

import { usageError, type UserError } from "../domain/user-error.ts";

/** Where a ledger on a server is, and how it is reached. */
export interface PostgresPlace {
  /** Safe to show: without the password. */
  readonly name: string;
  /** A name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  /** None: what is said goes in plain text, as on this very machine. */
  readonly tls: { readonly caFile?: string | undefined; readonly isChecked: boolean } | undefined;
}

/** Source: https://www.postgresql.org/docs/current/runtime-config-connection.html */
const usualPort = 5432;

const example = "Write it as postgres://USER:${LEDGER_PASSWORD}@HOST/DATABASE.";

/** True for the place of a ledger on a server; anything else is a file. */
export function isPostgres(place: string): boolean {
  return /^postgres(ql)?:/i.test(place);
}

/**
 * Takes what names a ledger, with its secrets filled in, and the folder that files are named from. Gives the path of a
 * file, or a place on a server.
 * @throws UserError (exit 2) that does not repeat what it was given
 */
export function parsePlace(text: string, root: string): string | PostgresPlace {
  if (isPostgres(text)) return parsePostgres(text, root);
  if (!/^[a-z][a-z0-9+]*:\/\//i.test(text)) return path.resolve(root, text);
  throw usageError(
    "bad-ledger",
    "A ledger is a file or a database in PostgreSQL, and this is neither.",
    'Leave "ledger" out of the settings, or give a path such as var/ledger.sqlite, or postgres://USER@HOST/DATABASE.',
  );
}

/**
 * Takes the address of a database (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING), of which
 * `host`, `sslmode` and `sslrootcert` are understood behind the question mark, and the folder that files are named from.
 * To another machine the line is encrypted and its certificate checked, unless `sslmode` says otherwise.
 * @throws UserError (exit 2) that does not repeat the address
 */
export function parsePostgres(text: string, root: string): PostgresPlace {
  const url = parsed(text);
  const asked = Object.fromEntries(url.searchParams);
  for (const name of Object.keys(asked))
    if (!["host", "sslmode", "sslrootcert"].includes(name))
      throw refused(`"${name}" is not known there`, "host, sslmode and sslrootcert are understood.");
  const host = asked["host"] ?? (decoded(url.hostname).replace(/^\[(.*)\]$/, "$1") || "localhost");
  const database = decoded(url.pathname.slice(1));
  if (database === "" || database.includes("/")) throw refused("it names no database", example);
  const port = url.port === "" ? usualPort : Number(url.port);
  const user = decoded(url.username) || undefined;
  const shown = host.startsWith("/") ? encodeURIComponent(host) : host.includes(":") ? `[${host}]` : host;
  const login = user === undefined ? "" : `${encodeURIComponent(user)}@`;
  return {
    name: `postgres://${login}${shown}${port === usualPort ? "" : `:${port}`}/${encodeURIComponent(database)}`,
    host,
    port,
    user,
    password: decoded(url.password) || undefined,
    database,
    tls: tlsOf(host, asked, root),
  };
}

function parsed(text: string): URL {
  if (/\p{Cc}/u.test(text)) throw refused("it holds a control character", example);
  try {
    return new URL(text);
  } catch {
    throw refused("it cannot be read", `${example} Marks in the password are percent-encoded.`);
  }
}

function tlsOf(host: string, asked: Readonly<Record<string, string>>, root: string): PostgresPlace["tls"] {
  const isHere = host.startsWith("/") || /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host);
  const mode = asked["sslmode"] ?? (isHere ? "disable" : "verify-full");
  const file = asked["sslrootcert"];
  switch (mode) {
    case "disable":
      return undefined;
    case "no-verify":
      return { isChecked: false };
    case "require":
    case "verify-ca":
    case "verify-full":
      return { isChecked: true, caFile: file === undefined ? undefined : path.resolve(root, file) };
    default:
      throw refused(
        `"sslmode" cannot be ${JSON.stringify(mode)}`,
        "Give verify-full, no-verify or disable, or leave it out.",
      );
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused("a % stands in it alone", "Write %25 for it.");
  }
}

function refused(why: string, hint: string): UserError {
  return usageError("bad-ledger", `The address of the ledger cannot be used: ${why}.`, hint);
}

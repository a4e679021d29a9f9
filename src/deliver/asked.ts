import type { Kysely } from "kysely";

import { begin, release, settle } from "./outcomes.ts";
import { rest } from "./rates.ts";
import type { Attempt, Ending } from "./records.ts";
import type { Tables } from "./schema.ts";

/** What is written for every message, and waits to be written together with others. */
export type Asked =
  | { readonly what: "begin"; readonly attempt: Attempt; readonly now: number }
  | { readonly what: "settle"; readonly ending: Ending; readonly now: number }
  | {
      readonly what: "release";
      readonly owner: string;
      readonly ids: readonly number[];
      readonly now: number;
    }
  | { readonly what: "rest"; readonly domain: string; readonly until: number };

/** Writes all of it or nothing, as if one by one in this order. Gives for each `begin` whether it may. */
export type Writer = (db: Kysely<Tables>, group: readonly Asked[]) => Promise<readonly unknown[]>;

/** Writes one of them, within a transaction. */
export function write(trx: Kysely<Tables>, asked: Asked): Promise<boolean | void> {
  switch (asked.what) {
    case "begin":
      return begin(trx, asked.attempt, asked.now);
    case "settle":
      return settle(trx, asked.ending, asked.now);
    case "release":
      return release(trx, asked.owner, asked.ids, asked.now);
    case "rest":
      return rest(trx, asked.domain, asked.until);
  }
}

/** For a database in this very process, where asking costs next to nothing. */
export const writeInTurn: Writer = (db, group) =>
  db.transaction().execute(async (trx) => {
    const found: unknown[] = [];
    for (const one of group) found.push(await write(trx, one));
    return found;
  });

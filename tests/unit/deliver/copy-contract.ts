import * as fc from "fast-check";
import { Kysely, sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";

import { copyText, type Fill, filling, inserting } from "../../../src/deliver/filling.ts";
import { parsePostgres } from "../../../src/deliver/place.ts";
import { postgresDialect } from "../../../src/deliver/postgres.ts";
import type { Tables } from "../../../src/deliver/schema.ts";
import {
  batchSize,
  createStagingTables,
  type StagedRow,
  stagedRows,
} from "../../../src/deliver/staged-rows.ts";
import { hardWords } from "../../support/hard-names.ts";
import type { Postgres } from "../../support/postgres-server.ts";
import { collect } from "./setting.ts";

/** What COPY itself takes for something else than text. */
const words = [...hardWords, "", "\\N", "\\.", "\n\\.\n", "\\", "\\\\t", "\\x41", "a\tb\r\n\\", "\t", "NULL"];

const row = (at: number, more: Partial<StagedRow> = {}): StagedRow => ({
  row: at,
  person: `token${at}`,
  key: "ann@example.org",
  address: "ann@example.org",
  domain: "example.org",
  audience: null,
  fields: "{}",
  rank: 0,
  outside: 0,
  verdict: "send",
  reason: null,
  loses_to: null,
  ...more,
});

/** What both ways of filling must hold to, in a real server. */
export function copyContract(server: () => Postgres): void {
  const open = async () => {
    const db = new Kysely<Tables>({
      dialect: postgresDialect(parsePostgres(server().url("postgres"), "/")),
    });
    onTestFinished(() => db.destroy());
    await createStagingTables(db);
    return db;
  };
  const filled = async (db: Kysely<Tables>, fill: Fill, rows: readonly StagedRow[]) => {
    await sql`truncate staged`.execute(db);
    await fill(rows);
    return (await collect(stagedRows(db))).flat();
  };

  it("are what they are when they are inserted, whatever stands in them", async () => {
    const db = await open();
    const [copy, insert] = [filling(db), inserting(db)];
    const word = fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary", maxLength: 12 }));
    const cells = fc.record({
      person: fc.option(word),
      key: word,
      address: word,
      domain: word,
      audience: fc.option(word),
      fields: fc.dictionary(word, word, { maxKeys: 3 }).map((fields) => JSON.stringify(fields)),
      rank: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      outside: fc.constantFrom(0, 1),
      verdict: fc.constantFrom("send", "invalid") as fc.Arbitrary<StagedRow["verdict"]>,
      reason: fc.option(word),
      loses_to: fc.option(fc.nat()),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(cells, { maxLength: 20 }), async (all) => {
        const rows = all.map((more, at) => row(at, more));
        const copied = await filled(db, copy, rows);
        expect(copied).toHaveLength(rows.length);
        expect(copied).toEqual(await filled(db, insert, rows));
      }),
      { numRuns: 25 },
    );
    const every = words.map((value, at) => row(at, { key: value, audience: value, reason: value }));
    const copied = await filled(db, copy, every);
    expect(copied).toEqual(await filled(db, insert, every));
    // Only NUL and half a character have no text there.
    const kept = (text: string) => Buffer.from(text.replaceAll("\0", "\uFFFD")).toString();
    expect(copied.map(({ reason }) => reason)).toEqual(words.map(kept));
  });

  it("are all in or none of them; a fault is told, and the connection can be used as before", async () => {
    const db = await open();
    // More than goes out at once, so that the server refuses it while we are still at it.
    const long = Array.from({ length: batchSize }, (_, at) => row(at, { fields: "x".repeat(20_000) }));
    const copy = filling(db);
    const twice = [row(0), row(0), ...long.slice(1)];
    expect(copyText(twice).length).toBeGreaterThan(9_000_000);
    const fault: unknown = await copy(twice).catch((reason: unknown) => reason);
    expect(fault).toMatchObject({ code: "23505" });
    expect(await collect(stagedRows(db))).toEqual([]);
    await copy(long);
    expect((await collect(stagedRows(db))).flat()).toEqual(long);
  });

  it("are not waited for when the line is lost, and the next connection knows nothing of them", async () => {
    const db = await open();
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
    const long = Array.from({ length: batchSize }, (_, at) => row(at, { fields: "x".repeat(20_000) }));
    const copying = filling(db)(long).catch((reason: unknown) => reason);
    server().ask("postgres", `select pg_terminate_backend(${rows[0]?.pid})`);
    expect(await copying).toMatchObject({ code: "ledger-unreachable", exit: 2 });
    await createStagingTables(db);
    expect(await collect(stagedRows(db))).toEqual([]);
  });
}

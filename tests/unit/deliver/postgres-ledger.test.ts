import { afterAll, describe } from "vitest";

import { openLedger } from "../../../src/deliver/ledger.ts";
import { parsePostgres } from "../../../src/deliver/place.ts";
import { startPostgres, type Postgres } from "../../support/postgres.ts";
import { ledgerContract } from "./ledger-contract.ts";

const tables = ["runs", "list_rows", "deliveries", "attempts", "domain_rests", "suppressions", "bounces"];

let missing = "";
const server: Postgres | undefined = await startPostgres((note) => (missing = note)).catch((fault: Error) => {
  if (missing === "") throw fault;
  return undefined;
});
afterAll(() => server?.close());

describe.skipIf(server === undefined)(`a ledger in PostgreSQL${missing && ` (skipped: ${missing})`}`, () => {
  let url: string | undefined;
  ledgerContract(() => {
    // Emptied, which is many times faster than another one; the key stays.
    if (url === undefined) url = server!.newDatabase();
    else server!.ask("ledger_1", tables.map((table) => `delete from onetopic.${table};`).join(" "));
    const place = parsePostgres(url, "/");
    return (clock) => openLedger(place, clock);
  });
});

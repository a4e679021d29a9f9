import { join } from "node:path";
import { describe } from "vitest";

import { openLedger } from "../../../src/deliver/ledger.ts";
import { ledgerContract } from "./ledger-contract.ts";
import { emptyFolder } from "./setting.ts";

describe("a ledger in a file", () => {
  ledgerContract(() => {
    const file = join(emptyFolder(), "ledger.sqlite");
    return (clock) => openLedger(file, clock);
  });
});

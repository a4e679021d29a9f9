import { join } from "node:path";
import { describe } from "vitest";

import type { Clock } from "../../../src/deliver/clock.ts";
import { openLedger } from "../../../src/deliver/ledger.ts";
import { kitContract } from "./kit-contract.ts";
import { ledgerContract } from "./ledger-contract.ts";
import { emptyFolder } from "./setting.ts";

describe("a ledger in a file", () => {
  const openNew = () => {
    const file = join(emptyFolder(), "ledger.sqlite");
    return (clock: Clock) => openLedger(file, clock);
  };
  ledgerContract(openNew);
  kitContract(openNew);
});

import { join } from "node:path";
import { describe } from "vitest";

import { openLedger } from "../../../src/deliver/open-ledger.ts";
import { kitContract } from "./kit-contract.ts";
import { ledgerContract } from "./ledger-contract.ts";
import { senderContract } from "./sender-contract.ts";
import { emptyFolder, type Open } from "./setting.ts";

describe("a ledger in a file", () => {
  const place = (): Open => {
    const file = join(emptyFolder(), "ledger.sqlite");
    return (clock) => openLedger(file, clock);
  };
  ledgerContract(place);
  senderContract(place);
  kitContract(place);
});

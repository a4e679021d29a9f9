import path from "node:path";
import { EXIT, UserError, type ExitCode } from "../../domain/user-error.ts";
import type { Ledger } from "../../deliver/ledger.ts";
import type { Addressee } from "../../deliver/records.ts";
import type { ListRow } from "../../domain/recipient.ts";
import { openList } from "../../toolkit/lists.ts";
import { requireSettings } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { openToolkitLedger } from "../ledger.ts";
import { count } from "../../domain/count.ts";
import { table } from "../output.ts";
import { requireAddress } from "../people.ts";

/** `onetopic suppress add ADDRESS` */
export async function suppressAdd(
  context: Context,
  address: string,
  { reason }: { readonly reason: string },
): Promise<ExitCode> {
  const who = requireAddress(address);
  return withLedger(context, true, async (ledger) => {
    const added = await ledger.suppress([who], reason);
    context.out.document({ address: who.address, added: added === 1 });
    context.out.print(
      added === 1
        ? `${who.address} will not be mailed again.`
        : `${who.address} was on the do-not-mail list already.`,
    );
    return EXIT.done;
  });
}

/** `onetopic suppress remove ADDRESS` */
export async function suppressRemove(context: Context, address: string): Promise<ExitCode> {
  const who = requireAddress(address);
  return withLedger(context, false, async (ledger) => {
    if (!(await ledger.unsuppress(who))) {
      throw new UserError(
        "not-suppressed",
        `${who.address} is not on the do-not-mail list.`,
        "See who is: onetopic suppress list",
      );
    }
    context.out.document({ address: who.address, removed: true });
    context.out.print(`${who.address} may be mailed again.`);
    return EXIT.done;
  });
}

/** `onetopic suppress list` */
export async function suppressList(context: Context): Promise<ExitCode> {
  return withLedger(context, false, async (ledger) => {
    const { out } = context;
    const rows = (await ledger.suppressions()).map(({ address, reason, since }) => ({
      address: address ?? null,
      reason,
      since: new Date(since).toISOString(),
    }));
    out.document({ suppressions: rows });
    if (rows.length === 0) out.print("Nobody is on the do-not-mail list.");
    else {
      out.print(
        table(out, rows, [
          { title: "Address", text: (row) => row.address ?? "(forgotten)" },
          { title: "Since", text: (row) => row.since.slice(0, 10) },
          { title: "Why", text: (row) => row.reason, wraps: true },
        ]),
      );
    }
    return EXIT.done;
  });
}

/** `onetopic suppress import FILE` */
export async function suppressImport(
  context: Context,
  file: string,
  { reason }: { readonly reason: string },
): Promise<ExitCode> {
  const list = await openList(path.resolve(context.cwd, file), file);
  return withLedger(context, true, async (ledger) => {
    const { added, people, invalid } = await suppressAll(ledger, list.rows(), reason);
    const already = people - added;
    context.out.document({ added, already, invalid: invalid.length });
    context.out.print(
      `${count(added, "address", "addresses")} added to the do-not-mail list, ${already} on it already.`,
    );
    for (const { row, value } of invalid)
      context.out.warn(`  row ${row}: ${value || "(empty)"} is not an address`);
    return invalid.length > 0 ? EXIT.findings : EXIT.done;
  });
}

type InvalidRow = Extract<ListRow, { kind: "invalid" }>;

/** How many are added at a time: each time is one commit. */
const batchSize = 1000;

async function suppressAll(
  ledger: Ledger,
  rows: AsyncIterable<ListRow>,
  reason: string,
): Promise<{ added: number; people: number; invalid: InvalidRow[] }> {
  const keys = new Set<string>();
  const invalid: InvalidRow[] = [];
  let batch: Addressee[] = [];
  let added = 0;
  for await (const row of rows) {
    if (row.kind === "invalid") invalid.push(row);
    else if (!keys.has(row.to.key)) {
      keys.add(row.to.key);
      batch.push(row.to);
    }
    if (batch.length < batchSize) continue;
    added += await ledger.suppress(batch, reason);
    batch = [];
  }
  added += await ledger.suppress(batch, reason);
  return { added, people: keys.size, invalid };
}

/** @param writing whether a ledger is made where there is none */
async function withLedger(
  context: Context,
  writing: boolean,
  work: (ledger: Ledger) => Promise<ExitCode>,
): Promise<ExitCode> {
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, writing);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

import { count } from "../domain/count.ts";
import { EXIT, usageError, type ExitCode } from "../domain/user-error.ts";
import type { Ledger } from "../deliver/ledger.ts";
import type { Run } from "../deliver/records.ts";
import { isMailServer } from "../plan/delivery.ts";
import type { Context } from "./context.ts";
import { ledgerPlace } from "./ledger.ts";
import { quoted } from "../domain/quoted.ts";
import type { Mailing } from "./sending.ts";
import { keepNow } from "./since.ts";
import type { Workshop } from "./workshop.ts";

/** Stops where workers could not send: they share the ledger alone, and each reaches the mail server by itself. */
export async function requireWorkers(
  context: Context,
  { toolkit }: Workshop,
  transport: string,
): Promise<void> {
  const { root, settings } = toolkit;
  if (typeof (await ledgerPlace(context, root, settings.ledger)) === "string")
    throw usageError(
      "not-shared",
      "--enqueue leaves the sending to workers, which share a ledger on a server. This ledger is a file.",
      "Leave --enqueue out to send from here. docs/scale.md says how to keep the ledger on a server.",
    );
  if (isMailServer(transport)) return;
  throw usageError(
    "not-shared",
    `--enqueue leaves the sending to workers, which send through a mail server. This would go through ${transport}.`,
    "Leave --enqueue out to send from here, or name a mail server: --transport smtp://HOST.",
  );
}

/** Leaves a frozen run to the workers, and says how to watch it. What it says is kept as sent from now on. */
export async function leaveToWorkers(
  context: Context,
  workshop: Workshop,
  mailing: Mailing,
  { ledger, run, transport }: { ledger: Ledger; run: Run; transport: string | undefined },
): Promise<ExitCode> {
  const { out } = context;
  await ledger.adopt(run);
  await ledger.retryDeferred(run);
  const tally = await ledger.tally(run);
  await keepNow(context, workshop, mailing, "sent");
  const { cycle } = run;
  out.event({ event: "enqueued", cycle, run: run.id, messages: tally.pending + tally.deferred });
  out.event({ event: "summary", ...tally });
  out.print(
    `${count(tally.pending + tally.deferred, "message")} left to the workers. Nothing was sent from here.`,
  );
  if (run.control)
    out.warn(`It is ${run.control.order}, so no worker begins it. To let them: onetopic resume ${cycle}`);
  const same =
    transport === undefined ? "" : ` --transport ${transport.includes("@") ? "…" : quoted(transport)}`;
  out.say(`Start workers, if none runs, on any machine that reaches the ledger: onetopic worker${same}`);
  out.say(`See how it goes: onetopic status ${cycle} --watch`);
  return EXIT.done;
}

import { hostname } from "node:os";
import path from "node:path";
import { systemClock } from "../../deliver/clock.ts";
import { openLedger } from "../../deliver/open-ledger.ts";
import type { Endpoint } from "../../deliver/listen.ts";
import type { PostgresPlace } from "../../deliver/place.ts";
import { EXIT, usageError, type ExitCode } from "../../domain/user-error.ts";
import type { ListenPlace } from "../arguments.ts";
import { readVersion, type Context } from "../context.ts";
import { ledgerPlace } from "../ledger.ts";
import { WorkLog } from "../work-log.ts";
import { requireMailServer, Work, type Patience } from "../work.ts";
import { workerHealth } from "../worker-health.ts";

export interface WorkerOptions {
  readonly once?: boolean;
  readonly transport?: string;
  readonly listen?: ListenPlace;
}

const patience: Patience = { idle: 2_000, afterFault: 60_000 };

/** `onetopic worker`: sends what other machines have frozen, until it is stopped. It needs no toolkit. */
export async function worker(context: Context, options: WorkerOptions): Promise<ExitCode> {
  const home = path.resolve(context.cwd, context.toolkitFolder ?? "");
  if (options.transport !== undefined) requireMailServer(options.transport);
  const place = await sharedPlace(context, home);
  const { now } = systemClock;
  const health = options.listen && (await workerHealth(now));
  const log = new WorkLog(context, `${hostname()}:${process.pid}`, now, health?.observer);
  const ledger = await openLedger(place, { now });
  const { once = false, transport } = options;
  let endpoint: Endpoint | undefined;
  const work = new Work(context, { ledger, home, transport, once, clock: systemClock, patience, log });
  try {
    log.tell("info", "started", `onetopic ${readVersion()} works for ${place.name}. Stop it with Ctrl+C.`);
    if (options.listen) endpoint = await health?.listen(options.listen, ledger);
    if (endpoint)
      log.tell("info", "listening", `Answers at ${urlOf(endpoint)}/metrics, /healthz and /readyz.`);
    const worst = await work.toTheEnd();
    const { aborted, reason } = context.signal;
    log.tell("info", "ended", aborted ? "Stopped." : "Nothing more is to be sent now.");
    if (!aborted) return worst;
    return (reason as Error).message === "SIGTERM" ? EXIT.done : EXIT.cancelled;
  } finally {
    await endpoint?.close();
    await work.close();
    await ledger.close();
  }
}

function urlOf({ host, port }: Endpoint): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** @throws UserError (exit 2) where no ledger is named, or one that no other machine shares */
async function sharedPlace(context: Context, home: string): Promise<PostgresPlace> {
  const example = "--ledger postgres://USER:${LEDGER_PASSWORD}@HOST/DATABASE";
  if (context.ledger === undefined && !context.env["ONETOPIC_LEDGER"])
    throw usageError(
      "no-ledger",
      "A worker has to be told which ledger it works for.",
      `Name it in the variable ONETOPIC_LEDGER, or with ${example}.`,
    );
  const place = await ledgerPlace(context, home, "");
  if (typeof place !== "string") return place;
  throw usageError(
    "not-shared",
    "A worker shares its ledger with other machines, and this ledger is a file.",
    `Name one on a server: ${example}. With a file, "onetopic send" sends by itself.`,
  );
}

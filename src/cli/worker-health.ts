import { hostname } from "node:os";
import type { Ledger } from "../deliver/ledger.ts";
import { usual as usualLease } from "../deliver/lease.ts";
import type { Endpoint } from "../deliver/listen.ts";
import { readVersion } from "./context.ts";
import type { ListenPlace } from "./arguments.ts";
import type { Observer } from "./work-log.ts";

export interface WorkerHealth {
  /** To be told what the worker does. */
  readonly observer: Observer;
  /** Begins to answer. @throws UserError (exit 2) when it cannot listen there */
  listen(place: ListenPlace, ledger: Pick<Ledger, "senders">): Promise<Endpoint>;
}

/** What a worker tells of itself over HTTP. What it needs is loaded here, for a worker that is asked. */
export async function workerHealth(now: () => number): Promise<WorkerHealth> {
  const { workerMetrics } = await import("../deliver/metrics.ts");
  const { startWorkerServer } = await import("../deliver/worker-server.ts");
  const metrics = workerMetrics(readVersion(), () => performance.now());
  let workingSince: number | undefined;
  const observer: Observer = {
    ...metrics,
    work: (run) => {
      workingSince = run ? now() : undefined;
      metrics.work(run);
    },
  };
  return {
    observer,
    listen: (place, ledger) => {
      const lease = () => leaseOf(ledger, workingSince, now());
      return startWorkerServer({ ...place, metrics, lease, now });
    },
  };
}

/**
 * Whether this process holds a lease; nothing while it needs none. It has one a moment after it has joined a run, when it has
 * read what it sends.
 */
async function leaseOf(
  ledger: Pick<Ledger, "senders">,
  workingSince: number | undefined,
  now: number,
): Promise<boolean | undefined> {
  const own = (await ledger.senders()).filter(
    ({ host, pid, run }) => host === hostname() && pid === process.pid && run !== undefined,
  );
  if (own.some(({ isAlive }) => isAlive)) return true;
  if (workingSince === undefined) return undefined;
  return own.length === 0 && now - workingSince < usualLease.length ? undefined : false;
}

/*
 * The one file that knows the library for metrics. It is loaded only for a worker that is asked about them.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

import type { DeliveryEvent } from "./events.ts";

/** What a worker has done, counted, as Prometheus reads it. No address, name or reply is in it. */
export interface Metrics {
  /** Notes what happens to a message; everything else it is given it ignores. */
  see(event: DeliveryEvent): void;
  /** A run is joined, or left when nothing is given. */
  work(run: { readonly id: number } | undefined): void;
  /** Something went wrong that is nobody's on the list, by the name of the fault. */
  fault(code: string): void;
  /** @returns what is there now, and the type of that text */
  read(ready: Readiness): Promise<{ readonly text: string; readonly type: string }>;
}

/** How a worker stands with its ledger. */
export interface Readiness {
  readonly ledger: boolean;
  /** Whether it holds its lease; nothing while it works on no run. */
  readonly lease: boolean | undefined;
}

const outcomes = ["accepted", "rejected", "deferred", "unknown"] as const;
/** In seconds; a mail server may take ten minutes to answer (RFC 5321, 4.5.3.2.6). */
const buckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600];
/** Codes are our own words; whatever else comes is not told apart. */
const code = /^[a-z][a-z0-9-]{0,40}$/;

/** Takes the version of onetopic, and milliseconds of a clock that only goes forward. */
export function workerMetrics(version: string, now: () => number): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  collectDefaultMetrics({ register: registry });
  const about = { name: "onetopic_build_info", help: "The version of onetopic.", registers };
  new Gauge({ ...about, labelNames: ["version"] }).set({ version }, 1);
  const messages = new Counter({
    name: "onetopic_messages_total",
    help: "Attempts that ended, by what came of them.",
    labelNames: ["outcome"],
    registers,
  });
  for (const outcome of outcomes) messages.inc({ outcome }, 0);
  const faults = new Counter({
    name: "onetopic_faults_total",
    help: "Faults that are nobody's on the list, by name.",
    labelNames: ["code"],
    registers,
  });
  const seconds = new Histogram({
    name: "onetopic_attempt_seconds",
    help: "From the beginning of an attempt until its end is on record.",
    buckets,
    registers,
  });
  const onWire = gauge("onetopic_attempts_under_way", "Attempts that have begun and not ended.");
  const working = gauge("onetopic_run", "The number of the run that is worked on; 0 while there is none.");
  const ledger = gauge("onetopic_ledger_up", "1 when the ledger can be asked.");
  const lease = gauge("onetopic_lease_held", "1 while a run is worked on and the lease for it is held.");
  const begun = new Map<string, number>();
  return {
    see: (event) => {
      if (event.event === "attempting") begun.set(event.messageId, now());
      const outcome = outcomes.find((one) => one === event.event);
      if (outcome === undefined || !("messageId" in event)) return;
      messages.inc({ outcome });
      const since = begun.get(event.messageId);
      if (since !== undefined) seconds.observe((now() - since) / 1_000);
      begun.delete(event.messageId);
    },
    work: (run) => {
      working.set(run?.id ?? 0);
      // What was begun and given back has no end to be told of.
      begun.clear();
    },
    fault: (name) => faults.inc({ code: code.test(name) ? name : "other" }),
    read: async (ready) => {
      onWire.set(begun.size);
      ledger.set(ready.ledger ? 1 : 0);
      lease.set(ready.lease ? 1 : 0);
      return { text: await registry.metrics(), type: registry.contentType };
    },
  };
}

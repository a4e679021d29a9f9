import { hostname } from "node:os";
import { isIP } from "node:net";

import { Hono, type MiddlewareHandler } from "hono";

import { UserError } from "../domain/user-error.ts";
import { listen, type Endpoint } from "./listen.ts";
import type { Metrics, Readiness } from "./metrics.ts";

export interface WorkerServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly metrics: Metrics;
  /** Asks the ledger; throws a UserError when it cannot be asked. */
  readonly lease: () => Promise<boolean | undefined>;
  readonly now: () => number;
}

/** What was found out is as good for a moment: many who ask must not be many who ask the ledger. */
const goodFor = 1_000;
/** An answer that takes longer is none: the ledger may be busy with a long list. */
const patience = 5_000;

/**
 * Starts the small server that tells how a worker is: `/metrics` in the text format of Prometheus, `/healthz` as long as it
 * is alive, `/readyz` when it can do its work: the ledger answers, and what it sends is its own.
 * @throws UserError (exit 2) when it cannot listen there
 */
export async function startWorkerServer(options: WorkerServerOptions): Promise<Endpoint> {
  const { host, port, metrics } = options;
  const readiness = remembered(options);
  const app = new Hono();
  app.use(guard(host));
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    const { ledger, lease } = await readiness();
    const isReady = ledger && lease !== false;
    return c.json(
      { status: isReady ? "ready" : "not ready", ledger, lease: lease ?? null },
      isReady ? 200 : 503,
    );
  });
  app.get("/metrics", async (c) => {
    const { text, type } = await metrics.read(await readiness());
    return c.body(text, 200, { "Content-Type": type });
  });
  app.all("*", (c) => c.json({ error: "Ask for /metrics, /healthz or /readyz." }, 404));
  const hints = { port: "--listen PORT", host: "--listen PORT, which is this machine alone" };
  return listen({ fetch: app.fetch, host, port, hints });
}

/** Nothing is kept or framed, only looked at, and asked for by a name of ours. */
function guard(host: string): MiddlewareHandler {
  return async (c, next) => {
    if (!isOwnName(c.req.header("host"), [host, hostname()]))
      return c.json({ error: "This machine is not known by that name. Ask by its address." }, 421);
    if (c.req.method !== "GET" && c.req.method !== "HEAD")
      return c.json({ error: "Only GET is answered." }, 405, { Allow: "GET, HEAD" });
    await next();
    c.res.headers.set("Cache-Control", "no-store");
    c.res.headers.set("X-Content-Type-Options", "nosniff");
    return undefined;
  };
}

/**
 * Takes the header Host and the names that are ours. True for those, for addresses in numbers, and for names without a dot:
 * they are of this machine or its network. Any other name may be somebody's who made it lead here (DNS rebinding).
 */
export function isOwnName(header: string | undefined, own: readonly string[]): boolean {
  const name = /^(\[[\da-f:.]+\]|[^:[\]]+)(:\d+)?$/i.exec(header ?? "")?.[1]?.toLowerCase();
  if (name === undefined) return false;
  const bare = name.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  return isIP(bare) !== 0 || !bare.includes(".") || own.some((one) => one.toLowerCase() === bare);
}

function remembered({ lease, now }: WorkerServerOptions): () => Promise<Readiness> {
  let [known, at]: [Promise<Readiness> | undefined, number] = [undefined, 0];
  return () => {
    if (known && now() - at < goodFor) return known;
    at = now();
    return (known = readinessOf(lease));
  };
}

async function readinessOf(ask: () => Promise<boolean | undefined>): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), patience);
  });
  try {
    const answer = await Promise.race([ask(), late]);
    return answer === "late" ? { ledger: false, lease: undefined } : { ledger: true, lease: answer };
  } catch (fault) {
    if (!(fault instanceof UserError)) throw fault;
    return { ledger: false, lease: undefined };
  } finally {
    clearTimeout(timer);
  }
}

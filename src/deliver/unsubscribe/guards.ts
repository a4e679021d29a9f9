import type { HttpBindings } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context, Hono, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

import { Budgets, budgets } from "./budgets.ts";
import { clientAddress, isForwarded } from "./client.ts";
import type { Pages } from "./pages.ts";

interface Env {
  readonly Bindings: HttpBindings;
}
export type App = Hono<Env>;
export type Asked = Context<Env>;
type Guard = MiddlewareHandler<Env>;

/** A form of one field; what is larger is none of ours. */
const largestBody = 16_384;

/** Headers of every answer: nothing runs, nothing is kept, nobody frames the page or learns the link from it. */
export function headers({ styleHash }: Pages): Guard {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  const always = {
    "Content-Security-Policy": policy.join("; "),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
  };
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(always)) c.res.headers.set(name, value);
  };
}

export interface LimitOptions {
  readonly behindProxy: boolean;
  readonly now: () => number;
  /** Called when a request is turned away, once a minute. */
  readonly onLimited: () => void;
  /** Called once, when a proxy names clients and nobody said that it may. */
  readonly onProxy: () => void;
}

/** Turns away who asks too often; see `budgets`. */
export function limits(pages: Pages, { behindProxy, now, onLimited, onProxy }: LimitOptions): Guard {
  const left = new Budgets(now);
  let toldAt = Number.NEGATIVE_INFINITY;
  let hasToldOfProxy = behindProxy;
  return async (c, next) => {
    const peer = getConnInfo(c).remote.address ?? "";
    const forwarded = c.req.header("x-forwarded-for");
    if (!hasToldOfProxy && isForwarded(peer, forwarded)) {
      hasToldOfProxy = true;
      onProxy();
    }
    const client = clientAddress(peer, forwarded, behindProxy);
    const wait = left.enter(client);
    if (wait === 0) {
      await next();
      if (c.res.status === 404) left.miss(client);
      return undefined;
    }
    if (now() - toldAt >= budgets.window) {
      toldAt = now();
      onLimited();
    }
    return c.html(pages.of("busy"), 429, { "Retry-After": `${wait}` });
  };
}

/** Reads no further than a form of ours can be long. */
export function shortBodies(pages: Pages): Guard {
  return bodyLimit({
    maxSize: largestBody,
    onError: (c) => c.html(pages.of("unclear"), 413, { Connection: "close" }),
  });
}

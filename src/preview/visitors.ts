import { createHash, randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

/*
 * Every user of a machine can reach its loopback, and the preview shows lists and messages. So whoever comes needs a key,
 * which leaves a cookie behind; without it, there is nothing to see.
 */

/** Why somebody is not let in: no key and no cookie, or a key that was good for once and has been used. */
export type Refusal = "no-key" | "used-key";

export interface Visitors {
  /** Lets in as often as it is used, as long as the preview runs: for the address that is printed. */
  readonly key: string;
  /**
   * Lets in once. The address that a browser is started with can be read by other users of the machine, in the list of
   * processes. Whoever brings it a second time is not let in, and whoever came with it first is shown out.
   */
  readonly oneTimeKey: () => string;
  /** Lets in, or leads to the address without its key, or has the last word with `refuse`. */
  readonly gate: (refuse: (c: Context, why: Refusal) => Response | Promise<Response>) => MiddlewareHandler;
  /**
   * Calls `end` once when whoever sent this request, and was let in, is shown out; at once when they have been.
   * @returns what takes it back
   */
  readonly onShownOut: (c: Context, end: () => void) => () => void;
  /** Shows everybody out: nobody is let in any more. */
  readonly close: () => void;
  /** Whether a form was sent from a page of ours. */
  readonly isFromHere: (headers: {
    readonly origin: string | undefined;
    readonly host: string | undefined;
  }) => boolean;
}

/** @param port known once the server listens */
export function openVisitors(port: () => number): Visitors {
  // Kept as digests: how long it takes to look one up then says nothing about it.
  const sessionOf = new Map<string, string>();
  const used = new Set<string>();
  // With what ends when they do.
  const sessions = new Map<string, Set<() => void>>();
  const oneTime = new Set<string>();
  // Cookies do not tell ports apart.
  const cookie = () => `onetopic-preview-${port()}`;
  const newKey = () => {
    const key = randomBytes(24).toString("base64url");
    const session = randomBytes(24).toString("base64url");
    sessionOf.set(digestOf(key), session);
    sessions.set(digestOf(session), new Set());
    return key;
  };
  const showOut = (digest: string) => {
    const ends = sessions.get(digest) ?? [];
    sessions.delete(digest);
    for (const end of ends) end();
  };
  const sessionOfVisitor = (c: Context) => digestOf(getCookie(c, cookie()) ?? "");
  const letIn = (c: Context, given: string): boolean => {
    const digest = digestOf(given);
    const session = sessionOf.get(digest);
    if (session === undefined) return false;
    if (oneTime.has(digest) && used.has(digest)) showOut(digestOf(session));
    if (!sessions.has(digestOf(session))) return false;
    used.add(digest);
    setCookie(c, cookie(), session, { httpOnly: true, sameSite: "Strict", path: "/" });
    return true;
  };
  return {
    key: newKey(),
    oneTimeKey: () => {
      const key = newKey();
      oneTime.add(digestOf(key));
      return key;
    },
    gate: (refuse) => async (c, next) => {
      const given = c.req.query("key");
      const isKnown = sessions.has(sessionOfVisitor(c));
      if (given === undefined || c.req.method !== "GET")
        return isKnown && !isForElsewhere(c) ? next() : refuse(c, "no-key");
      if (isKnown || letIn(c, given)) return c.redirect(withoutKey(c), 303);
      return refuse(c, oneTime.has(digestOf(given)) ? "used-key" : "no-key");
    },
    onShownOut: (c, end) => {
      const ends = sessions.get(sessionOfVisitor(c));
      if (!ends) end();
      ends?.add(end);
      return () => void ends?.delete(end);
    },
    close: () => {
      for (const digest of sessions.keys()) showOut(digest);
    },
    isFromHere: ({ origin, host }) => host !== undefined && origin === `http://${host}`,
  };
}

/** Pages of other ports count as the same site to cookies; they may lead here, but not read what is here. */
function isForElsewhere({ req }: Context): boolean {
  const site = req.header("sec-fetch-site") ?? "none";
  return req.header("sec-fetch-mode") !== "navigate" && site !== "none" && site !== "same-origin";
}

/** The key must not stay where it is seen: in the address bar and in the history. */
function withoutKey({ req }: Context): string {
  const url = new URL(req.url);
  url.searchParams.delete("key");
  // Two slashes in front would lead to another host.
  return `/${url.pathname.replace(/^\/+/, "")}${url.search}`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

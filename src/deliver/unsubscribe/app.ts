import { Hono } from "hono";

import { UserError } from "../../domain/user-error.ts";
import type { Ledger } from "../ledger.ts";
import { headers, limits, shortBodies, type App, type Asked } from "./guards.ts";
import { tokenOf, tokenParameter } from "./links.ts";
import type { PageName, Pages } from "./pages.ts";

/** The reason in the do-not-mail list of those who followed their link; only these may come back by it. */
export const byLink = "unsubscribed by the link in a message";

/** What happened, for the log. Tokens are shortened and clients are not named: both would be data about people. */
export type UnsubscribeEvent =
  | { readonly event: "unsubscribed"; readonly token: string; readonly by: "one-click" | "page" }
  | { readonly event: "subscribed" | "kept" | "unknown"; readonly token: string }
  | { readonly event: "limited" | "proxy" }
  | { readonly event: "fault"; readonly reason: string };

export interface UnsubscribeOptions {
  readonly ledger: Pick<Ledger, "knowsPerson" | "suppressPerson" | "unsuppressPerson">;
  readonly pages: Pages;
  /** The setting `unsubscribe.url`: says where in an address the token stands. */
  readonly url?: string | undefined;
  /** A proxy on this machine says who the client is. */
  readonly behindProxy: boolean;
  readonly now: () => number;
  readonly tell: (event: UnsubscribeEvent) => void;
}

/** What a request asks for: by the mail program, or by a button of a page. */
type Wish = "one-click" | "unsubscribe" | "subscribe";

/** What each page answers with. A token that leads to nobody is "not found": one-click must not look done when it is not. */
const statusOf = {
  confirm: 200,
  done: 200,
  back: 200,
  kept: 409,
  unknown: 404,
  unclear: 400,
  busy: 429,
  failed: 503,
} as const satisfies Record<PageName, number>;

/**
 * Takes the ledger, the pages and how to tell what happens. Gives what answers requests:
 * - a POST of `List-Unsubscribe=One-Click` unsubscribes, with nothing more asked for (RFC 8058, 3.1 and 3.2);
 * - a GET shows a page and changes nothing, since programs that look for harmful links open every one;
 * - a POST of that page's form unsubscribes, and one of the page after it takes that back.
 */
export function unsubscribeApp(options: UnsubscribeOptions): App {
  const { pages, ledger, tell } = options;
  const app: App = new Hono();
  app.use(headers(pages));
  app.get("/health", async (c) => {
    await ledger.knowsPerson("");
    return c.json({ status: "ok" });
  });
  app.use(
    limits(pages, {
      ...options,
      onLimited: () => tell({ event: "limited" }),
      onProxy: () => tell({ event: "proxy" }),
    }),
  );
  app.use(shortBodies(pages));
  declareAnswers(app, options);
  app.onError((fault, c) => {
    tell({ event: "fault", reason: fault.message });
    return c.html(pages.of("failed"), fault instanceof UserError ? 503 : 500, { "Retry-After": "300" });
  });
  return app;
}

function declareAnswers(app: App, options: UnsubscribeOptions): void {
  const { pages, ledger, url } = options;
  const parameter = tokenParameter(url);
  const show = (c: Asked, name: PageName) => c.html(pages.of(name), statusOf[name]);
  app.get("/robots.txt", (c) => c.text("User-agent: *\nDisallow: /\n"));
  app.get("/favicon.ico", (c) => c.body(null, 204));
  app.get("*", async (c) => {
    const token = tokenOf(c.req.url, parameter);
    const isKnown = token !== undefined && (await ledger.knowsPerson(token));
    return show(c, isKnown ? "confirm" : "unknown");
  });
  app.post("*", async (c) => {
    const wish = await wishOf(c);
    return show(c, wish ? await grant(options, tokenOf(c.req.url, parameter), wish) : "unclear");
  });
  app.all("*", (c) => c.html(pages.of("unclear"), 405, { Allow: "GET, HEAD, POST" }));
}

/** Both ways to write a form are asked for by RFC 8058, 3.2. */
async function wishOf(c: Asked): Promise<Wish | undefined> {
  const form: Record<string, unknown> = await c.req.parseBody().catch(() => ({}));
  const oneClick = form["List-Unsubscribe"];
  if (typeof oneClick === "string" && oneClick.trim().toLowerCase() === "one-click") return "one-click";
  const pressed = form["do"];
  return pressed === "unsubscribe" || pressed === "subscribe" ? pressed : undefined;
}

/** Asked again, it changes nothing and says the same. */
async function grant(
  { ledger, tell }: UnsubscribeOptions,
  token: string | undefined,
  wish: Wish,
): Promise<PageName> {
  const shown = token === undefined ? "" : `${token.slice(0, 8)}…`;
  if (token !== undefined && wish === "subscribe") {
    const standing = await ledger.unsuppressPerson(token, byLink);
    if (standing) tell({ event: standing === "mailable" ? "subscribed" : "kept", token: shown });
    if (standing) return standing === "mailable" ? "back" : "kept";
  } else if (token !== undefined && (await ledger.suppressPerson(token, byLink))) {
    tell({ event: "unsubscribed", token: shown, by: wish === "one-click" ? "one-click" : "page" });
    return "done";
  }
  tell({ event: "unknown", token: shown });
  return "unknown";
}

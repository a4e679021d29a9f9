import { readFile } from "node:fs/promises";
import path from "node:path";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { UserError } from "../domain/user-error.ts";
import { eventsOf } from "./events.ts";
import { filePolicy, headers, isOwnHost, isPlainPath } from "./guards.ts";
import { bareLayout, closedDoor, faultPage, layout } from "./layout.ts";
import type { Live } from "./live.ts";
import { NotHere, type Asked, type FileAnswer, type Page } from "./page.ts";
import { files, forms, pages } from "./routes.ts";
import { openSaid, type SaidBook } from "./said.ts";
import { openGallery, type Gallery } from "./topic/gallery.ts";
import type { Refusal, Visitors } from "./visitors.ts";

export interface AppOptions {
  readonly live: Live;
  readonly visitors: Visitors;
  /** Takes in what no file of the toolkit tells, such as that something was sent. */
  readonly look: () => Promise<void>;
  /** Takes secrets out of what a fault says. */
  readonly conceal: (text: string) => string;
  /** The folder of the stylesheet and the script, absolute. */
  readonly assets: string;
  /** The port it listens at, once it does. */
  readonly port: () => number;
  /** Takes what nobody expected. */
  readonly onFault: (fault: unknown) => void;
}

/** A form of a few fields; what is larger is none of ours. */
const largestBody = 16_384;

/** What answers the requests of the preview. */
export function previewApp(options: AppOptions): Hono {
  const { live, visitors, conceal, port, onFault } = options;
  const asked = askedAbout(live, openGallery(), openSaid());
  const app = new Hono();
  const show = (c: Context, page: Page) => c.html(layout(page, live.shown(), live.run), page.status ?? 200);
  const turnAway = (c: Context, page: Page) => c.html(bareLayout(page), page.status ?? 403);
  app.use(headers);
  app.use(async (_, next) => {
    const end = live.calm.begin();
    try {
      await next();
    } finally {
      end();
    }
  });
  app.use(async (c, next) => {
    if (isOwnHost(c.req.header("host"), port())) return next();
    return turnAway(c, wrongHost(port()));
  });
  declareAssets(app, options);
  app.use(visitors.gate((c, why) => turnAway(c, locked(why))));
  app.use(async (c, next) => {
    if (isPlainPath(new URL(c.req.url).pathname)) return next();
    return show(c, nothingHere("There is nothing at this address."));
  });
  app.get("/events", eventsOf(live, visitors));
  declareForms(app, options, asked, show);
  for (const [at, route] of Object.entries(pages))
    app.get(at, async (c) => {
      // As long as somebody looks on, that is done all the time.
      if (!live.isWatched()) await options.look();
      return show(c, await route(asked(c)));
    });
  for (const [at, route] of Object.entries(files))
    app.get(at, async (c) => giveFile(c, await route(asked(c))));
  app.notFound((c) => show(c, nothingHere("There is nothing at this address.")));
  app.onError((fault, c) => {
    if (fault instanceof NotHere) return show(c, nothingHere(fault.message, fault.hint));
    if (fault instanceof UserError)
      return show(c, faultPage(409, "This cannot be shown", conceal(fault.message), conceal(fault.hint)));
    onFault(fault);
    return show(c, ourFault());
  });
  return app;
}

function declareAssets(app: Hono, { assets }: AppOptions): void {
  const types = { "style.css": "text/css; charset=utf-8", "client.js": "text/javascript; charset=utf-8" };
  for (const [name, type] of Object.entries(types))
    app.get(`/assets/${name}`, async (c) =>
      c.body(await readFile(path.join(assets, name)), 200, { "Content-Type": type }),
    );
  app.get("/favicon.ico", (c) => c.body(null, 204));
}

function declareForms(
  app: Hono,
  { visitors }: AppOptions,
  asked: (c: Context) => Asked,
  show: (c: Context, page: Page) => Response | Promise<Response>,
): void {
  app.post("*", bodyLimit({ maxSize: largestBody, onError: (c) => show(c, tooMuch()) }), async (c, next) => {
    if (visitors.isFromHere({ origin: c.req.header("origin"), host: c.req.header("host") })) return next();
    return show(c, notFromHere());
  });
  for (const [at, route] of Object.entries(forms))
    app.post(at, async (c) => {
      const done = await route(asked(c), new URLSearchParams(await c.req.text()));
      return "page" in done ? show(c, done.page) : c.redirect(done.next, 303);
    });
}

function askedAbout(live: Live, gallery: Gallery, said: SaidBook): (c: Context) => Asked {
  return (c) => ({
    shown: live.shown(),
    gallery,
    said,
    query: new URL(c.req.url).searchParams,
    part: (name) => c.req.param(name) ?? "",
    follow: live.change,
  });
}

function giveFile(c: Context, { type, content, download, status = 200 }: FileAnswer): Response {
  const about: Record<string, string> = { "Content-Type": type, "Content-Security-Policy": filePolicy };
  // File names of artefacts keep to letters, digits, dots and hyphens.
  if (download !== undefined) about["Content-Disposition"] = `attachment; filename="${download}"`;
  return c.body(content, status, about);
}

function wrongHost(port: number): Page {
  return closedDoor(
    "Not under this name",
    "This page answers only to the address of this machine itself.",
    `Open the address that onetopic preview printed. It begins with http://127.0.0.1:${port}/.`,
  );
}

function locked(why: Refusal): Page {
  const hint =
    "Open the address that onetopic preview printed in the window where it was started: it holds a key.";
  return why === "used-key"
    ? closedDoor(
        "This address is used up",
        "It was good for one visit, and has had it. Somebody else may have come with it, and was shown out.",
        hint,
      )
    : closedDoor(
        "This page is locked",
        "It shows lists and messages, so it opens only to whoever started it.",
        hint,
      );
}

function nothingHere(message: string, hint = "Check the address, or begin at the overview."): Page {
  return faultPage(404, "Nothing here", message, hint);
}

function notFromHere(): Page {
  return faultPage(
    403,
    "Nothing was done",
    "This did not come from a page of this preview.",
    "Open the page anew, and press the button there.",
  );
}

function tooMuch(): Page {
  return faultPage(413, "Nothing was done", "That is more than this form can hold.", "Shorten it.");
}

function ourFault(): Page {
  return faultPage(
    500,
    "This page cannot be shown",
    "This is a fault of onetopic, not yours.",
    "The window in which you started the preview says more. Please report it.",
  );
}

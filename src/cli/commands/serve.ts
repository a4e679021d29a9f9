import type { UnsubscribeEvent } from "../../deliver/unsubscribe/app.ts";
import type { House } from "../../deliver/unsubscribe/pages.ts";
import { startUnsubscribe } from "../../deliver/unsubscribe/server.ts";
import { defaultBrand, type Toolkit } from "../../domain/toolkit.ts";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import { requireSettings } from "../campaign.ts";
import { fillSecrets, openToolkit, type Context } from "../context.ts";
import { openToolkitLedger } from "../ledger.ts";

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly behindProxy?: boolean;
}

/** `onetopic serve`: runs until it is stopped. */
export async function serve(context: Context, options: ServeOptions): Promise<ExitCode> {
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const { root, settings } = toolkit;
  const { out, signal } = context;
  const url = settings.unsubscribe?.url && (await fillSecrets(context, root, settings.unsubscribe.url));
  const ledger = await openToolkitLedger(context, root, settings.ledger, true);
  try {
    const endpoint = await startUnsubscribe({
      ledger,
      house: houseOf(toolkit),
      url,
      host: options.host,
      port: options.port,
      behindProxy: options.behindProxy ?? false,
      now: Date.now,
      tell: (event) => tell(context, event),
    });
    for (const note of notesOn(url, options.host)) out.warn(`Note: ${note}`);
    const shownHost = endpoint.host.includes(":") ? `[${endpoint.host}]` : endpoint.host;
    out.event({ event: "listening", host: endpoint.host, port: endpoint.port });
    out.print(`The unsubscribe page is at http://${shownHost}:${endpoint.port}. Stop it with Ctrl+C.`);
    if (!signal.aborted)
      await new Promise((resolve) => void signal.addEventListener("abort", resolve, { once: true }));
    await endpoint.close();
    out.event({ event: "stopped" });
    out.print("Stopped.");
    return EXIT.done;
  } finally {
    await ledger.close();
  }
}

/** Who the pages speak for: the default brand. */
function houseOf(toolkit: Toolkit): House {
  const { settings } = toolkit;
  const { name, colours, contact } = defaultBrand(toolkit);
  return {
    toolkit: settings.toolkit,
    organisation: name,
    colours,
    contact: settings.unsubscribe?.mailto ?? contact?.email,
  };
}

/** What would keep people from getting here. */
function notesOn(url: string | undefined, host: string): string[] {
  const setting = '"unsubscribe.url" in onetopic.yaml';
  return [
    ...(url === undefined ? [`No message leads here yet: set ${setting}.`] : []),
    ...(url?.includes("{token}") === false
      ? [`Nobody can be told apart: write {token} into ${setting}.`]
      : []),
    ...(url?.startsWith("http:")
      ? [`Mail programs offer one click only with https: change ${setting}.`]
      : []),
    ...(/^(127\.|::1$|localhost$)/.test(host)
      ? []
      : ["What is sent here is not encrypted: let a proxy with HTTPS stand in front of it."]),
  ];
}

function tell({ out }: Context, event: UnsubscribeEvent): void {
  const at = new Date().toISOString();
  out.event({ ...event, at });
  const words = wordsFor(event);
  if (event.event === "fault" || event.event === "proxy") out.warn(`${at}  ${words}`);
  else out.print(`${at}  ${words}`);
}

function wordsFor(event: UnsubscribeEvent): string {
  switch (event.event) {
    case "unsubscribed":
      return `unsubscribed ${event.token} (${event.by === "one-click" ? "one click in a mail program" : "on the page"})`;
    case "subscribed":
      return `subscribed again ${event.token}`;
    case "kept":
      return `not subscribed again ${event.token}: on the do-not-mail list for another reason as well`;
    case "unknown":
      return `a link that leads to nobody ${event.token}`.trimEnd();
    case "limited":
      return "too many requests: some are turned away for a minute";
    case "proxy":
      return "Note: a proxy passes requests on. Add --behind-proxy, or all clients share one limit.";
    case "fault":
      return `Error  A request failed: ${event.reason}`;
  }
}

import { lookup as lookUp, type LookupAddress, type LookupOptions } from "node:dns";
import { setTimeout as pause } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { ownFaults, type LinkAnswer, type LinkFault } from "../../domain/link.ts";
import { usageError } from "../../domain/user-error.ts";

/*
 * The only file that asks the web for anything, and only for `check --online`.
 */

export interface AskOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly signal: AbortSignal;
  /** How long a site may take, in milliseconds. */
  readonly patience?: number;
  /** How long to wait before asking again where the trouble may pass, in milliseconds. */
  readonly rest?: number;
}

export interface Asker {
  readonly ask: (address: string) => Promise<LinkAnswer>;
  readonly close: () => Promise<void>;
}

type Method = "HEAD" | "GET";
type Follow = (method: Method, address: string, until: AbortSignal) => Promise<LinkAnswer>;

const mostHops = 10;

/** Asks sites for pages, through the proxy of the environment if there is one. Call `close` at the end. */
export async function openAsker(options: AskOptions): Promise<Asker> {
  const { env, version, signal, patience = 10_000, rest = 1000 } = options;
  const { EnvHttpProxyAgent } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: proxyOf("HTTP_PROXY", env),
    httpsProxy: proxyOf("HTTPS_PROXY", env),
    noProxy: variable("NO_PROXY", env),
    connect: { lookup: guardedLookUp },
  });
  const follow = await follower(dispatcher, version);
  const attempt = (method: Method, address: string): Promise<LinkAnswer> =>
    follow(method, address, AbortSignal.any([signal, AbortSignal.timeout(patience)])).catch(
      (error: unknown): LinkAnswer => ({ kind: "fault", fault: faultOf(error) }),
    );
  const ask = async (address: string): Promise<LinkAnswer> => {
    const fault = ownFault(address);
    if (fault) return { kind: "fault", fault };
    const first = await attempt("HEAD", address);
    if (first.kind === "fine" || isLasting(first) || signal.aborted) return first;
    // Some sites know no HEAD, and some are slow or busy for a moment.
    if (mayPass(first)) await pause(rest, undefined, { signal }).catch(() => {});
    return attempt("GET", address);
  };
  return { ask, close: () => dispatcher.destroy() };
}

/** What can be said of an address without asking. */
function ownFault(address: string): LinkFault | undefined {
  if (!URL.canParse(address)) return "bad-address";
  const { username, password, port, hostname } = new URL(address);
  if (username !== "" || password !== "") return "login";
  if (port === "0") return "bad-address";
  return isPrivate(hostname) ? "private" : undefined;
}

function variable(name: string, env: AskOptions["env"]): string {
  return env[name.toLowerCase()] ?? env[name] ?? "";
}

/** The proxy that the environment names; empty when there is none. @throws UserError (exit 2) */
function proxyOf(name: string, env: AskOptions["env"]): string {
  const value = variable(name, env);
  const address = value === "" || value.includes("://") ? value : `http://${value}`;
  if (address === "" || (URL.canParse(address) && /^https?:/i.test(address))) return address;
  // The value may hold a password.
  throw usageError(
    "bad-proxy",
    `${name} in the environment names no proxy that can be used.`,
    "Write it as http://proxy.example.org:8080, or unset it.",
  );
}

async function follower(dispatcher: Dispatcher, version: string): Promise<Follow> {
  const { fetch } = await import("undici");
  const headers = { "user-agent": `onetopic/${version} (checks links)`, accept: "*/*" };
  return async (method, address, signal) => {
    let url = new URL(address);
    for (let hops = 0; ; hops += 1) {
      // Looked at on every hop: a page must not send this machine to itself.
      if (isPrivate(url.hostname)) return { kind: "fault", fault: "private" };
      const response = await fetch(url.href, { method, dispatcher, signal, headers, redirect: "manual" });
      await response.body?.cancel();
      const { status } = response;
      const next = response.headers.get("location");
      if (status < 300 || status >= 400 || next === null || !URL.canParse(next, url.href))
        return answerOf(status);
      // Some sites lead programs in circles that take no cookies.
      if (hops === mostHops) return { kind: "unjudged", status };
      url = new URL(next, url);
      [url.username, url.password] = ["", ""];
      // The page opens something else, such as a telephone number.
      if (!/^https?:$/.test(url.protocol)) return { kind: "fine" };
    }
  };
}

/** 401, 403, 405, 429, 503 and their like say that a program may not see the page, not that there is none. */
function answerOf(status: number): LinkAnswer {
  if (status < 400) return { kind: "fine" };
  if (status === 404 || status === 410) return { kind: "fault", fault: "missing", status };
  if (status >= 500 && status < 600 && status !== 503) return { kind: "fault", fault: "server", status };
  return { kind: "unjudged", status };
}

function isLasting(answer: LinkAnswer): boolean {
  return answer.kind === "fault" && ["no-site", "certificate", ...ownFaults].includes(answer.fault);
}

function mayPass(answer: LinkAnswer): boolean {
  return answer.kind === "fault" && ["timeout", "no-answer", "server"].includes(answer.fault);
}

const privateCode = "ERR_PRIVATE_ADDRESS";

function faultOf(error: unknown): LinkFault {
  let at = error as { name?: string; message?: string; code?: unknown; cause?: unknown };
  // "fetch failed" says nothing; what lies behind it does.
  while (at.cause instanceof Error) at = at.cause;
  const code = String(at.code);
  if (code === privateCode) return "private";
  // Those of mail servers and their like, as in browsers.
  if (at.message === "bad port") return "bad-address";
  if (code === "ENOTFOUND" || code === "ENODATA") return "no-site";
  if (at.name === "TimeoutError" || /TIMEDOUT|TIMEOUT/.test(code)) return "timeout";
  return /CERT|TLS|SSL|UNABLE_TO_/.test(code) ? "certificate" : "no-answer";
}

/** This machine, and its neighbours on the same wire. What begins with `::` is no address of the web (RFC 4291, 2.5). */
const ownMachine = /^(?:127\.|0\.|169\.254\.|::|fe[89ab][\da-f]:)/i;
/** Networks of one organisation. */
const ownNetwork =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][\da-f]{2}:)/i;

/** True for an address that only its own machine or network knows. */
function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (/(?:^|\.)localhost\.?$/i.test(host)) return true;
  return /^[\d.]+$|:/.test(host) && (ownMachine.test(host) || ownNetwork.test(host));
}

type TellAddresses = (error: Error | null, addresses: LookupAddress[]) => void;

/**
 * Finds a name's addresses. A name may stand for a machine of the organisation, since some readers are in it; but content from
 * outside must not make this machine ask itself.
 */
export function guardedLookUp(hostname: string, options: LookupOptions, tell: TellAddresses): void {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) tell(error, []);
    else if (!addresses.some(({ address }) => ownMachine.test(address))) tell(null, addresses);
    else tell(Object.assign(new Error(`${hostname} is this machine`), { code: privateCode }), []);
  });
}

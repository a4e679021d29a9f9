import { request } from "node:http";
import path from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Context } from "../../src/cli/context.ts";
import { createOutput } from "../../src/cli/output.ts";
import { stageOpener } from "../../src/cli/stage.ts";
import { followTheWorld } from "../../src/preview/follow.ts";
import { openLive, type Live } from "../../src/preview/live.ts";
import { startPreview, type Preview } from "../../src/preview/server.ts";
import { now } from "./cli.ts";

const streams = { stdout: new PassThrough(), stderr: new PassThrough() };

/** A context in which nothing is printed and nobody is asked. */
export function quietContext(root: string, env: Context["env"] = {}): Context {
  const out = createOutput(streams, { json: false, quiet: true, verbose: false, colour: false });
  const { signal } = new AbortController();
  return { out, cwd: root, env, interactive: false, now: new Date(now), toolkitFolder: root, signal };
}

export interface OpenedLive {
  readonly live: Live;
  /** What nobody expected. */
  readonly faults: unknown[];
  readonly context: Context;
  readonly close: () => Promise<void>;
}

/**
 * What the preview shows of a real toolkit, in this process.
 * @param apart checks in another process, as the command does
 */
export async function liveOn(root: string, env: Context["env"] = {}, apart = false): Promise<OpenedLive> {
  const context = quietContext(root, env);
  const opener = await stageOpener(context, () => context.now, { apart });
  const faults: unknown[] = [];
  const live = await openLive({
    open: opener.open,
    onFault: (fault) => faults.push(fault),
    conceal: context.out.conceal,
  });
  return {
    live,
    faults,
    context,
    close: async () => {
      await live.close();
      await opener.close();
    },
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ServedPreview extends OpenedLive {
  readonly server: Preview;
  /** Asks for exactly this path: a client that knows addresses would tidy it up. */
  readonly ask: (path: string, asking?: Asking) => Promise<Answered>;
}

/** The preview's server over a real toolkit, in this process. */
export async function servedPreview(root: string, env: Context["env"] = {}): Promise<ServedPreview> {
  const opened = await liveOn(root, env);
  const world = followTheWorld(opened.live, () => opened.context.now);
  const server = await startPreview({
    live: opened.live,
    look: world.look,
    assets: fileURLToPath(new URL("../../src/preview/front", import.meta.url)),
    port: 0,
    onFault: (fault) => opened.faults.push(fault),
    conceal: opened.context.out.conceal,
  });
  return {
    ...opened,
    server,
    ask: (at, asking) => ask(server.port, at, asking),
    close: async () => {
      await world.close();
      await server.close();
      await opened.close();
    },
  };
}

function ask(port: number, at: string, { method = "GET", headers = {}, body = "" }: Asking = {}) {
  return new Promise<Answered>((resolve, reject) => {
    const host = `127.0.0.1:${port}`;
    const options = { host: "127.0.0.1", port, path: at, method, headers: { host, ...headers } };
    const asked = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on("error", reject).end(body);
  });
}

/** A stream of events, from its first one on. */
export interface OpenStream {
  /** Leaves it, as a window that is closed does. */
  readonly leave: () => void;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
}

/** Follows the events as a page does. */
export function openStream(port: number, cookie: string): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    const headers = { host: `127.0.0.1:${port}`, cookie };
    const asked = request({ host: "127.0.0.1", port, path: "/events", headers }, (response) => {
      const ended = new Promise<void>((end) => void response.on("end", end).on("error", () => {}));
      response.once("data", () => resolve({ leave: () => void asked.destroy(), ended }));
    });
    asked.on("error", reject).end();
  });
}

/** The cookie that an answer sets, as it is sent back. */
export function cookieOf({ headers }: Answered): string {
  return String(headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
}

/** The path and query of an address. */
export function pathOf(address: string): string {
  const { pathname, search } = new URL(address);
  return path.posix.join("/", pathname) + search;
}

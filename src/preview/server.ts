import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { EXIT, UserError } from "../domain/user-error.ts";
import { previewApp, type AppOptions } from "./app.ts";
import { isBadPort } from "./guards.ts";
import { openVisitors } from "./visitors.ts";

export interface PreviewOptions extends Omit<AppOptions, "port" | "visitors"> {
  /** 0 takes a free one. */
  readonly port: number;
}

export interface Preview {
  readonly port: number;
  /** The address that lets in: to be printed. */
  readonly address: string;
  /** An address that lets in once: for starting a browser with. */
  readonly oneTimeAddress: () => string;
  readonly close: () => Promise<void>;
}

/** No other machine can get there. */
const host = "127.0.0.1";
/** How long an answer under way may take when the server stops. */
const grace = 1_000;

/**
 * Starts the preview's server.
 * @throws UserError (exit 2) when it cannot listen there, or no browser would open it there
 */
export async function startPreview({ port, ...options }: PreviewOptions): Promise<Preview> {
  if (isBadPort(port)) throw notOpened(port);
  let taken = port;
  const visitors = openVisitors(() => taken);
  const app = previewApp({ ...options, visitors, port: () => taken });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.on("error", (fault: NodeJS.ErrnoException) => reject(cannotListen(port, fault)));
    server.listen(port, host, resolve);
  });
  taken = (server.address() as AddressInfo).port;
  const addressWith = (key: string) => `http://${host}:${taken}/?key=${key}`;
  return {
    port: taken,
    address: addressWith(visitors.key),
    oneTimeAddress: () => addressWith(visitors.oneTimeKey()),
    close: async () => {
      visitors.close();
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), grace);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}

function notOpened(port: number): UserError {
  return new UserError(
    "bad-port",
    `Browsers do not open port ${port}, which belongs to another service.`,
    "Leave --port out to take a free one, or name another with --port N.",
    { exit: EXIT.usage },
  );
}

function cannotListen(port: number, fault: NodeJS.ErrnoException): UserError {
  const [why, hint] = reasonFor(fault);
  return new UserError(
    "cannot-listen",
    `The preview cannot be shown at ${host}, port ${port}: ${why}.`,
    hint,
    {
      exit: EXIT.usage,
      cause: fault,
    },
  );
}

function reasonFor({ code, message }: NodeJS.ErrnoException): [string, string] {
  switch (code) {
    case "EADDRINUSE":
      return [
        "another program has this port",
        "Leave --port out to take a free one, or name another with --port N.",
      ];
    case "EACCES":
      return ["you may not use this port", "Take a port above 1023 with --port N, or leave --port out."];
    default:
      return [message, "Leave --port out to take a free one."];
  }
}

import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { createAdaptorServer } from "@hono/node-server";

import { EXIT, UserError } from "../domain/user-error.ts";

/** A server that listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Takes no more requests, finishes those under way, and gives up on them after a while. */
  close(): Promise<void>;
}

export interface Listening {
  /** Answers requests. */
  readonly fetch: Parameters<typeof createAdaptorServer>[0]["fetch"];
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** How to name another port, and another place, on the command line. */
  readonly hints: { readonly port: string; readonly host: string };
}

/** What is asked here is quickly sent; whoever is slower holds a connection for nothing. */
const timeouts = { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 5_000 };
const mostConnections = 500;
/** How long a request under way may take when the server stops. */
const grace = 5_000;

/**
 * Starts a server.
 * @throws UserError (exit 2) when it cannot listen there
 */
export async function listen({ fetch, host, port, hints }: Listening): Promise<Endpoint> {
  const server = createAdaptorServer({
    fetch,
    serverOptions: { ...timeouts, connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384 },
  }) as Server;
  server.maxConnections = mostConnections;
  // A fault later on, such as a client that cannot be let in, concerns nobody else.
  await new Promise<void>((resolve, reject) => {
    server.on("error", (fault: NodeJS.ErrnoException) => reject(cannotListen({ host, port, hints }, fault)));
    server.listen(port, host, resolve);
  });
  return {
    host,
    port: (server.address() as AddressInfo).port,
    close: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function cannotListen(
  { host, port, hints }: Omit<Listening, "fetch">,
  fault: NodeJS.ErrnoException,
): UserError {
  const [why, hint] = reasonFor(fault, hints);
  return new UserError("cannot-listen", `Nothing can be served at ${host}, port ${port}: ${why}.`, hint, {
    exit: EXIT.usage,
    cause: fault,
  });
}

function reasonFor({ code, message }: NodeJS.ErrnoException, hints: Listening["hints"]): [string, string] {
  switch (code) {
    case "EADDRINUSE":
      return [
        "another program has this port",
        `Stop the other program, or take another port with ${hints.port}.`,
      ];
    case "EACCES":
      return ["you may not use this port", `Take a port above 1023 with ${hints.port}.`];
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return ["this machine has no such address", `Use ${hints.host}.`];
    default:
      return [message, `Choose another address and port with ${hints.port}.`];
  }
}

import { createServer as createSite, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureSite } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { certificate, privateKey } from "./smtp.ts";

export interface Asked {
  /** `HEAD http://example.org/page` */
  readonly line: string;
  readonly headers: IncomingMessage["headers"];
}

/** A web of our own: a proxy on 127.0.0.1 behind which every site answers as it is told. */
export interface TestWeb {
  /** What a program must have in its environment to be in this web. */
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  /** What was asked for, in order. */
  readonly asked: Asked[];
  /** How many requests there were at the same time at most, on all sites and on any one. */
  readonly most: { all: number; site: number };
  close(): Promise<void>;
}

/** How a site answers: by a status, or by doing with the response what it likes. */
export type Site = (
  request: { method: string; path: string },
  response: ServerResponse,
) => number | undefined;

/** Sites are named by their hosts; those that are not named cannot be reached. */
export async function startWeb(sites: Readonly<Record<string, Site>>): Promise<TestWeb> {
  const asked: Asked[] = [];
  const most = { all: 0, site: 0 };
  const open = new Map<string, number>();
  const answer = (scheme: string) => (request: IncomingMessage, response: ServerResponse) => {
    const { method = "", url = "", headers } = request;
    const host = headers.host ?? "";
    asked.push({ line: `${method} ${scheme}://${host}${url}`, headers });
    open.set(host, (open.get(host) ?? 0) + 1);
    most.site = Math.max(most.site, open.get(host) ?? 0);
    most.all = Math.max(
      most.all,
      [...open.values()].reduce((sum, one) => sum + one, 0),
    );
    response.on("close", () => open.set(host, (open.get(host) ?? 0) - 1));
    const status = sites[host]?.({ method, path: url }, response);
    if (status !== undefined) response.writeHead(status).end();
  };
  const site = createSite(answer("http"));
  // Nobody vouches for this certificate.
  const secure = createSecureSite({ key: privateKey, cert: certificate }, answer("https"));
  site.on("connect", (request, socket) => {
    const [host = "", port] = (request.url ?? "").split(":");
    if (sites[host] === undefined) return socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    return (port === "443" ? secure : site).emit("connection", socket);
  });
  // Those that carry a tunnel are none of the server's any more.
  const sockets = new Set<Socket>();
  site.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => void site.listen(0, "127.0.0.1", resolve));
  const { port } = site.address() as AddressInfo;
  const proxy = `http://127.0.0.1:${port}`;
  return {
    env: {
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      NO_PROXY: "",
      http_proxy: proxy,
      https_proxy: proxy,
      no_proxy: "",
    },
    port,
    asked,
    most,
    close: () =>
      new Promise((resolve) => {
        site.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

import { randomBytes, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

/** Pages: they run our one script, and load nothing from elsewhere. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What was rendered: nothing runs, nothing is loaded, and it cannot see the page around it. */
export const filePolicy = [
  "sandbox",
  "default-src 'none'",
  "img-src 'self' data:",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

const always = {
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/** Headers of every answer; one without a policy of its own gets that of pages. */
export const headers: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(always)) c.res.headers.set(name, value);
  if (!c.res.headers.has("Content-Security-Policy")) c.res.headers.set("Content-Security-Policy", pagePolicy);
};

/** Who asks under another name came here by a name that somebody else made lead to this machine (DNS rebinding). */
export function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

/** Whether a form was sent from a page of ours: by its origin, and by a cookie that no other site's page sends along. */
export interface Visitors {
  readonly greet: MiddlewareHandler;
  readonly isOurs: (headers: {
    readonly origin: string | undefined;
    readonly host: string | undefined;
    readonly cookie: string | undefined;
  }) => boolean;
  /** The cookie's name: cookies do not tell ports apart. */
  readonly cookie: () => string;
}

/** @param port known once the server listens */
export function openVisitors(port: () => number): Visitors {
  const token = randomBytes(24).toString("base64url");
  const cookie = () => `onetopic-preview-${port()}`;
  return {
    cookie,
    greet: async (c, next) => {
      if (getCookie(c, cookie()) !== token)
        setCookie(c, cookie(), token, { httpOnly: true, sameSite: "Strict", path: "/" });
      await next();
    },
    isOurs: ({ origin, host, cookie: given = "" }) =>
      host !== undefined &&
      origin === `http://${host}` &&
      given.length === token.length &&
      timingSafeEqual(Buffer.from(given), Buffer.from(token)),
  };
}

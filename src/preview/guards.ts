import type { MiddlewareHandler } from "hono";

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
  // With "no-referrer", browsers do not tell where a form was sent from (Fetch, "append a request Origin header").
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  // Where links lead is not even looked up.
  "X-DNS-Prefetch-Control": "off",
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

/** Ports that no browser opens, since other services listen there (WHATWG Fetch, 2.9, "bad port"). */
const badPorts: ReadonlySet<number> = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** Whether browsers refuse to open a port, whoever listens there. */
export function isBadPort(port: number): boolean {
  return badPorts.has(port);
}

/** Who asks under another name came here by a name that somebody else made lead to this machine (DNS rebinding). */
export function isOwnHost(host: string | undefined, port: number): boolean {
  const own = ["127.0.0.1", "localhost"];
  // Browsers leave the usual port out.
  return own.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
}

/** How often an address may have been written in percents; deeper is nobody's mistake. */
const deepest = 3;

/**
 * Whether the path of a request is one that a link of ours could have. Files are only ever found by names that are known
 * already; this turns away at the door what means to climb.
 */
export function isPlainPath(path: string): boolean {
  let shown = path;
  for (let depth = 0; depth <= deepest; depth += 1) {
    if (/[\\\p{Cc}]|(^|\/)\.{1,2}(\/|$)|\/\//u.test(shown)) return false;
    const decoded = onceDecoded(shown);
    if (decoded === undefined) return false;
    if (decoded === shown) return true;
    shown = decoded;
  }
  return false;
}

/** Nothing when it cannot be decoded. */
function onceDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/*
 * The one file that knows how access tokens are got (OAuth 2.0, RFC 6749), for mail servers that take no password.
 */
import { usageError } from "../../domain/user-error.ts";
import request from "nodemailer/lib/fetch";
import XOAuth2 from "nodemailer/lib/xoauth2";

/** Where tokens come from, its secrets filled in. */
export interface TokenSource {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** Of somebody who has agreed (RFC 6749, 6). Without it the program asks in its own name (4.4). */
  readonly refreshToken?: string | undefined;
  readonly scope?: string | undefined;
  /** Told every token, so that it is shown nowhere. */
  readonly onToken?: ((token: string) => void) | undefined;
}

/** How long the server that gives tokens may take, in milliseconds, and how much it may say, in bytes. */
const [patience, most] = [60_000, 1024 * 1024];

/** What a fault is coded as when another attempt may help, and nodemailer's own code for one that stays. */
export const [passingFault, lastingFault] = ["ETOKENLATER", "EOAUTH2"];

/** Takes the mailbox that logs in. Gives what nodemailer asks for tokens: one is kept until it ends, then another is got. */
export function tokensFrom(user: string, source: TokenSource): XOAuth2 {
  const { tokenUrl, clientId, clientSecret, refreshToken, scope, onToken } = source;
  const tokens = new Tokens({
    user,
    clientId,
    clientSecret: clientSecret ?? "",
    accessUrl: tokenUrl,
    // Never sent where there is none, see below; without one, nodemailer would not ask.
    refreshToken: refreshToken ?? "none",
    requestTimeout: patience,
    customParams: {
      ...(scope === undefined ? {} : { scope }),
      ...(refreshToken === undefined ? { grant_type: "client_credentials" } : {}),
    },
  });
  tokens.on("token", ({ accessToken }: { accessToken: string }) => {
    for (const form of [accessToken, tokens.buildXOAuth2Token(accessToken)]) onToken?.(form);
  });
  return tokens;
}

/**
 * Gives one access token for a mailbox.
 * @throws UserError (exit 2) when none can be got
 */
export async function tokenFor(user: string, source: TokenSource): Promise<string> {
  try {
    return await new Promise<string>((resolve, reject) =>
      tokensFrom(user, source).getToken(false, (fault, token) => (fault ? reject(fault) : resolve(token))),
    );
  } catch (fault) {
    const said = (fault as Error).message.replaceAll(/[\s\p{Cc}]+/gu, " ").slice(0, 300);
    throw usageError(
      "no-token",
      `No access token for the mailbox can be got: ${said}`,
      "Check `oauth2` in the settings and the network, then run the same command again.",
    );
  }
}

class Tokens extends XOAuth2 {
  /** Nodemailer's own does not look at the status, and takes every fault for one that stays. */
  override postRequest(...[url, payload, , done]: Parameters<XOAuth2["postRequest"]>): void {
    const body = withoutEmpty(payload);
    const answer = request(url, {
      method: "post",
      body,
      allowErrorResponse: true,
      timeout: patience,
      maxBytes: most,
    });
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.once("error", done);
    answer.once("end", () => {
      const whole = Buffer.concat(chunks);
      const fault = faultIn(answer.statusCode ?? 0, whole.toString());
      if (fault) done(fault);
      else done(null, whole);
    });
  }
}

/** `server_error` and `temporarily_unavailable` are named in RFC 6749, 4.1.2.1; 429 is "Too Many Requests" (RFC 6585). */
function faultIn(status: number, body: string): Error | undefined {
  const said = objectIn(body);
  const { error, error_description: more, error_uri: page } = said ?? {};
  if (error === undefined && said?.["access_token"] && status < 400) return undefined;
  const what = error === undefined ? "no access token in its answer" : inWords(error);
  const about = typeof more === "string" ? `: ${more}` : "";
  const words = `${status} ${what}${about}${typeof page === "string" ? ` (${page})` : ""}`;
  return Object.assign(new Error(words), { code: codeOf(status, error, said !== undefined) });
}

function codeOf(status: number, error: unknown, isAnswer: boolean): string | undefined {
  if (status >= 500 || status === 429 || error === "server_error" || error === "temporarily_unavailable")
    return passingFault;
  // What is no answer of such a server comes from something in between, for a while or because the address is wrong.
  return isAnswer ? lastingFault : undefined;
}

function objectIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A text by the standard; some servers give an object. */
function inWords(error: unknown): string {
  if (typeof error === "string") return error;
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return typeof message === "string" ? message : JSON.stringify(error);
}

/** What is asked for, without fields that say nothing or belong to another way of asking. */
function withoutEmpty(payload: Parameters<XOAuth2["postRequest"]>[1]): typeof payload {
  if (typeof payload === "string" || Buffer.isBuffer(payload)) return payload;
  const isOwnName = payload["grant_type"] === "client_credentials";
  return Object.fromEntries(
    Object.entries(payload).filter(
      ([name, value]) => value !== "" && !(isOwnName && name === "refresh_token"),
    ),
  );
}

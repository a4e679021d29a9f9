/*
 * The one file that knows how access tokens are got (OAuth 2.0, RFC 6749), for mail servers that take no password.
 */
import { usageError } from "../../domain/user-error.ts";
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

/** How long the server that gives tokens may take. */
const patience = 60_000;

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
  override postRequest(...[url, payload, ...rest]: Parameters<XOAuth2["postRequest"]>): void {
    super.postRequest(url, withoutEmpty(payload), ...rest);
  }
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

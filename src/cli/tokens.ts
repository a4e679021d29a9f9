import type { TokenSource } from "../deliver/transports/oauth2.ts";
import type { Oauth2Settings } from "../domain/settings.ts";
import { fillSecrets, type Context } from "./context.ts";

/**
 * The settings for access tokens with their secrets filled in; nothing where there are none.
 * @param onToken told every token, which is never shown
 * @throws UserError (exit 2) naming the variable that is missing
 */
export async function tokenSource(
  context: Context,
  root: string,
  oauth2: Oauth2Settings | undefined,
  onToken: (token: string) => void = () => {},
): Promise<TokenSource | undefined> {
  if (!oauth2) return undefined;
  const { clientSecret, refreshToken, ...rest } = oauth2;
  const fill = async (secret: string | undefined) => secret && fillSecrets(context, root, secret);
  return {
    ...rest,
    clientSecret: await fill(clientSecret),
    refreshToken: await fill(refreshToken),
    onToken: (token) => {
      context.out.redact(token);
      onToken(token);
    },
  };
}

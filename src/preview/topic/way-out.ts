import type { Settings } from "../../domain/settings.ts";

/** Stands in for what is made for each person of a list. */
const token = "sample";

/**
 * A way out of the list as somebody would find it in a mail; nothing when the settings name none. What the environment
 * holds stays there: such an address is shown as one of example.org.
 */
export function wayOut({ unsubscribe }: Pick<Settings, "unsubscribe">): string | undefined {
  const { url, mailto } = unsubscribe ?? {};
  if (url?.includes("${")) return `https://example.org/unsubscribe?${token}`;
  if (url !== undefined) return url.replaceAll("{token}", token);
  return mailto === undefined ? undefined : `mailto:${mailto}?subject=unsubscribe%20${token}`;
}

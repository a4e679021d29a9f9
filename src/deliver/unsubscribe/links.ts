/** A token as `personToken` makes it, with what mail programs leave behind a link, such as a full stop or a bracket. */
const tokenPattern = /^([0-9a-f]{40})[^0-9a-z]*$/i;

/** Stands in for the token while an address is taken apart. */
const marker = "onetopic-token";

/**
 * Takes the setting `unsubscribe.url`. Gives the name of the query parameter that holds the token, or nothing when it
 * stands in the path.
 */
export function tokenParameter(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url.replaceAll("{token}", marker))) return undefined;
  const { searchParams } = new URL(url.replaceAll("{token}", marker));
  return [...searchParams].find(([, value]) => value === marker)?.[0];
}

/**
 * Takes a requested address, and the parameter that holds the token. Gives the token, or nothing when it is damaged. In
 * a path it is the last part, so that a proxy may serve the page below any folder.
 */
export function tokenOf(requested: string, parameter: string | undefined): string | undefined {
  const { pathname, searchParams } = new URL(requested);
  const given = parameter === undefined ? lastPart(pathname) : (searchParams.get(parameter) ?? "");
  return tokenPattern.exec(given)?.[1]?.toLowerCase();
}

function lastPart(pathname: string): string {
  const last = pathname.split("/").findLast((part) => part !== "") ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return "";
  }
}

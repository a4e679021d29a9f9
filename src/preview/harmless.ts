/** Elements that open a connection before a policy is asked, whatever the sandbox says: frames and `rel="preconnect"`. */
const reaching = /<(?=(?:link|i?frame|frameset|object|embed|portal|fencedframe)(?![\w-]))/gi;
/** A tag that leads somewhere, with its attributes. */
const leading = /<(?:a|area|form)(?=[\s/])(?:[^>"']|"[^"]*"|'[^']*')*>/gi;
/** What may stand before the first element. */
const opening = /^\s*(?:<!--[\s\S]*?-->\s*)*<!doctype[^>]*>/i;

/**
 * The HTML part of a message that anybody may have written, for a frame that is in a sandbox and under `filePolicy`. Those
 * see to it that nothing runs and nothing is loaded. What they leave open is closed here: no connection is opened, and a
 * link does nothing when it is pressed, instead of leading the frame to a page that cannot be shown. Names are changed and
 * nothing is taken out, so that nothing can come together from what is left.
 */
export function harmless(html: string): string {
  const calm = html
    .replace(reaching, "<x-")
    .replace(leading, (tag) => tag.replace(/([\s"'/])target(?=[\s=/>])/gi, "$1x-target"));
  const [before = ""] = opening.exec(calm) ?? [];
  // A sandbox opens no windows.
  return `${before}<base target="_blank">${calm.slice(before.length)}`;
}

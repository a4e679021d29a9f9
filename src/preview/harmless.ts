/** Elements that open a connection before a policy is asked, whatever the sandbox says: frames and `rel="preconnect"`. */
const reaching = /<(?=(?:link|i?frame|frameset|object|embed|portal|fencedframe)(?![\w-]))/gi;
/** Where a tag begins that leads somewhere. */
const leading = /<(?:a|area|form)(?=[\s/])/gi;

/**
 * The HTML part of a message that anybody may have written, for a frame that is in a sandbox and under `filePolicy`. Those
 * see to it that nothing runs and nothing is loaded. What they leave open is closed here: no connection is opened, and a
 * link does nothing when it is pressed, instead of leading the frame to a page that cannot be shown; so by keyboard nobody
 * has to pass it. Names are changed and nothing is taken out, so that nothing can come together from what is left. Every
 * letter is looked at a fixed number of times, whatever was written: a message must not be able to keep the preview busy.
 */
export function harmless(html: string): string {
  const calm = withIdleLinks(html.replace(reaching, "<x-"));
  const start = endOfDoctype(calm);
  // A sandbox opens no windows.
  return `${calm.slice(0, start)}<base target="_blank">${calm.slice(start)}`;
}

function withIdleLinks(html: string): string {
  const begin = new RegExp(leading);
  const parts: string[] = [];
  let done = 0;
  for (let found = begin.exec(html); found; found = begin.exec(html)) {
    const end = endOfTag(html, begin.lastIndex);
    const fields = html.slice(begin.lastIndex, end);
    parts.push(
      html.slice(done, begin.lastIndex),
      // Of two attributes with one name, the first counts.
      ' tabindex="-1"',
      fields.replace(/([\s"'/])target(?=[\s=/>])/gi, "$1x-target"),
    );
    done = begin.lastIndex = end;
  }
  return parts.join("") + html.slice(done);
}

/** At the latest the end of all: a browser shows nothing of a tag that does not end. */
function endOfTag(html: string, from: number): number {
  const sign = />|=\s*(["'])/g;
  sign.lastIndex = from;
  for (let found = sign.exec(html); found; found = sign.exec(html)) {
    const [, quote] = found;
    if (quote === undefined) return sign.lastIndex;
    const close = html.indexOf(quote, sign.lastIndex);
    if (close < 0) break;
    sign.lastIndex = close + 1;
  }
  return html.length;
}

/** Where the first element may stand: behind the doctype, before which only comments may be. 0 where there is none. */
function endOfDoctype(html: string): number {
  let at = 0;
  for (;;) {
    at += spaceAt(html, at);
    if (!html.startsWith("<!--", at)) break;
    const end = html.indexOf("-->", at + 4);
    if (end < 0) return 0;
    at = end + 3;
  }
  const doctype = /<!doctype[^>]*>/iy;
  doctype.lastIndex = at;
  return doctype.test(html) ? doctype.lastIndex : 0;
}

function spaceAt(html: string, at: number): number {
  const space = /\s*/y;
  space.lastIndex = at;
  return space.exec(html)?.[0].length ?? 0;
}

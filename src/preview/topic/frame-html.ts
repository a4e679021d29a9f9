import { harmless } from "../harmless.ts";
import type { Scheme } from "./choices.ts";

/** How a mail is looked at. */
export interface Look {
  readonly scheme: Scheme;
  readonly images: boolean;
}

const styleBlock = /(<style\b[^>]*>)([\s\S]*?)(<\/style>)/gi;
const startTag = /<[a-z](?:[^"'>]|"[^"]*"|'[^']*')*>/gi;
const pictureAttribute = /\s(?:src|srcset|background)=(?:"[^"]*"|'[^']*'|[^\s>]+)/gi;
const schemeMeta = /(<meta\b[^>]*name="(?:color-scheme|supported-color-schemes)"[^>]*content=")[^"]*(")/gi;

/**
 * A mail as a frame shows it: in the light or in the dark whatever the machine is set to, with pictures or without. Links
 * lead nowhere, since a frame that follows one shows the mail no more.
 */
export function forFrame(html: string, { scheme, images }: Look): string {
  const styled = html
    .replace(schemeMeta, `$1${scheme}$2`)
    .replace(styleBlock, (_, open: string, css: string, close: string) => {
      const fixed = inScheme(css, scheme);
      return `${open}${images ? fixed : withoutPictures(fixed)}${close}`;
    });
  const shown = images ? styled : styled.replace(startTag, (tag) => plainTag(tag));
  return harmless(images ? shown : withinHead(shown, blockedLook));
}

/** A question about the scheme becomes one that every page, or none, answers with yes. Source: Media Queries 5, 12.5. */
function inScheme(css: string, scheme: Scheme): string {
  return css
    .replace(/\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi, (_, asked: string) =>
      asked.toLowerCase() === scheme ? "(min-width: 0px)" : "(max-width: 0px)",
    )
    .replace(/(color-scheme\s*:\s*)(?:light|dark|only|normal|\s)+(?=[;}])/gi, `$1${scheme}`);
}

function withoutPictures(css: string): string {
  return css.replace(/url\([^)]*\)/gi, "none");
}

function plainTag(tag: string): string {
  return tag
    .replace(pictureAttribute, "")
    .replace(/style="[^"]*"/gi, (style) => style.replace(/url\([^)]*\)/gi, "none"));
}

/** As mail programs mark a picture that they do not load. */
const blockedLook = "<style>img{outline:1px dashed #8a8f96;min-height:1.5em}</style>";

function withinHead(html: string, addition: string): string {
  const at = html.search(/<\/head>/i);
  return at < 0 ? addition + html : html.slice(0, at) + addition + html.slice(at);
}

import path from "node:path";
import type { ImageStore } from "../domain/image.ts";
import { problem, type Position, type Problem } from "../domain/problem.ts";
import { allowedBy, wordsOf, type Checks } from "../domain/rules.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { SourceMap } from "../domain/topic.ts";
import { safeAddress, schemeOf } from "../render/markdown/address.ts";
import { MarkdownFault, nestingLimit } from "../render/markdown/guard.ts";
import { readInline, readMarkdown } from "../render/markdown/parse.ts";
import { positionOf } from "../render/markdown/places.ts";
import type { Parts } from "../render/markdown/tree.ts";
import { pictureFault } from "./pictures.ts";
import { shorten } from "./words/phrases.ts";

/** Where a piece of Markdown stands. */
export interface MarkdownPlace {
  readonly path: string;
  /** One line in front matter, by its key: all its faults are told there, and it holds no pictures. */
  readonly key?: string;
  /** The file from which its links lead, where that is another. */
  readonly home?: string;
  readonly position: Position;
}

const noPictures = "text without pictures; put pictures in the article";

/** The faults of a piece of Markdown: its links, pictures, headings and raw HTML. */
export function checkMarkdown(
  text: string,
  place: MarkdownPlace,
  toolkit: Toolkit,
  images: ImageStore,
): Problem[] {
  const parts = partsOf(text, place);
  if ("rule" in parts) return [parts];
  const at = (offset: number) =>
    place.key === undefined ? positionOf(text, offset, place.position.line) : place.position;
  return [
    ...parts.links.flatMap((link) => linkFaults(link, place, at(link.offset), toolkit)),
    ...parts.images.flatMap((image) =>
      place.key === undefined
        ? imageFaults(image, place.path, at(image.offset), images)
        : [problem("schema/invalid", place.path, place.position, { key: place.key, expected: noPictures })],
    ),
    ...headingJumps(parts.headings).map(({ from, to, offset }) =>
      problem("heading/jump", place.path, at(offset), { from, to }),
    ),
    // An element is told once, where it opens.
    ...parts.html
      .filter(({ html }) => !html.startsWith("</"))
      .map(({ html, offset }) =>
        problem("markdown/html", place.path, at(offset), { html: shorten(html, 40) }),
      ),
  ];
}

/** Where a file's body stands. */
export function bodyPlace(source: SourceMap): MarkdownPlace {
  return { path: source.path, position: { line: source.bodyLine, column: 1 } };
}

function partsOf(text: string, place: MarkdownPlace): Parts | Problem {
  try {
    return (place.key === undefined ? readMarkdown(text) : readInline(text)).parts;
  } catch (error) {
    if (!(error instanceof MarkdownFault)) throw error;
    const position =
      place.key === undefined ? positionOf(text, error.offset, place.position.line) : place.position;
    return problem("markdown/nesting", place.path, position, { limit: nestingLimit });
  }
}

function linkFaults(
  link: Parts["links"][number],
  { path: file, home = file }: MarkdownPlace,
  position: Position,
  toolkit: Toolkit,
): Problem[] {
  const { href, text } = link;
  const scheme = schemeOf(href);
  const problems: Problem[] = [];
  if (scheme === "http") problems.push(problem("link/insecure", file, position, { target: href }));
  else if (scheme !== undefined && safeAddress(href) === undefined) {
    problems.push(problem("link/unsafe", file, position, { target: href, scheme: `${scheme}:` }));
  } else if (scheme === undefined && !href.startsWith("#") && !isKnownFile(home, href, toolkit)) {
    problems.push(problem("link/broken", file, position, { target: href }));
  }
  if (isWeak(text, toolkit.settings.checks))
    problems.push(problem("link/weak-text", file, position, { text }));
  return problems;
}

/** True for the words of a link that do not say where it leads. */
export function isWeak(text: string, checks: Checks): boolean {
  const said = lettersAlone(text);
  const allowed = allowedBy("link/weak-text", checks).some((one) => lettersAlone(one) === said);
  return !allowed && [...wordsOf("link/weak-text", checks).keys()].some((one) => lettersAlone(one) === said);
}

function lettersAlone(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L} ]/gu, "")
    .trim();
}

/** Links between files may lead to topics and posts: those are the pages there are. */
export function isKnownFile(file: string, href: string, toolkit: Toolkit): boolean {
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), href.replace(/[#?].*$/, "")));
  return pagesOf(toolkit).has(target);
}

const knownPages = new WeakMap<Toolkit, ReadonlySet<string>>();

function pagesOf(toolkit: Toolkit): ReadonlySet<string> {
  const { topics, posts, orphans } = toolkit;
  const known =
    knownPages.get(toolkit) ?? new Set([...topics, ...posts, ...orphans].map(({ source }) => source.path));
  knownPages.set(toolkit, known);
  return known;
}

function imageFaults(
  image: Parts["images"][number],
  file: string,
  position: Position,
  images: ImageStore,
): Problem[] {
  const fault = pictureFault(images.get(file, image.href), image.href, file, position);
  const noAlt =
    image.alt.trim() === "" ? [problem("image/no-alt", file, position, { target: image.href })] : [];
  return [...(fault ? [fault] : []), ...noAlt];
}

/** The page's own title is level 1, so the first heading of an article may be level 1 or 2. */
function headingJumps(headings: Parts["headings"]): { from: number; to: number; offset: number }[] {
  return headings.flatMap(({ depth, offset }, index) => {
    const from = headings[index - 1]?.depth ?? 1;
    return depth > from + 1 ? [{ from, to: depth, offset }] : [];
  });
}

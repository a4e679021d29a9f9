import {
  ConcreteHyperlink,
  ImageRun,
  TextRun,
  type IContext,
  type IRunOptions,
  type ParagraphChild,
} from "docx";
import { cleanXml } from "../escape.ts";
import { fileEnding, type EmbeddedImage, type Size } from "../images.ts";
import { safeAddress, schemeOf } from "../markdown/address.ts";
import type { Inline } from "../markdown/tree.ts";
import { codeFont } from "./word-styles.ts";

/** What lies outside the words. */
export interface Surroundings {
  /** The address of a link to another file; without one only the link's words are shown. */
  readonly link: (file: string, href: string) => string | undefined;
  /** The picture behind an image; without one its alternative text is shown. */
  readonly picture: (file: string, href: string) => PackPicture | undefined;
}

/** Where words stand. */
export interface Site {
  /** The file that they come from. */
  readonly home: string;
  /** What the bookmarks of its footnotes begin with. */
  readonly notes: string;
}

/** Largest size of a picture, in pixels: the width is that of the newsletter's column. */
const largest = { width: 536, height: 720 };

/** A picture and the size it is shown in, in pixels. */
export type PackPicture = EmbeddedImage & Size;

/** Writes lines of Markdown as runs of text, links and pictures. */
export class TextWriter {
  readonly #around: Surroundings;
  #links = 0;
  #pictures = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  line(nodes: readonly Inline[], site: Site, look: IRunOptions = {}): ParagraphChild[] {
    return nodes.flatMap((node) => this.#node(node, site, look));
  }

  /** A picture with its alternative text; `undefined` when it is of a kind that Word does not show. */
  picture(
    image: PackPicture,
    alt: string,
    size: { width: number; height: number } = largest,
  ): ImageRun | undefined {
    const type = fileEnding(image.contentType);
    if (type === "svg") return undefined;
    const scale = Math.min(1, size.width / image.width, size.height / image.height);
    const number = String(++this.#pictures);
    return new ImageRun({
      type,
      data: image.content,
      transformation: { width: image.width * scale, height: image.height * scale },
      altText: { name: `Picture ${number}`, description: cleanXml(alt), id: number },
    });
  }

  #node(node: Inline, site: Site, look: IRunOptions): ParagraphChild[] {
    switch (node.kind) {
      case "text":
        return [run(node.text.replace(/\s*\n\s*/g, " "), look)];
      case "code":
        return [run(node.text, { ...look, font: codeFont })];
      case "strong":
        return this.line(node.children, site, { ...look, bold: true });
      case "emphasis":
        return this.line(node.children, site, { ...look, italics: true });
      case "strike":
        return this.line(node.children, site, { ...look, strike: true });
      case "link":
        return this.#link(node.href, node.children, site, look);
      case "image":
        return this.#image(node.href, node.alt, site, look);
      case "note":
        return [this.#note(node.number, site, look)];
      case "break":
        return [new TextRun({ ...look, break: 1 })];
    }
  }

  /** On paper an address can be seen only where it is printed. */
  #link(href: string, children: readonly Inline[], site: Site, look: IRunOptions): ParagraphChild[] {
    const target = schemeOf(href) === undefined ? this.#around.link(site.home, href) : href;
    const address = target === undefined ? undefined : safeAddress(target);
    // Word refuses the whole file over an address that it cannot read.
    if (address === undefined || !URL.canParse(address)) return this.line(children, site, look);
    const words = this.line(children, site, { ...look, style: "Hyperlink" });
    const link = new AddressLink(words, `Link${++this.#links}`, cleanXml(address));
    const shown = address.replace(/^(?:mailto|tel):/, "");
    const [only, ...others] = children;
    const says = only?.kind === "text" && others.length === 0 ? only.text : "";
    return says === shown || `http://${says}` === shown ? [link] : [link, run(` (${shown})`, look)];
  }

  #image(href: string, alt: string, { home }: Site, look: IRunOptions): ParagraphChild[] {
    const image = this.#around.picture(home, href);
    return [(image && this.picture(image, alt)) ?? run(alt, look)];
  }

  /** A footnote's mark leads to the note, but not within another link: links hold no links. */
  #note(number: number, { notes }: Site, look: IRunOptions): ParagraphChild {
    const mark = run(`[${number}]`, { ...look, superScript: true });
    return look.style === "Hyperlink" ? mark : new ConcreteHyperlink([mark], "", `${notes}${number}`);
  }
}

export function run(text: string, look: IRunOptions = {}): TextRun {
  return new TextRun({ ...look, text: cleanXml(text) });
}

/** A link whose id is counted: the library's own are random. */
class AddressLink extends ConcreteHyperlink {
  readonly #address: string;

  constructor(words: readonly ParagraphChild[], id: string, address: string) {
    super(words, id);
    this.#address = address;
  }

  override prepForXml(context: IContext): ReturnType<ConcreteHyperlink["prepForXml"]> {
    const type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink";
    context.viewWrapper.Relationships.addRelationship(this.linkId, type, this.#address, "External");
    return super.prepForXml(context);
  }
}

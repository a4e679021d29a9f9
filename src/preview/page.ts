import type { HtmlEscapedString } from "hono/utils/html";
import type { Shown } from "./live.ts";
import type { SaidBook } from "./said.ts";
import type { Gallery } from "./topic/gallery.ts";

/** Markup: what `hono/html` makes, in which every value is escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What a request asks, for those who answer it. */
export interface Asked {
  readonly shown: Shown;
  /** What was rendered lately. */
  readonly gallery: Gallery;
  /** What was said to those who pressed a button. */
  readonly said: SaidBook;
  /** The choices: they live in the address, so that going back, a second window and a reload keep them. */
  readonly query: URLSearchParams;
  /** A part of the path, decoded: `slug` of `/topics/:slug`. */
  readonly part: (name: string) => string;
  /** Files were changed just now: resolves when what they say is shown. */
  readonly follow: (files: readonly string[]) => Promise<void>;
}

export interface Page {
  readonly title: string;
  /** Which entry of the navigation it belongs to. */
  readonly place?: "overview" | "calendar" | "outbox" | undefined;
  /** 200 unless given. */
  readonly status?: 200 | 400 | 403 | 404 | 409 | 413 | 500 | undefined;
  /** What stands in `<main>`; it brings the page's one `<h1>`. */
  readonly body: Html;
}

/** Answers with a page of the preview. @throws NotHere, UserError: both are shown in words */
export type PageRoute = (asked: Asked) => Page | Promise<Page>;

/** A file: rendered mail to be shown in a frame, a picture, or something to keep. */
export interface FileAnswer {
  readonly type: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** Offers it under this name instead of showing it. */
  readonly download?: string | undefined;
  /** 200 unless given. */
  readonly status?: 200 | 404 | 409 | undefined;
}

/** Answers with a file. It is never trusted: it runs nothing and loads nothing. */
export type FileRoute = (asked: Asked) => FileAnswer | Promise<FileAnswer>;

/** Does what a form asks, and leads on to a path; a page says why not. */
export type FormRoute = (
  asked: Asked,
  form: URLSearchParams,
) => Promise<{ readonly next: string } | { readonly page: Page }>;

/** There is nothing at an address, in words. */
export class NotHere extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

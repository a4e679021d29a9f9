import { html as markup } from "hono/html";
import type { UserError } from "../domain/user-error.ts";
import type { Html } from "./page.ts";

/* Pieces of the pages that show what is on record: the outbox and the calendar. */

/** A moment as the clocks of the toolkit's home show it: `3 Dec 2026, 09:30`. */
export function momentAt(moment: Date, timezone: string): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: timezone,
  });
  return format.format(moment);
}

/** How large a file is, in the unit that says it best. */
export function sizeInWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 999_500) return `${(bytes / 1_000).toFixed(bytes < 9_950 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Begins with a capital letter. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Text that somebody else wrote, in one line; what cannot be seen is made visible. */
export function line(text: string, longest = 300): string {
  const letters = [...visible(text.replace(/[\t\r\n\u2028\u2029]+/g, " ")).trim()];
  return letters.length > longest ? `${letters.slice(0, longest).join("")}…` : letters.join("");
}

/** The same over several lines: control characters show as their pictures, those that turn the writing as their numbers. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, shownSign);
}

function shownSign(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (sign === "\n" || sign === "\t") return sign;
  // The block of Unicode that holds pictures of them.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
}

/** A page of a long list. */
export interface Paging {
  /** 1 is the first. */
  readonly page: number;
  readonly pages: number;
  /** Where the first entry of the page stands, counted from 0. */
  readonly skip: number;
}

/** The page that the query asks for, or the nearest there is. */
export function pagingOf(query: URLSearchParams, name: string, amount: number, most: number): Paging {
  const pages = Math.max(1, Math.ceil(amount / most));
  const wanted = Number(query.get(name) ?? "1");
  const page = Number.isSafeInteger(wanted) ? Math.min(Math.max(1, wanted), pages) : 1;
  return { page, pages, skip: (page - 1) * most };
}

/** Links to the pages before and after; nothing when there is only one. */
export function pagingNav(
  { page, pages }: Paging,
  { path, query, name, label }: { path: string; query: URLSearchParams; name: string; label: string },
): Html | string {
  if (pages === 1) return "";
  const to = (number: number, text: string, rel: string) =>
    number < 1 || number > pages
      ? markup`<span class="quiet" aria-disabled="true">${text}</span>`
      : markup`<a rel="${rel}" href="${withChoice(path, query, name, number === 1 ? "" : String(number))}">${text}</a>`;
  return markup`<nav class="paging" aria-label="${label}">${to(page - 1, "Newer", "prev")}
<span>Page ${page.toLocaleString("en-GB")} of ${pages.toLocaleString("en-GB")}</span>
${to(page + 1, "Older", "next")}</nav>`;
}

/** The same page with one choice changed; an empty one is left out. */
export function withChoice(path: string, query: URLSearchParams, name: string, value: string): string {
  const next = new URLSearchParams(query);
  if (value === "") next.delete(name);
  else next.set(name, value);
  const text = next.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The ledger is there, but cannot be looked at just now. */
export function ledgerNotice(fault: UserError | undefined): Html | string {
  if (!fault) return "";
  const isBusy = fault.code === "ledger-busy";
  const hint = isBusy ? "Load this page again in a moment." : fault.hint;
  return markup`<section class="notice${isBusy ? "" : " fault"}" aria-label="The ledger cannot be read">
<p><strong>What became of the messages is not shown.</strong> ${fault.message} ${hint}</p></section>`;
}

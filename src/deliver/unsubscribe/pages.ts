import { createHash } from "node:crypto";

import { html as markup, raw } from "hono/html";

import { styleOf, type PageColours } from "./style.ts";

/** Who the pages speak for. Nothing of a person ever stands on a page. */
export interface House {
  /** Name of the toolkit. */
  readonly toolkit: string;
  /** Name of the organisation. */
  readonly organisation: string;
  readonly colours: PageColours;
  /** Where to write when a link does not work. */
  readonly contact?: string | undefined;
}

/** What a page's one button asks for. */
export type Intent = "unsubscribe" | "subscribe";

export type PageName = "confirm" | "done" | "back" | "kept" | "unknown" | "unclear" | "busy" | "failed";

interface Words {
  readonly heading: string;
  readonly text: readonly string[];
  readonly button?: { readonly intent: Intent; readonly label: string };
  /** Stands behind the button. */
  readonly after?: string;
  /** Says where to write. */
  readonly help?: boolean;
}

/** The finished pages, by name: they hold nothing that differs, so each is written once. */
export interface Pages {
  readonly of: (name: PageName) => string;
  /** For the Content-Security-Policy: the one style that may apply. */
  readonly styleHash: string;
}

/** Takes who the pages speak for; gives all pages. */
export async function writePages(house: House): Promise<Pages> {
  const style = styleOf(house.colours);
  const pages = new Map<PageName, string>();
  for (const [name, words] of Object.entries(wordsFor(house)))
    pages.set(name as PageName, await writePage(house, style, words));
  return {
    of: (name) => pages.get(name) ?? "",
    styleHash: createHash("sha256").update(style).digest("base64"),
  };
}

function wordsFor({ toolkit }: House): Record<PageName, Words> {
  return {
    confirm: {
      heading: "Stop these messages?",
      text: [`Press the button, and you will get no more messages from “${toolkit}”.`],
      button: { intent: "unsubscribe", label: "Unsubscribe" },
      after: "Nothing has changed yet. To keep the messages, close this page.",
    },
    done: {
      heading: "You are unsubscribed",
      text: [
        `You will get no more messages from “${toolkit}”. One that is on its way may still arrive.`,
        "Was that a mistake? You can have the messages again.",
      ],
      button: { intent: "subscribe", label: "Subscribe again" },
    },
    back: {
      heading: "You are subscribed again",
      text: [
        `You will get the messages from “${toolkit}” as before.`,
        "To stop them after all, press the button.",
      ],
      button: { intent: "unsubscribe", label: "Unsubscribe" },
    },
    kept: {
      heading: "You are still unsubscribed",
      text: ["You cannot be subscribed again on this page."],
      help: true,
    },
    unknown: {
      heading: "This link does not work",
      text: [
        "It may have been cut short, or it comes from a test message. Nothing has changed.",
        "Go back to the message and open the link again. If you copied it, copy all of it.",
      ],
      help: true,
    },
    unclear: {
      heading: "Nothing has changed",
      text: ["This request could not be understood. Go back to the message and open the link again."],
      help: true,
    },
    busy: {
      heading: "Please try again in a minute",
      text: ["There are too many requests at present. Nothing has changed."],
    },
    failed: {
      heading: "That did not work",
      text: ["Nothing could be recorded. Please try again in a few minutes."],
      help: true,
    },
  };
}

async function writePage(house: House, style: string, words: Words): Promise<string> {
  const { toolkit, organisation } = house;
  const page = await markup`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>${words.heading} – ${toolkit}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
${raw(`<style>${style}</style>`)}
</head>
<body>
<header>
<p class="name">${toolkit}</p>
${organisation === toolkit ? "" : markup`<p>${organisation}</p>`}
</header>
<main>
<h1>${words.heading}</h1>
${words.text.map((text) => markup`<p>${text}</p>\n`)}
${words.help ? helpOf(house) : ""}
${words.button ? formOf(words.button) : ""}
${words.after === undefined ? "" : markup`<p class="quiet">${words.after}</p>`}
</main>
</body>
</html>
`;
  return `${page}`.replace(/\n+/g, "\n");
}

/** Sent to the page's own address: so it works below any folder that a proxy serves it from. */
function formOf({ intent, label }: NonNullable<Words["button"]>) {
  return markup`<form method="post"><button type="submit" name="do" value="${intent}">${label}</button></form>`;
}

function helpOf({ contact }: House) {
  return contact === undefined
    ? markup`<p>To stop the messages, you can also reply to one with the word “unsubscribe”.</p>`
    : markup`<p>You can also write to <a href="mailto:${contact}">${breakable(contact)}</a>.</p>`;
}

/** A long address wraps behind its "@". */
function breakable(address: string) {
  const [name = "", ...domain] = address.split("@");
  return markup`${name}@<wbr>${domain.join("@")}`;
}

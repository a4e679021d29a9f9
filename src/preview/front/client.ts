/*
 * The page in the browser: keeps in step with the files, takes choices without losing the place, and copies. Without it
 * every page works as plain links and forms.
 */
import { Idiomorph } from "idiomorph";
import { handsOff, partInUse, watchHands } from "./held.ts";

const status = () => document.querySelector("#status");

/** Read out by screen readers, politely. */
function say(text: string): void {
  const place = status();
  if (place) place.textContent = text;
}

/**
 * Takes the place of what is shown, piece by piece: scroll, focus, selection and what was opened stay.
 * @param isTyping false when the field that has the focus is to show what the address says
 * @param held stays as it is, where it is
 * @returns true when that would say something else by now
 */
function morph(text: string, isTyping: boolean, held: Element | undefined): boolean {
  const before = held?.getBoundingClientRect().top ?? 0;
  const next = new DOMParser().parseFromString(text, "text/html");
  const said = status()?.textContent ?? "";
  const isBehind = held?.id ? next.getElementById(held.id)?.textContent !== held.textContent : false;
  document.title = next.title;
  for (const name of ["data-version", "data-run"])
    document.documentElement.setAttribute(name, next.documentElement.getAttribute(name) ?? "");
  Idiomorph.morph(document.body, next.body, {
    // Words that somebody is typing stay. Of anything else in focus, such as a link, the inside would be left as it was.
    ignoreActiveValue: isTyping && (document.activeElement?.matches("input, select, textarea") ?? false),
    restoreFocus: true,
    callbacks: {
      beforeAttributeUpdated: (name: string, element: Element) => !isSomebodys(name, element),
      beforeNodeMorphed: (node: Node) => node !== held,
      beforeNodeRemoved: (node: Node) => held === undefined || !node.contains(held),
    },
  });
  if (held) scrollBy({ top: held.getBoundingClientRect().top - before, behavior: "instant" });
  say(said);
  return isBehind;
}

/** What somebody opened, closed or filled in stays so. Forms of choices show what the address says. */
function isSomebodys(name: string, element: Element): boolean {
  if (name === "open") return element instanceof HTMLDetailsElement;
  if (!(element instanceof HTMLInputElement) || element.type === "hidden") return false;
  return (name === "value" || name === "checked") && element.form?.method === "post";
}

const formStays =
  " The form that you use stays as you saw it. Load the page anew to see it as it would be now.";

let asked = 0;

interface Way {
  /** False when the field that has the focus is to show what the address says. */
  readonly isTyping?: boolean;
  /** True when nobody asked for it: what is in use stays. */
  readonly isLive?: boolean;
}

/**
 * Fetches the page anew and shows it; of several at once only the last counts.
 * @returns nothing when it is not shown
 */
async function refresh({ isTyping = true, isLive = false }: Way = {}): Promise<
  { readonly isBehind: boolean } | undefined
> {
  const turn = (asked += 1);
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" } });
    const text = await response.text();
    if (isLive) await handsOff();
    if (turn !== asked) return undefined;
    return { isBehind: morph(text, isTyping, isLive ? partInUse() : undefined) };
  } catch {
    return undefined;
  }
}

/** A choice is an address: it is shown in place, and going back takes it back. */
async function go(url: URL): Promise<void> {
  // Enter in a field is a change and a submission: one step back must undo it.
  if (url.href !== location.href) history.pushState(null, "", url);
  await refresh();
}

function follow(): void {
  let events: EventSource | undefined;
  let isLost = false;
  const listen = () => {
    events?.close();
    events = new EventSource("/events");
    events.addEventListener("version", (event) => {
      const news = JSON.parse(event.data as string) as {
        readonly run: string;
        readonly version: number;
        readonly files: readonly string[];
      };
      if (isLost) say("");
      isLost = false;
      const { run, version } = document.documentElement.dataset;
      if (run !== news.run) return location.reload();
      if (version === String(news.version)) return undefined;
      return void refresh({ isLive: true }).then((shown) => {
        if (!shown || news.files.length === 0) return;
        say(`Updated: ${news.files.join(", ")}.${shown.isBehind ? formStays : ""}`);
      });
    });
    events.addEventListener("error", (event) => {
      isLost = true;
      // After an answer that is no stream, a browser does not try again.
      const isOver = (event.target as EventSource).readyState === EventSource.CLOSED;
      const howOn = "with onetopic preview, and open the address it prints.";
      say(
        isOver
          ? `The preview has stopped. Start it again ${howOn}`
          : `The preview does not answer. Trying again. If it has stopped, start it ${howOn}`,
      );
    });
  };
  // A browser keeps few connections to one address: windows that nobody sees must not hold them all.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") return listen();
    return events?.close();
  });
  listen();
}

/** Links and forms of choices lead to the same page with another query. */
function isChoice(url: URL): boolean {
  return url.origin === location.origin && url.pathname === location.pathname && url.hash === "";
}

function takeChoices(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    const isPlain =
      event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || link.target !== "" || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (!isChoice(url)) return;
    event.preventDefault();
    void go(url);
  });
  const take = (form: HTMLFormElement): boolean => {
    const url = new URL(form.action);
    if (form.method !== "get" || !isChoice(url)) return false;
    const pairs = [...new FormData(form)].flatMap(([name, value]) =>
      typeof value === "string" && value !== "" ? [[name, value]] : [],
    );
    url.search = new URLSearchParams(pairs).toString();
    void go(url);
    return true;
  };
  document.addEventListener("submit", (event) => {
    if (take(event.target as HTMLFormElement)) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-live]");
    if (form) take(form);
  });
  addEventListener("popstate", () => void refresh({ isTyping: false }));
}

async function textAt(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(address);
  return response.text();
}

/** A picture is made when it is first asked for: what came of it is known when it is there, or is not. */
function takePictures(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const settled = (target: EventTarget | null) => {
    if (!(target instanceof HTMLImageElement) || !target.hasAttribute("data-pending")) return;
    clearTimeout(timer);
    timer = setTimeout(() => void refresh({ isLive: true }), 60);
  };
  for (const type of ["load", "error"])
    document.addEventListener(type, (event) => settled(event.target), true);
  for (const picture of document.querySelectorAll<HTMLImageElement>("img[data-pending]"))
    if (picture.complete) settled(picture);
}

/** `data-copy` holds the text; `data-copy-from` the address of it. */
function takeCopies(): void {
  document.addEventListener("click", async (event) => {
    const button = (event.target as Element).closest<HTMLElement>(
      "button[data-copy], button[data-copy-from]",
    );
    if (!button) return;
    const { copy, copyFrom } = button.dataset;
    try {
      const text = copyFrom === undefined ? (copy ?? "") : await textAt(copyFrom);
      await navigator.clipboard.writeText(text);
      say(`Copied: ${button.dataset["copyName"] ?? text}`);
    } catch {
      say("The browser does not let this page copy. Select the text, and copy it yourself.");
    }
  });
}

// What needs the script to work is hidden until it is there.
document.documentElement.classList.add("scripted");
watchHands();
follow();
takeChoices();
takeCopies();
takePictures();

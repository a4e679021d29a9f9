import type { Program } from "./programs.ts";

const windows: readonly Program[] = ["outlook.windows"];
const web: readonly Program[] = ["outlook.outlook-com"];
const macos: readonly Program[] = ["outlook.macos"];
const phones: readonly Program[] = ["outlook.ios", "outlook.android"];
const gmailWeb: readonly Program[] = ["gmail.desktop-webmail"];
const gmailApps: readonly Program[] = ["gmail.ios", "gmail.android"];
const gmailPhoneWeb: readonly Program[] = ["gmail.mobile-webmail"];
const gmail: readonly Program[] = [...gmailWeb, ...gmailApps, ...gmailPhoneWeb];
const apple: readonly Program[] = ["apple-mail.macos", "apple-mail.ios"];
const samsung: readonly Program[] = ["samsung-email.android"];
const thunderbird: readonly Program[] = ["thunderbird.macos"];
const outlook: readonly Program[] = [...windows, ...web, ...macos, ...phones];

export interface Exception {
  /** Exactly the clients that do not support it fully. */
  readonly lack: readonly Program[];
  readonly why: string;
}

const sheets = "The style sheet in the head only adds to what stands in the elements: phones, dark mode.";
const notInAccounts = `${sheets} The Gmail apps leave it out for addresses of other providers.`;

/** What is used all the same, by the name of the feature in the data. */
export const exceptions: Readonly<Record<string, Exception>> = {
  "css-at-media": {
    lack: [...outlook, ...gmail, ...samsung, ...thunderbird],
    why: `${sheets} No sheet nests one @media in another or asks for a height, which most of these lack.`,
  },
  "css-at-media-prefers-color-scheme": {
    lack: [...windows, ...gmail, ...thunderbird],
    why: "Dark mode; the others turn colours round by themselves or stay light.",
  },
  "css-border": {
    lack: windows,
    why: "Borders are at most 4 px; on headings and quotations they are decoration.",
  },
  "css-border-radius": { lack: windows, why: "The button's corners are square there." },
  "css-box-shadow": {
    lack: [...windows, ...gmail],
    why: "A white rim for logos in dark mode; the white behind them stays.",
  },
  "css-box-sizing": {
    lack: [...windows, ...gmailPhoneWeb],
    why: "For the button on phones; it is narrower there.",
  },
  "css-color-scheme": {
    lack: [...outlook, ...gmail],
    why: "Tells Apple Mail, Samsung and Thunderbird that there is a dark mode; others do not ask.",
  },
  "css-display": {
    lack: [...windows, ...gmailApps],
    why: "Only none, block, inline and inline-block: Gmail knows these, and for Outlook the cell around the button counts.",
  },
  "css-display-none": {
    lack: [...windows, ...gmailPhoneWeb],
    why: "For text without tables in it, which Outlook hides; where it shows, it is one tiny line, or the name of a column.",
  },
  "css-font-size": { lack: [...windows, ...samsung], why: "Only px, which both know." },
  "css-font-weight": { lack: windows, why: "Only bold and normal, which it knows." },
  "css-height": { lack: windows, why: "For cells and pictures, where it works." },
  "css-important": {
    lack: [...windows, ...gmail],
    why: `${notInAccounts} It is in small letters, after a space, and never in an element.`,
  },
  "css-line-height": { lack: windows, why: "Lines are a little higher there." },
  "css-margin": {
    lack: [...outlook, ...gmail],
    why: "Never negative; auto centres the page, which a table of its own does for classic Outlook.",
  },
  "css-max-width": {
    lack: windows,
    why: "A table of 600 px around the page, and the widths of pictures, stand in there.",
  },
  "css-overflow": {
    lack: [...outlook, ...gmail, ...apple, ...samsung],
    why: "For tables, sideways, should a phone not read the style sheet: the data marks what is not used, such as overflow-block.",
  },
  "css-overflow-wrap": {
    lack: [...outlook, ...gmail, ...apple, ...thunderbird],
    why: "Breaks words longer than a line; word-wrap and word-break stand beside it for those that want them.",
  },
  "css-padding": {
    lack: windows,
    why: "It works on cells, where it counts; lists get their indent in a style of its own.",
  },
  "css-selector-attribute": {
    lack: [...outlook, ...gmail],
    why: "[data-ogsc] and [data-ogsb] are put in by Outlook's own dark mode; nobody else has them.",
  },
  "css-selector-class": { lack: [...gmailApps, ...gmailPhoneWeb], why: notInAccounts },
  "css-selector-descendant": { lack: [...gmailApps, ...gmailPhoneWeb], why: notInAccounts },
  "css-selector-grouping": { lack: [...gmailApps, ...gmailPhoneWeb], why: notInAccounts },
  "css-selector-type": { lack: [...gmailApps, ...gmailPhoneWeb], why: notInAccounts },
  "css-table-layout": {
    lack: [...windows, ...macos, ...gmailPhoneWeb, ...thunderbird],
    why: "Holds the page to its width when a word is longer than that.",
  },
  "css-text-align": {
    lack: [...windows, ...gmailApps],
    why: "Never start or end: left and right change places by language.",
  },
  "css-text-decoration": {
    lack: [...windows, ...gmailApps],
    why: "One value, underline or none, which they know.",
  },
  "css-width": {
    lack: windows,
    why: "For tables and cells, where it works; pictures have the attribute as well.",
  },
  "css-word-break": {
    lack: [...web, ...macos, ...phones, ...gmailApps, ...gmailPhoneWeb, ...apple, ...samsung],
    why: "Only normal: takes back what Apple Mail sets, so that words break as overflow-wrap says.",
  },
  "css-word-wrap": {
    lack: [...windows, ...macos, "outlook.android", ...gmail, ...samsung, ...thunderbird],
    why: "The older name of overflow-wrap, for Outlook on the web; Gmail breaks long words anyway.",
  },
  "html-aria-label": {
    lack: thunderbird,
    why: "The subject as the message's name; it also stands in the title.",
  },
  "html-body": {
    lack: [...outlook.slice(1), ...gmail],
    why: "It becomes a <div>; the first table has the same styles.",
  },
  "html-dir": { lack: [...windows, ...gmailPhoneWeb], why: "Never on links, where Outlook has its fault." },
  "html-doctype": {
    lack: [...windows, ...samsung, ...thunderbird],
    why: "Without it nothing looks different.",
  },
  "html-height": { lack: windows, why: "Of pictures, in pixels; its faults are with per cent." },
  "html-img": { lack: thunderbird, why: "Not known to the data; Thunderbird shows pictures." },
  "html-lists": {
    lack: [...outlook, ...gmail],
    why: "Only reversed and value are lacking, which are not used.",
  },
  "html-meta-color-scheme": {
    lack: [...outlook, ...gmail, "apple-mail.ios", ...samsung],
    why: "Tells Apple Mail that there is a dark mode; others do not ask.",
  },
  "html-style": { lack: [...windows, ...gmail], why: `${notInAccounts} They all stand in the head.` },
  "html-width": {
    lack: windows,
    why: "In pixels, and of tables in per cent; its faults are with pictures in per cent.",
  },
};

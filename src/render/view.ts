/**
 * The view: everything a template may name. This one definition gives the type, the check of names in templates and
 * the table in docs/templates.md.
 */

interface Text {
  readonly kind: "text";
  readonly about: string;
}
/** Rendered Markdown in the format of the template: safe to print as it is. */
interface RichText {
  readonly kind: "rich";
  readonly about: string;
}
interface List<Item extends Shape> {
  readonly kind: "list";
  readonly about: string;
  readonly item: Item;
}
interface Group<Fields extends Record<string, Shape>> {
  readonly kind: "group";
  readonly about: string;
  readonly fields: Fields;
  /** May be absent: ask with `{{#if}}` first. */
  readonly optional: boolean;
  /** Takes further names that are not known beforehand, such as the columns of a list. */
  readonly open: boolean;
}
export type Shape = Text | RichText | List<Shape> | Group<Record<string, Shape>>;

/** A rendered piece of Markdown; `toString` gives text of the template's own format. */
export interface Rich {
  toHTML(): string;
}

export type ValueOf<S> = S extends Text
  ? string
  : S extends RichText
    ? Rich
    : S extends List<infer Item>
      ? readonly ValueOf<Item>[]
      : S extends Group<infer Fields>
        ? S["optional"] extends true
          ? { readonly [Key in keyof Fields]: ValueOf<Fields[Key]> } | null
          : { readonly [Key in keyof Fields]: ValueOf<Fields[Key]> }
        : never;

export const text = <const About extends string>(about: About) => ({ kind: "text", about }) as const;
export const rich = <const About extends string>(about: About) => ({ kind: "rich", about }) as const;
export const list = <Item extends Shape>(about: string, item: Item) =>
  ({ kind: "list", about, item }) as const;
export const group = <Fields extends Record<string, Shape>>(about: string, fields: Fields) =>
  ({ kind: "group", about, fields, optional: false, open: false }) as const;
export const maybe = <Fields extends Record<string, Shape>>(about: string, fields: Fields) =>
  ({ kind: "group", about, fields, optional: true, open: false }) as const;
const open = <Fields extends Record<string, Shape>>(about: string, fields: Fields) =>
  ({ kind: "group", about, fields, optional: false, open: true }) as const;

const contact = (about: string) =>
  maybe(about, {
    name: text("The name to show"),
    email: text("The e-mail address"),
    phone: text("The telephone number, or empty"),
  });

const asks = (about: string) =>
  list(
    about,
    group("One audience and what it is asked", {
      id: text("The audience's id"),
      title: text("The audience's title"),
      actions: list("What it is asked to do", rich("One action")),
    }),
  );

export const viewShape = group("Everything a template may name", {
  toolkit: group("The toolkit", {
    name: text("`toolkit` of the settings"),
    organisation: text("`organisation` of the settings, or empty"),
    language: text("Language tag, such as `en-GB`"),
    direction: text("How the language is written: `ltr` or `rtl`"),
    title: text("`title` of content/toolkit.md"),
    summary: text("`summary` of content/toolkit.md"),
  }),
  topic: group("The topic, with the words of this variant in place", {
    slug: text("The topic's id"),
    title: text("The title"),
    summary: text("The summary"),
    headline: text("`headline` of the variant, else the title"),
    strapline: text("`strapline` of the variant, else the summary"),
    subject: text("`subject` of the variant, else the title"),
    preheader: text("`preheader` of the variant, else the summary"),
    text: rich("`text` of the variant, or empty"),
    messages: list("The key messages; on a screen only those given for it", rich("One message")),
    asks: asks("What this artefact's audience is asked; everyone's asks when it speaks to all"),
    others: asks("What the other audiences are asked; empty when the artefact speaks to all"),
    scenario: rich("The opening scene, or empty"),
    body: rich("The article"),
    contact: contact("Who to ask about the topic"),
    sources: list(
      "Where the facts come from",
      group("One source", {
        title: text("Its title"),
        url: text("Its address"),
        published: text("When it was published, or empty"),
        checked: text("When it was last checked, spelled out, or empty"),
      }),
    ),
    tags: list("The tags", text("One tag")),
    review: text("The review date, spelled out, or empty"),
  }),
  edition: group("The edition; every field is empty when a topic is rendered outside a cycle", {
    cycle: text("The cycle's id, such as `2026-12`"),
    label: text("The cycle in words, such as `December 2026`"),
    date: text("The send date, spelled out"),
    note: rich("The officer's note"),
    posts: list(
      "Recent posts, newest first",
      group("One post", {
        title: text("Its title"),
        date: text("Its date, spelled out"),
        author: text("Its author, or empty"),
        url: text("Its address, or empty"),
        summary: text("Its summary, or empty"),
      }),
    ),
    next: list(
      "What comes next",
      group("One coming cycle", {
        label: text("The cycle in words"),
        title: text("The topic's title"),
        summary: text("The topic's summary"),
      }),
    ),
  }),
  audience: group("Who this artefact speaks to; empty when it speaks to everyone", {
    id: text("The audience's id"),
    title: text("The audience's title"),
  }),
  brand: group("The organisation whose name it goes out under", {
    id: text("The brand's id"),
    name: text("Its name"),
    shortName: text("Its short name, else its name"),
    logo: maybe("Its logo", {
      src: text("Where the picture is, in the form this format needs"),
      alt: text("What it shows"),
      width: text("Width in pixels at the height it is shown"),
      height: text("Height in pixels"),
    }),
    colours: group("Its colours, as `#rrggbb`", {
      primary: text("The primary colour"),
      onPrimary: text("Text on the primary colour, black or white"),
      accent: text("The accent colour, else the primary"),
      onAccent: text("Text on the accent colour, black or white"),
      primaryOnLight: text("The primary colour made dark enough for text on white and on the tint"),
      accentOnLight: text("The accent colour made dark enough for text on white and on the tint"),
      primaryOnDark: text("The primary colour made light enough for dark backgrounds"),
      accentOnDark: text("The accent colour made light enough for dark backgrounds"),
      tint: text("A very light tint of the primary colour, for backgrounds"),
    }),
    footer: text("The footer sentence, or empty"),
    address: text("The postal address on one line, or empty"),
    website: maybe("Its website", {
      url: text("The address"),
      display: text("The address as people read it"),
    }),
    contact: contact("How to reach it"),
    social: list(
      "Where it can be followed",
      group("One platform", {
        id: text("The platform's id, such as `mastodon`"),
        name: text("The platform's name"),
        handle: text("The handle, else the address as people read it"),
        url: text("The address, or empty when there is only a handle"),
      }),
    ),
  }),
  recipient: open(
    "The person; every field is empty outside a send. Any other column of the list may be named",
    {
      name: text("Their name"),
      email: text("Their address"),
      organisation: text("Their organisation"),
      role: text("Their role"),
      audience: text("Their audience's id"),
    },
  ),
  links: group("Where to go", {
    more: maybe("The topic's link", {
      label: text("What it says"),
      url: text("The address"),
      display: text("The short address, else the address without scheme, `www.` and trailing slash"),
      qr: text("The QR code's picture; on posters and screens only"),
    }),
    unsubscribe: text("The person's own way out, or empty"),
  }),
  social: group("What is posted; in social.txt only, elsewhere empty", {
    posts: list(
      "The posts, one for each platform",
      group("One post", {
        id: text("The platform, such as `bluesky`"),
        name: text("The platform's name"),
        text: text("The words to post; empty when none are short enough"),
        count: text("How many characters they have, as the platform counts"),
        limit: text("How many a post there may have"),
        note: text("What else to know, or empty"),
      }),
    ),
    alt: text("What the pictures show, for those who cannot see them"),
  }),
});

export type View = ValueOf<typeof viewShape>;

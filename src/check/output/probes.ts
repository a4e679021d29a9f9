import type { Brand } from "../../domain/brand.ts";
import type { EditionContext } from "../../domain/edition.ts";
import { imageKey, type ImageStore } from "../../domain/image.ts";
import type { Recipient } from "../../domain/recipient.ts";
import type { Settings } from "../../domain/settings.ts";
import type { SourceMap, Topic } from "../../domain/topic.ts";

/** A file that is not there: what is found in it is the templates' doing. */
export const probePath = "content/topics/sample.md";
const source: SourceMap = { path: probePath, places: new Map(), bodyLine: 1 };
const day = "2026-01-05";
const at = (name: string) => `https://${name}.example.org/`;

/** The parts of a mail that its plain text must hold as well: words that stand nowhere else, and what they are part of. */
export const parts: Readonly<Record<string, string>> = {
  Titlemark: "the title",
  Summarymark: "the summary",
  Textmark: "the variant's own text",
  Messagemark: "the messages",
  Askmark: "what is asked",
  Scenemark: "the scenario",
  Articlemark: "the article",
  Linkmark: "the label of the link",
  "linkaddress.example.org": "the address of the link",
  Personmark: "the contact's name",
  "contact@example.org": "the contact's e-mail address",
  "01632 960001": "the contact's telephone number",
  Sourcemark: "the sources",
  "sourceaddress.example.org": "the addresses of the sources",
  Notemark: "the officer's note",
  Postmark: "the posts",
  "postaddress.example.org": "the addresses of the posts",
  Nextmark: "what comes next",
  Brandmark: "the brand's name",
  Footermark: "the footer",
  Addressmark: "the postal address",
  "brandaddress.example.org": "the brand's website",
  Handlemark: "where the brand can be followed",
  Namemark: "the person's name",
  "unsubscribe.example.org": "the way to unsubscribe",
};

/** Everything that Markdown can become. */
const article = `Articlemark with **strong**, *stressed*, ***both***, ~~struck out~~ and \`code\`, [a link](${at("article")}), and a note[^one].

## Lists

- One
  - Two

    with a paragraph of its own

3. Three
4. Four

- [x] Done

### Quotations

> It said so.
>
> - in a list

#### Code

\`\`\`
if (short) send();
\`\`\`

##### Deeper

###### Deepest

---

## Tables

| Area | When |
|---|--:|
| North | 1 |

| Team | Responsible professional | Channel | Hours | Escalation |
|---|---|---|---|---|
| North | Physiotherapists | Telephone | Always | Manager |

![A dot](dot.gif)

[^one]: A footnote.
`;

const bareTopic: Topic = {
  slug: "sample",
  title: "Titlemark",
  summary: "Summarymark is a sentence.",
  status: "ready",
  messages: [],
  actions: {},
  sources: [],
  tags: [],
  priority: 3,
  approvers: [],
  variants: {},
  body: "",
  source,
};

/** A topic with only what is required. */
export const bare: Topic = bareTopic;

/** A topic with every key. */
export function fullTopic({ audiences }: Pick<Settings, "audiences">): Topic {
  return {
    ...bareTopic,
    messages: ["Messagemark is **first**.", `Then comes [a link](${at("message")}).`],
    actions: Object.fromEntries(
      audiences.map(({ id }) => [id, ["Askmark, **please**.", `Read [this](${at("ask")}).`]]),
    ),
    scenario: "Scenemark, and *then*.",
    link: { label: "Linkmark", url: `${at("linkaddress")}way` },
    contact: { name: "Personmark", email: "contact@example.org", phone: "01632 960001" },
    sources: [
      { title: "Sourcemark", url: at("sourceaddress"), published: "2025-01", checked: day },
      { title: "Another source", url: at("source2"), checked: day },
      { title: "A third source", url: at("source3") },
    ],
    tags: ["tag"],
    review: day,
    variants: {
      newsletter: { text: "Textmark of its **own**." },
      email: { text: "Textmark of its **own**." },
    },
    body: article,
  };
}

const post = { body: "", source };

export const edition: EditionContext = {
  cycle: "2026-01",
  label: "January 2026",
  date: `${day}T09:00:00+00:00`,
  note: `Notemark, and **more**.\n\n## A heading\n\n[A link](${at("note")}).`,
  source,
  posts: [
    {
      ...post,
      slug: "a",
      title: "Postmark",
      date: day,
      author: "Sam",
      url: at("postaddress"),
      summary: "A post.",
    },
    { ...post, slug: "b", title: "Another post", date: day },
  ],
  next: [{ label: "February 2026", title: "Nextmark", summary: "What comes next." }],
};

/** A brand with nothing but a name and its colours. */
export function bareBrand({ id, colours }: Brand): Brand {
  return {
    id: `${id} bare ${Object.values(colours).join(" ")}`,
    name: "Brandmark",
    colours,
    social: {},
    words: {},
    source,
  };
}

/** A brand with every key. */
export function fullBrand(brand: Brand): Brand {
  return {
    ...bareBrand(brand),
    id: `${brand.id} ${Object.values(brand.colours).join(" ")}`,
    logo: { file: "dot.gif", alt: "Brandmark" },
    footer: "Footermark is a sentence.",
    address: "Addressmark, Example Street",
    website: at("brandaddress"),
    contact: { name: "Brand's person", email: "brand@example.org" },
    social: { bluesky: "@Handlemark.example.org", mastodon: at("mastodon") },
  };
}

/** A person whose every column says the same. */
export function personOf(columns: Iterable<string>, value: string): Recipient {
  const fields = Object.fromEntries([...columns].map((column) => [column, value]));
  return { address: "person@example.org", key: "person@example.org", fields, row: 2 };
}

/** What a list may hold at worst, in one value. */
export const awkward = `<b>"x" 'y' & &amp; a=b ></style><script>{{x}} {{{y}}} \u202e\u05e9\u05dc \u{1f468}\u200d\u{1f469}\u200d\u{1f467}\n${"w".repeat(300)} javascript:alert(1) <!-- -->`;

const dot = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/** The pictures of a sample. */
export const sampleImages: ImageStore = {
  get: (file, href) =>
    imageKey(file, href) === imageKey(probePath, "dot.gif")
      ? { kind: "image", content: dot }
      : { kind: "missing" },
};

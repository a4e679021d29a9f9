import type { Brand } from "../../domain/brand.ts";
import { dayInWords } from "../../domain/dates.ts";
import type { EditionContext } from "../../domain/edition.ts";
import type { ImageStore } from "../../domain/image.ts";
import type { Settings } from "../../domain/settings.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import { variants as allVariants, type Format, type Topic, type Variant } from "../../domain/topic.ts";
import { planArtefacts, type ArtefactSpec } from "../artefacts.ts";
import { brandView } from "../brand-view.ts";
import { replacer, toolkitView } from "../build-view.ts";
import { RenderedText } from "../handlebars.ts";
import { logoView } from "../picture-room.ts";
import { paperSizes } from "../sheets.ts";
import { brandLogo, type Logo } from "./logo.ts";
import type { Pages } from "./pages.ts";
import type { PackView } from "./shapes.ts";

/** What the pages of a pack are made from. */
export interface PackInput {
  readonly toolkit: Toolkit;
  readonly brand: Brand;
  readonly images: ImageStore;
  readonly topic: Topic;
  readonly edition: EditionContext;
  readonly files: readonly PackFile[];
}

/** A rendered file. */
export interface PackFile {
  readonly spec: ArtefactSpec;
  readonly content: Buffer;
}

/** Everything of one topic in one brand: every variant in every format, for all and for each audience, in every size. */
export function packArtefacts(
  brand: string,
  audiences: readonly string[],
  defaultBrand: string,
): ArtefactSpec[] {
  const request = { variants: allVariants, brands: [brand], sizes: paperSizes };
  const specs = ([undefined, "press", "large-print"] as const).flatMap((form) =>
    planArtefacts({ ...request, form }, audiences, defaultBrand),
  );
  return [...new Map(specs.map((spec) => [spec.name, spec])).values()];
}

/** The pages of a pack, by name: what is in it, and what to do with it. */
export async function packPages(pages: Pages, input: PackInput): Promise<ReadonlyMap<string, Buffer>> {
  const view = packView(pages, input, await brandLogo(input.brand, input.images));
  return new Map([
    ["index.html", Buffer.from(pages.pack(view))],
    ["README.txt", Buffer.from(pages.readme(view))],
  ]);
}

const groups: readonly { readonly title: string; readonly variants: readonly Variant[] }[] = [
  { title: "Email and newsletter", variants: ["newsletter", "email"] },
  { title: "Print", variants: ["poster"] },
  { title: "Screens and social media", variants: ["screen", "social"] },
];

function packView(
  pages: Pages,
  { toolkit, brand, topic, edition, files }: PackInput,
  logo: Logo | undefined,
): PackView {
  const { settings, about } = toolkit;
  const say = replacer(brand.words);
  const posters = files.filter(({ spec }) => spec.variant === "poster" && spec.format === "pdf");
  const press = posters.filter(({ spec }) => spec.form === "press");
  const title = say(topic.title);
  return {
    toolkit: toolkitView(settings, about, say),
    topic: { slug: topic.slug, title, summary: say(topic.summary) },
    edition: {
      cycle: edition.cycle,
      label: edition.label,
      date: edition.date === undefined ? "" : dayInWords(edition.date),
    },
    brand: brandView(
      brand,
      logoView(logo, logo ? `data:${logo.contentType};base64,${logo.content.toString("base64")}` : ""),
    ),
    groups: groups
      .map(({ title: use, variants }) => ({
        title: use,
        forms: formsOf(
          files.filter(({ spec }) => variants.includes(spec.variant)),
          settings,
        ),
      }))
      .filter(({ forms }) => forms.length > 0),
    press: (press.length > 0 ? press : posters.filter(({ spec }) => spec.form === undefined)).map(
      ({ spec }) => spec.name,
    ),
    pressReady: press.length > 0 ? "yes" : "",
    page: {
      title: `${title}: what is in this pack`,
      description: say(topic.summary),
      home: "",
      stylesheet: "",
      // Nothing in it may end the element it stands in.
      style: new RenderedText(pages.stylesheet(brand).replaceAll("</", "<\\/")),
      atom: "",
      json: "",
    },
  };
}

type Form = PackView["groups"][number]["forms"][number];

/** Files that differ in format alone stand together, in their order. */
function formsOf(files: readonly PackFile[], settings: Settings): Form[] {
  const forms = new Map<string, Form["files"]>();
  for (const { spec, content } of files) {
    const title = titleOf(spec, settings);
    const size = `${Math.max(1, Math.round(content.length / 1024)).toLocaleString("en-GB")} kB`;
    const file = { name: spec.name, title: formatTitles[spec.format], use: useOf(spec), size };
    forms.set(title, [...(forms.get(title) ?? []), file]);
  }
  return [...forms].map(([title, held]) => ({ title, files: held }));
}

const variantTitles: Readonly<Record<Variant, string>> = {
  newsletter: "Newsletter",
  email: "Email",
  poster: "Poster",
  screen: "Picture for screens",
  social: "Social media",
};

const formatTitles: Readonly<Record<Format, string>> = {
  html: "Web page",
  txt: "Plain text",
  eml: "Message",
  pdf: "PDF",
  png: "Picture",
};

/** What a form is: `Email for managers`, `Poster, A3, large print`. */
function titleOf(spec: ArtefactSpec, { audiences }: Settings): string {
  const everyone = spec.variant === "email" ? "everyone" : undefined;
  const audience = audiences.find(({ id }) => id === spec.audience)?.title ?? everyone;
  return [
    `${variantTitles[spec.variant]}${audience === undefined ? "" : ` for ${audience}`}`,
    spec.size,
    spec.form === "large-print" ? "large print" : undefined,
    spec.form === "press" ? "for a press shop" : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}

/** What to do with a file. */
function useOf(spec: ArtefactSpec): string {
  const { variant, format, size, form } = spec;
  switch (variant) {
    case "newsletter":
    case "email":
      return mailUses[format as keyof typeof mailUses];
    case "poster":
      if (form === "press") return "Send it to a press shop. It has bleed and crop marks.";
      if (format === "png") return "Put it on a web page or a slide. To print, take the PDF: it is sharper.";
      return form === "large-print"
        ? `Print it on ${size} paper for people who need larger letters.`
        : `Print it on ${size} paper with an office printer, or share it: screen readers can read it.`;
    case "screen":
      return "Show it on a screen, such as in a waiting room or a staff room.";
    case "social":
      return format === "txt"
        ? "Copy the words into your post. The text for people who cannot see the picture is in it too."
        : "Post it together with the words.";
  }
}

const mailUses = {
  html: "Open it in a browser. Copy it into your intranet or bulletin, or put it on a website as it is.",
  txt: "Paste it where only plain text is taken.",
  eml: "Open it in a mail program, such as Outlook, to see how it arrives, or to forward it.",
} as const;

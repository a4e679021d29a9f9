import { createHash } from "node:crypto";
import type { Brand } from "../../domain/brand.ts";
import { dayInWords } from "../../domain/dates.ts";
import type { ImageStore } from "../../domain/image.ts";
import type { CycleId } from "../../domain/topic.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import { brandView } from "../brand-view.ts";
import { buildView, replacer, toolkitView, type RenderInput } from "../build-view.ts";
import { richOrEmpty } from "../handlebars.ts";
import { logoView } from "../picture-room.ts";
import { atomFeed, feedFiles, jsonFeed } from "./feeds.ts";
import { brandLogo, type Logo } from "./logo.ts";
import type { Pages } from "./pages.ts";
import { startProse, type Prose } from "./prose.ts";
import type { EditionView, SiteView } from "./shapes.ts";

/** One edition of the archive, with the files that lie beside its page. */
export interface SiteEdition {
  readonly cycle: CycleId;
  readonly label: string;
  /** The send date, ISO 8601 with offset. */
  readonly date: string;
  /** What its newsletter is made from. */
  readonly input: RenderInput;
  readonly newsletter: Buffer;
  readonly poster: Buffer;
}

/** What an archive site is made from. */
export interface SiteInput {
  readonly toolkit: Toolkit;
  readonly brand: Brand;
  readonly images: ImageStore;
  /** Newest first. */
  readonly editions: readonly SiteEdition[];
}

const indexFile = "index.html";
const stylesheetFile = "site.css";

/**
 * An archive of editions: a first page, a page for each edition, feeds, a stylesheet, and the files that go with them.
 * @returns path below the site's folder to content, in a fixed order
 * @throws TemplateFault when a template of the site cannot be rendered
 */
export async function renderSite(pages: Pages, input: SiteInput): Promise<ReadonlyMap<string, Buffer>> {
  const { brand } = input;
  const files = new Map<string, string | Buffer>();
  const logo = await brandLogo(brand, input.images);
  const editions = input.editions.map((edition, at) => ({ edition, ...editionPage(input, at, logo) }));
  const first = firstPage(
    input,
    editions.map(({ view }) => view),
    logo,
  );
  files.set(indexFile, pages.site(first.view));
  for (const [name, content] of await first.prose.pictures()) files.set(name, content);
  for (const { edition, view, prose } of editions) {
    const { cycle, newsletter, poster } = edition;
    files.set(editionUrl(cycle), pages.edition(view));
    files.set(`${cycle}/${view.newsletter}`, newsletter);
    files.set(`${cycle}/${view.poster}`, poster);
    for (const [name, content] of await prose.pictures()) files.set(`${cycle}/${name}`, content);
  }
  const feed = feedInput(input, first.view);
  files.set(feedFiles.atom, atomFeed(feed));
  files.set(feedFiles.json, jsonFeed(feed));
  files.set(stylesheetFile, pages.stylesheet(brand));
  if (logo) files.set(logo.name, logo.content);
  return new Map([...files].map(([name, content]) => [name, Buffer.from(content)]));
}

/** The way to the page of an edition, from the site's folder. */
function editionUrl(cycle: CycleId): string {
  return `${cycle}/${indexFile}`;
}

/** Text whose links to topics lead to their latest editions in the archive. */
function proseFor({ toolkit, images, editions }: SiteInput, home: string, up: string): Prose {
  return startProse(toolkit, images, home, (topic) => {
    const edition = editions.find(({ input }) => input.topic.slug === topic.slug);
    return edition && `${up}${editionUrl(edition.cycle)}`;
  });
}

function firstPage(
  input: SiteInput,
  views: readonly EditionView[],
  logo: Logo | undefined,
): { view: SiteView; prose: Prose } {
  const { toolkit, brand, editions } = input;
  const { settings, about } = toolkit;
  const say = replacer(brand.words);
  const prose = proseFor(input, about.source.path, "");
  const shown = toolkitView(settings, about, say);
  return {
    prose,
    view: {
      toolkit: {
        ...shown,
        body: richOrEmpty(prose.rich.block(say(about.body), about.source.path)),
      },
      editions: editions.map(({ cycle, label, date }, at) => {
        const { topic } = views[at] as EditionView;
        return {
          cycle,
          label,
          date: dayInWords(date),
          day: date.slice(0, 10),
          title: topic.title,
          summary: topic.summary,
          url: editionUrl(cycle),
        };
      }),
      brand: brandView(brand, logoView(logo, logo?.name ?? "")),
      page: pageView(shown.name, shown.summary, ""),
    },
  };
}

function editionPage(
  site: SiteInput,
  at: number,
  logo: Logo | undefined,
): { view: EditionView; prose: Prose } {
  const { toolkit, editions } = site;
  const { cycle, label, date, input } = editions[at] as SiteEdition;
  const prose = proseFor(site, input.topic.source.path, "../");
  const view = buildView(toolkit, input, {
    rich: prose.rich,
    logo: logoView(logo, `../${logo?.name}`),
    qr: "",
  });
  return {
    prose,
    view: {
      ...view,
      edition: { ...view.edition, cycle, label, date: dayInWords(date) },
      day: date.slice(0, 10),
      newsletter: "newsletter.html",
      poster: "poster.pdf",
      earlier: neighbour(site, at + 1),
      later: neighbour(site, at - 1),
      page: pageView(`${view.topic.title}: ${view.toolkit.name}`, view.topic.summary, "../"),
    },
  };
}

function neighbour({ editions, brand }: SiteInput, at: number): EditionView["earlier"] {
  const edition = editions[at];
  if (!edition) return null;
  const { cycle, label, input } = edition;
  return { label, title: replacer(brand.words)(input.topic.title), url: `../${editionUrl(cycle)}` };
}

function pageView(title: string, description: string, up: string): SiteView["page"] {
  return {
    title,
    description,
    home: `${up}${indexFile}`,
    stylesheet: `${up}${stylesheetFile}`,
    style: richOrEmpty(""),
    atom: `${up}${feedFiles.atom}`,
    json: `${up}${feedFiles.json}`,
  };
}

function feedInput({ toolkit, brand, editions }: SiteInput, { toolkit: shown, editions: listed }: SiteView) {
  const { settings } = toolkit;
  const [newest] = editions;
  return {
    id: urn(settings.toolkit),
    title: shown.name,
    summary: shown.summary,
    language: settings.language,
    author: brand.name,
    address: settings.site?.url,
    updated: newest?.date ?? settings.cycle.starts,
    entries: listed.map(({ cycle, title, summary, url }, at) => ({
      id: urn(`${settings.toolkit}\n${cycle}`),
      title,
      summary,
      date: editions[at]?.date ?? "",
      url,
    })),
  };
}

/** A name for ever, made from a text (RFC 9562, version 8). */
function urn(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

import type { CycleId, Topic } from "../../domain/topic.ts";
import { paperSizes, type PaperSize, type SheetForm } from "../../render/sheets.ts";
import type { Stage } from "../stage.ts";

/** What of a topic is shown: everything side by side, or one form of it. */
export const views = ["all", "newsletter", "email", "text", "poster", "screen", "social"] as const;
export type View = (typeof views)[number];

/** True where mails are shown: posters and pictures are made for nobody in particular. */
export function isOfMail(view: View): boolean {
  return view === "all" || view === "newsletter" || view === "email" || view === "text";
}

/** How wide a mail is shown, in pixels of CSS. */
export const widths = { phone: 375, tablet: 768, desktop: 1100 } as const;
export type Width = keyof typeof widths;

export const schemes = ["light", "dark"] as const;
export type Scheme = (typeof schemes)[number];

/** What may be asked of posters besides their size. */
export const printForms = ["normal", "large-print", "press"] as const;
export type PrintForm = (typeof printForms)[number];

/** Everything that can be chosen on a topic's page. It lives in the address. */
export interface Choices {
  readonly variant: View;
  /** Nothing for the version for everyone, and emails for each audience. */
  readonly audience: string | undefined;
  readonly brand: string;
  /** Nothing when the topic is shown outside a cycle. */
  readonly cycle: CycleId | undefined;
  readonly width: Width;
  readonly scheme: Scheme;
  readonly images: boolean;
  readonly size: PaperSize;
  readonly form: PrintForm;
  /** The id of somebody ready-made, or a list of the settings and a row of it: `everyone/12`. Nobody without. */
  readonly person: string | undefined;
  /** Fields that are shown the other way about: empty where they say something, with words where they are empty. */
  readonly turned: readonly string[];
}

/** What goes without saying for a topic: so it stays out of the address. */
export function usualChoices(stage: Stage, topic: Topic): Choices {
  return {
    variant: "all",
    audience: undefined,
    brand: stage.brand.id,
    cycle: cyclesOf(stage, topic).at(-1),
    width: "phone",
    scheme: "light",
    images: true,
    size: "A4",
    form: "normal",
    person: undefined,
    turned: [],
  };
}

/** The cycles in which the topic is picked, in their order. */
export function cyclesOf({ toolkit }: Stage, { slug }: Topic): CycleId[] {
  return toolkit.editions.filter((edition) => edition.topic === slug).map(({ cycle }) => cycle);
}

/** The value for "outside a cycle", where the topic has an edition. */
const noCycle = "none";

/** Reads the choices of an address. What is not there, or no longer, is as usual. */
export function readChoices(query: URLSearchParams, stage: Stage, topic: Topic): Choices {
  const usual = usualChoices(stage, topic);
  const { settings, brands } = stage.toolkit;
  const one = <Value extends string>(name: string, known: readonly Value[]): Value | undefined =>
    known.find((value) => value === query.get(name));
  const wantedCycle = query.get("cycle");
  return {
    variant: one("variant", views) ?? usual.variant,
    audience: one(
      "audience",
      settings.audiences.map(({ id }) => id),
    ),
    brand:
      one(
        "brand",
        brands.map(({ id }) => id),
      ) ?? usual.brand,
    cycle: wantedCycle === noCycle ? undefined : (one("cycle", cyclesOf(stage, topic)) ?? usual.cycle),
    width: one("width", Object.keys(widths) as Width[]) ?? usual.width,
    scheme: one("scheme", schemes) ?? usual.scheme,
    images: query.get("images") !== "off",
    size: one("size", paperSizes) ?? usual.size,
    form: one("form", printForms) ?? usual.form,
    person: query.get("person")?.trim() || undefined,
    turned: [...new Set(query.getAll("turned"))],
  };
}

/** The choices as pairs of a query, in a fixed order, without those that go without saying. */
export function pairsOf(choices: Choices, usual: Choices): [string, string][] {
  const { images, turned, cycle, ...plain } = choices;
  const pairs = Object.entries(plain).flatMap(([name, value]): [string, string][] =>
    typeof value !== "string" || value === usual[name as keyof typeof plain] ? [] : [[name, value]],
  );
  if (cycle !== usual.cycle) pairs.push(["cycle", cycle ?? noCycle]);
  if (!images) pairs.push(["images", "off"]);
  return [...pairs, ...turned.map((name): [string, string] => ["turned", name])];
}

/** A query with its question mark, or nothing. */
export function queryOf(pairs: readonly (readonly [string, string])[]): string {
  const text = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();
  return text === "" ? "" : `?${text}`;
}

/** What the typesetter calls the form. */
export function sheetForm(form: PrintForm): SheetForm | undefined {
  return form === "normal" ? undefined : form;
}

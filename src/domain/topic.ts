import type { Position } from "./problem.ts";

export const variants = ["newsletter", "email", "poster", "screen", "social"] as const;
export type Variant = (typeof variants)[number];
export const formats = ["html", "txt", "eml", "pdf", "png"] as const;
export type Format = (typeof formats)[number];
export const statuses = ["draft", "ready", "retired"] as const;
export type Status = (typeof statuses)[number];

/** The folder of the archive in `out/`, where each topic has one of its own name: no topic may have this one. */
export const archiveFolder = "site";

/** A day without a time, `YYYY-MM-DD`. Compares as text. */
export type Day = string;
/** `MM-DD`. */
export type MonthDay = string;
/** `2026-12`, `2026-W49`, `2026-Q4`. */
export type CycleId = string;

export interface Contact {
  readonly name: string;
  readonly email: string;
  readonly phone?: string | undefined;
}

/** Words that stand in for the topic's own in one variant. */
export interface VariantWords {
  readonly subject?: string | undefined;
  readonly preheader?: string | undefined;
  readonly headline?: string | undefined;
  readonly strapline?: string | undefined;
  readonly text?: string | undefined;
  /** Which of the variant's templates sets it: `poster-<design>.typ.hbs`. */
  readonly design?: string | undefined;
  readonly messages?: readonly string[] | undefined;
  readonly actions?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Which audiences' asks the variant shows when it speaks to everyone; all of them unless given. */
  readonly audiences?: readonly string[] | undefined;
}

/** A file's text with the places of its keys, so that a fault found later still names its line. */
export interface SourceMap {
  /** Relative to the toolkit, with forward slashes. */
  readonly path: string;
  /** Key path joined by dots (`actions.primary-care.0`) to where its value stands. */
  readonly places: ReadonlyMap<string, Position>;
  /** The line of the file on which the body begins. */
  readonly bodyLine: number;
  /** The whole file, with `\n` at the ends of lines; for Markdown files alone. */
  readonly text?: string;
}

export interface Topic {
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly status: Status;
  readonly messages: readonly string[];
  readonly actions: Readonly<Record<string, readonly string[]>>;
  readonly scenario?: string | undefined;
  readonly link?:
    { readonly label: string; readonly url: string; readonly short?: string | undefined } | undefined;
  readonly contact?: Contact | undefined;
  readonly sources: readonly Source[];
  readonly tags: readonly string[];
  readonly priority: number;
  readonly order?: number | undefined;
  readonly season?: { readonly from: MonthDay; readonly to: MonthDay } | undefined;
  readonly pin?: CycleId | undefined;
  readonly owner?: string | undefined;
  readonly review?: Day | undefined;
  readonly approvers: readonly string[];
  readonly variants: Readonly<Partial<Record<Variant, VariantWords>>>;
  /** Markdown. */
  readonly body: string;
  readonly source: SourceMap;
}

export interface Source {
  readonly title: string;
  readonly url: string;
  readonly published?: string | undefined;
  readonly checked?: Day | undefined;
}

export interface Post {
  readonly slug: string;
  readonly title: string;
  readonly date: Day;
  readonly author?: string | undefined;
  readonly url?: string | undefined;
  readonly summary?: string | undefined;
  readonly body: string;
  readonly source: SourceMap;
}

/** Where a key stands, or the nearest key above it that does. */
export function placeOf(source: SourceMap, key: string): Position {
  for (let at = key; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
    const position = source.places.get(at);
    if (position) return position;
  }
  return { line: 1, column: 1 };
}

/** Past its review date, a topic may not be picked or sent. The day itself still counts as in date. */
export function isPastReview(topic: Pick<Topic, "review">, today: Day): boolean {
  return topic.review !== undefined && topic.review < today;
}

import type { CycleId, Day, Post, SourceMap } from "./topic.ts";

export interface Approval {
  readonly by: string;
  readonly role: string;
  readonly on: Day;
  readonly digest: string;
}

/** A place to sign: one approval that is asked for. */
export interface ApprovalPlace {
  /** The role that has to sign; any role without. */
  readonly role?: string | undefined;
  /** The approval on record that fills it. */
  readonly given?: Approval | undefined;
}

/** What an edition is armed for: a send that may begin by itself, and everything that was confirmed about it. */
export interface Schedule {
  /** A name of the settings, or a path from the toolkit's folder. */
  readonly list: string;
  readonly variant: "email" | "newsletter";
  readonly only?: string | undefined;
  readonly exclude?: readonly string[] | undefined;
  /** As it was named on the command line; the one of the settings without. */
  readonly transport?: string | undefined;
  /** The transport's name, safe to show. */
  readonly through?: string | undefined;
  /** How many messages. */
  readonly count: number;
  /** Of who is on the list; nobody's row can be told from it. */
  readonly people?: string | undefined;
  /** Of the content. */
  readonly digest: string;
  /** When it goes, ISO 8601 with offset. */
  readonly at: string;
}

/** A figure that somebody entered by hand. */
export interface Outcome {
  readonly measure: string;
  readonly kind: OutcomeKind;
  readonly value: number;
  readonly note?: string | undefined;
  /** The day on which it was entered. */
  readonly on: Day;
}

/** What was done, what people took from it, what they did. Source: Government Communication Service, evaluation cycle. */
export const outcomeKinds = ["outputs", "out-takes", "outcomes"] as const;
export type OutcomeKind = (typeof outcomeKinds)[number];

/** How such a figure is written: `42`, `-3`, `3.5`. */
export const amountPattern = /^-?\d{1,12}(\.\d{1,6})?$/;

/** One topic in one cycle, as its file says. */
export interface Edition {
  readonly cycle: CycleId;
  readonly topic: string;
  readonly picked?: { readonly on: Day; readonly by?: string | undefined; readonly why: string } | undefined;
  readonly approvals: readonly Approval[];
  readonly schedule?: Schedule | undefined;
  readonly outcomes?: readonly Outcome[] | undefined;
  /** The officer's note for this cycle, Markdown. */
  readonly note: string;
  readonly source: SourceMap;
}

/** A part that an edition is made of: by its kind, and by its name where there are several. */
export type EditionPart =
  | "cycle"
  | "topic"
  | "note"
  | "about"
  | "links"
  | `brand:${string}`
  | `picture:${string}`
  | `template:${string}`
  | `setting:${string}`;

/** Every part of an edition with a digest of it: two of them say what changed. */
export type EditionParts = Readonly<Record<string, string>>;

/** What an artefact says of its cycle. */
export interface EditionContext {
  readonly cycle: CycleId;
  /** `December 2026`. */
  readonly label: string;
  /** The send date, ISO 8601 with offset. */
  readonly date?: string | undefined;
  readonly note: string;
  /** The file of the note. */
  readonly source?: SourceMap | undefined;
  /** Newest first. */
  readonly posts: readonly Post[];
  readonly next: readonly { readonly label: string; readonly title: string; readonly summary: string }[];
}

/** On what occasion the words of an edition were kept. A later one in this list tells more surely what went out. */
export const occasions = ["picked", "approved", "scheduled", "sent"] as const;
export type Occasion = (typeof occasions)[number];

/** An edition as it was on one occasion, kept so that it can be said what has changed since. */
export interface KeptEdition {
  readonly as: Occasion;
  readonly on: Day;
  /** Of everything it was made of; a pick looks at the words alone. */
  readonly digest?: string | undefined;
  readonly parts?: EditionParts | undefined;
  /** The topic's whole file. */
  readonly text: string;
  readonly note?: string | undefined;
}

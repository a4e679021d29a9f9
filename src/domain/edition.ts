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

/** One topic in one cycle, as its file says. */
export interface Edition {
  readonly cycle: CycleId;
  readonly topic: string;
  readonly picked?: { readonly on: Day; readonly by?: string | undefined; readonly why: string } | undefined;
  readonly approvals: readonly Approval[];
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

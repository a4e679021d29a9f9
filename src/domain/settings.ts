import type { Checks } from "./rules.ts";
import type { Day, SourceMap, Variant, VariantWords } from "./topic.ts";

export const frequencies = ["week", "fortnight", "month", "quarter"] as const;
export type Every = (typeof frequencies)[number];

/** The public holidays of one region. */
export interface PublicHolidays {
  /** The name of each day that is one. */
  readonly days: ReadonlyMap<Day, string>;
  /** The last day of those that are known. */
  readonly until: Day;
}

/** How late a scheduled edition may go by itself, unless the settings say; milliseconds. */
export const usualGrace = 6 * 3_600_000;

/** How often, from when, at what time, and which days are avoided. */
export interface Cadence {
  readonly every: Every;
  readonly starts: Day;
  /** `HH:MM`, wall clock of the time zone. */
  readonly at: string;
  /** IANA name, such as `Europe/London`. */
  readonly timezone: string;
  /** How many cycles must lie between two of one topic; none unless given. */
  readonly gap?: number | undefined;
  /** How late a scheduled edition may go by itself, milliseconds. */
  readonly grace?: number | undefined;
  readonly avoid: {
    readonly weekends: boolean;
    /** The region, such as `GB-SCT`. */
    readonly holidays?: string | undefined;
    readonly dates: readonly { readonly from: Day; readonly to: Day; readonly why?: string | undefined }[];
  };
  /** Those of the region in `avoid.holidays`. */
  readonly holidays?: PublicHolidays | undefined;
}

export interface Audience {
  readonly id: string;
  readonly title: string;
}

export interface Limits {
  readonly connections: number;
  /** After so many a connection is closed and another one opened. */
  readonly messagesPerConnection?: number | undefined;
  readonly perSecond?: number | undefined;
  readonly perHour?: number | undefined;
  readonly perDay?: number | undefined;
  readonly perDomain?: number | undefined;
}

/** Durations in milliseconds. */
export interface RetryPolicy {
  readonly first: number;
  readonly longest: number;
  readonly giveUpAfter: number;
  readonly attempts: number;
  readonly timeout: number;
}

/** Scripts that are written from right to left (Unicode, right-to-left scripts in use today). */
const rightToLeft: ReadonlySet<string | undefined> = new Set([
  "Adlm",
  "Arab",
  "Hebr",
  "Mand",
  "Nkoo",
  "Rohg",
  "Samr",
  "Syrc",
  "Thaa",
]);

/** Looking a script up takes longer than all else that a view needs of its language. */
const directions = new Map<string, "ltr" | "rtl">();

/** The direction in which a language is written, from its own or its usual script. */
export function directionOf(language: string): "ltr" | "rtl" {
  const known = directions.get(language);
  if (known) return known;
  const direction = rightToLeft.has(new Intl.Locale(language).maximize().script) ? "rtl" : "ltr";
  directions.set(language, direction);
  return direction;
}

/** How access tokens for the mail server are got, where it takes no password. */
export interface Oauth2Settings {
  readonly tokenUrl: string;
  readonly clientId: string;
  /** `${NAME}`, as the next. */
  readonly clientSecret?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly scope?: string | undefined;
}

export interface DkimSettings {
  readonly domain: string;
  readonly selector: string;
  /** The path of a file, or `${NAME}`. */
  readonly key: string;
}

export interface Settings {
  readonly toolkit: string;
  readonly organisation?: string | undefined;
  readonly language: string;
  readonly brand?: string | undefined;
  readonly audiences: readonly Audience[];
  readonly sender?:
    { readonly name: string; readonly address: string; readonly replyTo?: string | undefined } | undefined;
  readonly cycle: Cadence;
  /** How many approvals, or which roles; none unless given. */
  readonly approvals?: number | readonly string[] | undefined;
  readonly transport: string;
  readonly limits: Limits;
  readonly retry: RetryPolicy;
  readonly lists: Readonly<Record<string, { readonly file: string; readonly audience?: string | undefined }>>;
  readonly reviewers: Readonly<Record<string, readonly string[]>>;
  readonly unsubscribe?:
    { readonly mailto?: string | undefined; readonly url?: string | undefined } | undefined;
  readonly bounces: {
    /** Where reports come in: a path, or the address of a mailbox. */
    readonly mailbox?: string | undefined;
    /** So many messages in a row that came back put a person on the do-not-mail list. */
    readonly softLimit: number;
  };
  readonly oauth2?: Oauth2Settings | undefined;
  /** Where the archive stands on the web. */
  readonly site?: { readonly url: string } | undefined;
  /** The keys that every message is signed with; one or two where it is set. */
  readonly dkim?: readonly DkimSettings[] | undefined;
  readonly variants: Readonly<Partial<Record<Variant, VariantWords>>>;
  readonly checks: Checks;
  readonly ledger: string;
  readonly source: SourceMap;
}

/** What a message that came back is, as far as one person is concerned. */
export const reportKinds = ["hard", "soft", "complaint", "unsubscribe", "auto-reply", "other"] as const;
export type ReportKind = (typeof reportKinds)[number];

/** Why something is of kind `other`, or has no effect. */
export type Note =
  "not-a-report" | "delayed" | "delivered" | "no-complaint" | "receipt" | "no-address" | "unreadable";

/** What a report says about one person. */
export interface Statement {
  readonly kind: ReportKind;
  /** Where it names somebody, the surest address first. */
  readonly addresses: readonly string[];
  /** RFC 3463, such as 5.1.1. */
  readonly status?: string | undefined;
  /** What the other server said, in one line. */
  readonly said?: string | undefined;
  /** The name under which the ledger knows the person, where the report bears it. */
  readonly token?: string | undefined;
  readonly note?: Note | undefined;
}

/** A message that came back, understood. */
export interface Report {
  /** At least one. */
  readonly statements: readonly Statement[];
  /** Message-IDs that may be ours, with their angle brackets, the surest first. */
  readonly messageIds: readonly string[];
  /** Tokens from the unsubscribe header of the message that came back: relays that write their own Message-ID keep it. */
  readonly tokens: readonly string[];
}

/** One line and not endless: it is stored, listed and shown. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, 500);
}

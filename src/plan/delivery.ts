import type { DeliveryState, SkipReason, Sum, Tally, Verdict } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { RetryPolicy } from "../domain/settings.ts";

/** What is known about people before anything is sent. Every set holds recipient keys. */
export interface DeliveryFacts {
  readonly suppressed: ReadonlySet<string>;
  readonly excluded: ReadonlySet<string>;
  /** Mailed already in this cycle and variant, whichever list they stood in. */
  readonly accepted: ReadonlySet<string>;
  readonly rejected?: ReadonlySet<string> | undefined;
  readonly unknown?: ReadonlySet<string> | undefined;
}

/**
 * Decides about one person.
 * @param isWanted false for a row outside of the part of the list that is asked for
 */
export function verdictOn(
  { key }: Pick<Recipient, "key">,
  facts: DeliveryFacts,
  isWanted = true,
): "send" | SkipReason {
  // What happened already comes before what is decided today: it cannot be taken back.
  if (facts.accepted.has(key)) return "already-accepted";
  if (facts.unknown?.has(key)) return "outcome-unknown";
  if (facts.rejected?.has(key)) return "already-rejected";
  if (facts.suppressed.has(key)) return "suppressed";
  if (facts.excluded.has(key)) return "excluded";
  return isWanted ? "send" : "outside";
}

/**
 * Which of several rows for one person is the one that counts: the lowest. The audience that stands first in the
 * settings wins, and one that they do not name comes last; among equals the first row of the list.
 */
export function rankOf({ audience }: Pick<Recipient, "audience">, audiences: readonly string[]): number {
  const at = audience === undefined ? -1 : audiences.indexOf(audience);
  return at < 0 ? audiences.length : at;
}

const tallyKeyOf: Readonly<Record<Verdict, keyof Tally>> = {
  send: "pending",
  suppressed: "suppressed",
  excluded: "excluded",
  outside: "excluded",
  "already-accepted": "accepted",
  "already-rejected": "rejected",
  "outcome-unknown": "unknown",
  duplicate: "duplicates",
  invalid: "invalid",
};

/** Gives the closing equation of a plan before its first message: those to be sent to are `pending`. */
export function tallyOfPlan(rows: number, verdicts: Iterable<readonly [Verdict, number]>): Tally {
  const counts = new Map<keyof Tally, number>();
  for (const [verdict, amount] of verdicts)
    counts.set(tallyKeyOf[verdict], (counts.get(tallyKeyOf[verdict]) ?? 0) + amount);
  return tallyOf(rows, counts);
}

/**
 * True when what went through the one transport does not count for a send through the other: an outbox is a
 * rehearsal, its messages have left nobody's machine.
 */
export function isRehearsal(before: string, now: string): boolean {
  return isOutbox(before) && !isOutbox(now);
}

/** True for a transport whose messages do not leave this machine. */
export function isOutbox(transport: string): boolean {
  return /^outbox:/i.test(transport);
}

/** True for a transport that any machine may use: a mail server, and not what is on this machine alone. */
export function isMailServer(transport: string): boolean {
  return /^smtps?:/i.test(transport);
}

/** Takes the rows of a list and how often each end came up; gives the closing equation. */
export function tallyOf(audience: number, counts: ReadonlyMap<keyof Tally, number>): Tally {
  const of = (key: keyof Tally): number => counts.get(key) ?? 0;
  return {
    audience,
    accepted: of("accepted"),
    rejected: of("rejected"),
    deferred: of("deferred"),
    pending: of("pending"),
    unknown: of("unknown"),
    suppressed: of("suppressed"),
    excluded: of("excluded"),
    duplicates: of("duplicates"),
    invalid: of("invalid"),
  };
}

/** True when the rows of the list are the sum of all the ends they came to. */
export function tallyCloses({ audience, ...parts }: Tally): boolean {
  return audience === Object.values(parts).reduce((sum, part) => sum + part, 0);
}

/** The closing equation as scripts get it. Takes how many of `accepted` were mailed for real; a rehearsal says so. */
export function sumOf(tally: Tally, transport: string, mailed: number): Sum {
  return isOutbox(transport) && mailed > 0 ? { ...tally, sentForReal: mailed } : tally;
}

/** How a state is counted. A message on the wire is not settled yet, so it still counts as pending. */
export function tallyKeyOfState(state: Exclude<DeliveryState, "skipped">): keyof Tally {
  return state === "sending" ? "pending" : state;
}

/** A quarter at the most is added, so that people deferred together do not all come back together. */
const jitter = 0.25;

/**
 * Takes the policy, what was tried so far (this attempt included) and a random number from 0 to 1.
 * Gives when to try again, or nothing when the policy is used up: the person then stays deferred.
 */
export function nextAttempt(
  policy: RetryPolicy,
  tried: { readonly attempts: number; readonly firstAt: number },
  now: number,
  random: number,
): number | undefined {
  if (tried.attempts >= policy.attempts) return undefined;
  const at = Math.round(now + delayAfter(policy, tried.attempts) * (1 + jitter * random));
  return at > tried.firstAt + policy.giveUpAfter ? undefined : at;
}

/** The plain delay after the n-th failure in a row: `first`, doubled each time, never over `longest`. */
export function delayAfter(policy: Pick<RetryPolicy, "first" | "longest">, failures: number): number {
  return Math.min(policy.longest, policy.first * 2 ** Math.max(0, failures - 1));
}

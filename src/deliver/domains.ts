import type { DeliveryOutcome } from "../domain/delivery.ts";
import type { RetryPolicy } from "../domain/settings.ts";
import { delayAfter } from "../plan/delivery.ts";

/** So many put off in a row are no accident. */
const enough = 5;

/**
 * About one mailbox, and not the domain: 450 (RFC 5321, 4.2.3), an address or a mailbox (RFC 3463, 3.2 and 3.3), and
 * greylisting, which asks everyone to come back once: a domain that rested would only be done with them one by one.
 */
const aboutOne = /^450\b|\b4\.[12]\.\d|gr[ea]y-?list|4\.7\.1 .*\b(?:try|come)\b.*\b(?:again|back|later)\b/i;

/** Watches which domains put off one message after another, so that these rest and the others go on. */
export class DomainRests {
  readonly #policy: RetryPolicy;
  readonly #putOff = new Map<string, { readonly inARow: number; readonly restUntil: number }>();

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
  }

  /** Takes how a message to a domain fared; gives until when that domain should be left alone, if it should. */
  note(domain: string, outcome: DeliveryOutcome, now: number): number | undefined {
    const isPutOff = outcome.kind === "deferred" && outcome.fault === undefined;
    if (!isPutOff) {
      // A fault of the line says nothing about the domain.
      if (outcome.kind === "accepted" || outcome.kind === "rejected") this.#putOff.delete(domain);
      return undefined;
    }
    if (aboutOne.test(outcome.reply)) return undefined;
    const before = this.#putOff.get(domain) ?? { inARow: 0, restUntil: 0 };
    // What was under way when the rest began says nothing new.
    if (before.restUntil > now) return undefined;
    const inARow = before.inARow + 1;
    const isEnough = inARow >= enough;
    const restUntil = isEnough ? now + delayAfter(this.#policy, inARow - enough + 1) : 0;
    this.#putOff.set(domain, { inARow, restUntil });
    return isEnough ? restUntil : undefined;
  }
}

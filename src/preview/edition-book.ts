import type { Tally } from "../domain/delivery.ts";
import type { Edition } from "../domain/edition.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import type { UserError } from "../domain/user-error.ts";
import type { Since } from "../plan/since.ts";

/** What is known of editions beside their files: only ever read. */
export interface EditionBook {
  /** What would be sent of an edition as things are now: the digest that approvals are bound to. */
  readonly digestOf: (topic: Topic, edition: Edition) => string;
  /**
   * What is different about an edition since something with that digest was approved, as words such as `your note`;
   * nothing where nobody wrote down what that was made of.
   */
  readonly changedSince: (topic: Topic, edition: Edition, digest: string) => Promise<string | undefined>;
  /** What has changed about a topic since it came last before a cycle; nothing when it never came. */
  readonly sinceLast: (topic: Topic, cycle: CycleId) => Promise<Since | undefined>;
  /** What the ledger says of the sends of these cycles. */
  readonly sent: (cycles: readonly CycleId[]) => Promise<SentEditions>;
}

export interface SentEditions {
  /** Nothing for a cycle of which nothing was sent. */
  readonly of: ReadonlyMap<CycleId, readonly SentEdition[]>;
  /** How many people had the edition of a cycle, or may have had it; nothing where nobody did. */
  readonly served: ReadonlyMap<CycleId, number>;
  /** Why the ledger cannot be looked at just now. */
  readonly fault?: UserError | undefined;
}

/** One list that an edition was sent to. */
export interface SentEdition {
  readonly variant: string;
  readonly list: string;
  readonly tally: Tally;
  /** True when it went to an outbox: nobody has had it. */
  readonly isRehearsal: boolean;
}

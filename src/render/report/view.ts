import type { Tally } from "../../domain/delivery.ts";
import type { OutcomeKind } from "../../domain/edition.ts";
import type { CycleId, Day } from "../../domain/topic.ts";

/** What a report shows: plain values, whoever gathered them. Nothing in it names a person. */
export interface ReportView {
  /** What went out, in the order in which it is shown. */
  readonly editions: readonly ReportEdition[];
  readonly coverage: Coverage;
  /** Figures that people entered by hand. */
  readonly outcomes: readonly Outcome[];
}

/** How the rows of one list ended, for one edition in one variant. */
export interface ReportEdition extends Tally {
  readonly cycle: CycleId;
  readonly topic: string;
  readonly title: string;
  readonly variant: string;
  /** The list that it went to, as people know it. */
  readonly list?: string | undefined;
  /** The send date. */
  readonly date: Day;
  /** Of those accepted, how many came back later. */
  readonly cameBack?: number | undefined;
}

/** Which topic reached which audience, and when. */
export interface Coverage {
  readonly audiences: readonly { readonly id: string; readonly title: string }[];
  readonly topics: readonly CoveredTopic[];
}

export interface CoveredTopic {
  readonly slug: string;
  readonly title: string;
  /** One for each audience, in their order. */
  readonly cells: readonly CoverageCell[];
}

export interface CoverageCell {
  /** Newest first. */
  readonly dates: readonly Day[];
  readonly mark: CoverageMark;
}

export type CoverageMark =
  | "never"
  | "covered"
  /** Two of the dates lie close to each other. */
  | "repeated";

export interface Outcome {
  readonly cycle: CycleId;
  readonly measure: string;
  readonly kind: OutcomeKind;
  readonly value: string;
  readonly note?: string | undefined;
}

import type { CheckInput } from "../check/judge.ts";
import type { Brand } from "../domain/brand.ts";
import type { ImageStore } from "../domain/image.ts";
import type { Problem } from "../domain/problem.ts";
import type { Recipient, RecipientList } from "../domain/recipient.ts";
import type { TemplateSet } from "../domain/template.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Day, Topic } from "../domain/topic.ts";
import type { Cycle } from "../plan/calendar.ts";
import type { Standing } from "../plan/next-step.ts";
import type { ArtefactSpec } from "../render/artefacts.ts";
import type { RenderInput } from "../render/build-view.ts";
import type { Studio } from "../render/studio.ts";
import type { EditionBook } from "./edition-book.ts";
import type { OutboxReader } from "./outbox-reader.ts";

/**
 * Everything that pages show, as the command line hands it in: one reading of the toolkit's files. A change of a file
 * makes a new one; what is on a stage never changes.
 */
export interface Stage {
  /** With the faults of its templates, at the levels of its settings. Faulty files are there as they last were. */
  readonly toolkit: Toolkit;
  /** Files that cannot be used as they are now, and are shown as they were before. */
  readonly stale: ReadonlySet<string>;
  readonly templates: TemplateSet;
  readonly images: ImageStore;
  readonly studio: Studio;
  /** The default brand. */
  readonly brand: Brand;
  /** @throws UserError when there is no such brand */
  readonly brandOf: (id: string) => Brand;
  /** What an artefact is made from; with a cycle it speaks of that cycle's edition. */
  readonly inputOf: (
    topic: Topic,
    cycle: CycleId | undefined,
  ) => (spec: Pick<ArtefactSpec, "variant" | "audience" | "brand">) => RenderInput;
  readonly checkInput: CheckInput;
  readonly now: Date;
  /** The day it is where the toolkit is at home. */
  readonly today: Day;
  /** The current cycle. */
  readonly cycle: Cycle;
  /** Where the current edition stands, as `onetopic status` says. Reads the ledger and renders the edition. */
  readonly standing: () => Promise<Standing>;
  /**
   * What a quick check finds: words, settings and templates. Known findings are not looked for again.
   * @param signal ends the work
   * @throws when it was ended
   */
  readonly findings: (signal: AbortSignal) => Promise<readonly Problem[]>;
  /**
   * Is another text when something was sent, or written to the outbox: both are read anew whenever they are asked for.
   * Nothing when the toolkit is no longer where it was.
   */
  readonly mark: () => Promise<string | undefined>;
  /** A list of the settings, read whole. @throws UserError */
  readonly readList: (name: string) => Promise<RecipientList>;
  /**
   * Somebody on a list of the settings, which is read no further than to them.
   * @param who their row, as a spreadsheet counts, or their address
   * @throws UserError when there is no such list, or nobody like that on it
   */
  readonly personOn: (list: string, who: string) => Promise<Recipient>;
  readonly outbox: OutboxReader;
  readonly editions: EditionBook;
  /** Picks as `onetopic pick` does. @throws UserError with its words */
  readonly pick: (wish: PickWish) => Promise<PickedTopic>;
}

/** What somebody wants to pick. */
export interface PickWish {
  readonly cycle: CycleId;
  /** The suggestion unless given. */
  readonly slug?: string | undefined;
  readonly why?: string | undefined;
  readonly by?: string | undefined;
  /** Puts it in the place of one that is picked already. */
  readonly replace: boolean;
  /** The topic that was seen there: when it is another one by now, nothing is replaced. */
  readonly before?: string | undefined;
}

export interface PickedTopic {
  readonly cycle: CycleId;
  readonly slug: string;
  /** What the command says of it, a sentence each. */
  readonly told: readonly string[];
}

import { checkToolkit, withTools, type Findings } from "../../check/check.ts";
import type { Depth } from "../../check/judge.ts";
import type { ListFacts } from "../../check/sending.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Topic } from "../../domain/topic.ts";
import { listFiles } from "../../toolkit/files.ts";
import { loadToolkit } from "../../toolkit/load.ts";
import type { Context } from "../context.ts";
import { campaignFacts } from "./campaign-facts.ts";
import { listFacts } from "./list-facts.ts";
import { createTypesetter } from "../../render/typst/typesetter.ts";
import { openWorkshop } from "../workshop.ts";
import { openCheckCache } from "./cache.ts";
import { startCrew } from "./crew.ts";

/** What is to be examined, and how. */
export interface Examination {
  /** The toolkit's folder. */
  readonly root: string;
  readonly depth: Depth;
  /** Lists that are judged as well: a file, or a name from the settings. */
  readonly lists: readonly string[];
  /** As many as there are unless given. */
  readonly processors?: number;
  /** False finds everything out anew, and keeps nothing. */
  readonly useCache: boolean;
  /** The topics to judge. */
  readonly choose: (toolkit: Toolkit) => readonly Topic[] | Promise<readonly Topic[]>;
  /** Called after each topic; to stop, it throws. */
  readonly onTopic: (done: number, total: number) => void;
}

/** What was examined, and what was found. */
export interface Examined {
  readonly toolkit: Toolkit;
  /** Those that were judged. */
  readonly topics: readonly Topic[];
  readonly lists: readonly ListFacts[];
  readonly found: Findings;
}

/** Reads a toolkit and checks it, on all processors when there is much to do. */
export async function examine(context: Context, wanted: Examination): Promise<Examined> {
  const { root, depth } = wanted;
  const { now } = context;
  const cache = wanted.useCache ? await openCheckCache(root, depth) : undefined;
  const files = cache?.isFilled ? [] : await listFiles(root, "content/topics", [".md"]);
  const crew = startCrew(files.length, wanted.processors);
  const typesetter = createTypesetter();
  // It gets ready while the toolkit is read.
  if (depth !== "quick") typesetter.warm();
  try {
    const toolkitRead = await loadToolkit(root, crew.reading(cache?.files));
    const workshop = await openWorkshop(context, toolkitRead, typesetter);
    const { toolkit, templates, images } = workshop;
    const lists = await Promise.all(wanted.lists.map((list) => listFacts(context, workshop, list)));
    const campaign = { ...(await campaignFacts(context, workshop)), lists };
    const input = await withTools(workshop.checkInput);
    const topics = await wanted.choose(toolkit);
    const fresh = crew.judging({ toolkit, now, depth }, input);
    const judge = cache?.around(fresh, { toolkit, templates, images, input, depth }) ?? fresh;
    const onTopic = (done: number) => wanted.onTopic(done, topics.length);
    const found = await checkToolkit(input, topics, {
      depth,
      judge,
      campaign,
      remember: cache?.remember,
      onTopic,
    });
    await cache?.save();
    return { toolkit, topics, lists, found };
  } finally {
    await Promise.all([typesetter.close(), crew.close()]);
  }
}

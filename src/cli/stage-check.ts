import { setImmediate as letOthersSpeak } from "node:timers/promises";
import { checkToolkit, withTools } from "../check/check.ts";
import { judgeHere, type Judge } from "../check/judge.ts";
import type { Problem } from "../domain/problem.ts";
import type { CheckCache } from "./check/cache.ts";
import { campaignFacts } from "./check/campaign-facts.ts";
import type { Context } from "./context.ts";
import type { Reading } from "./stage-reading.ts";

/** Finds what a quick check of a toolkit finds. */
export interface StageCheck {
  /**
   * Findings that are known are not looked for again.
   * @param signal ends the work between two topics
   * @throws when it was ended
   */
  readonly findings: (context: Context, reading: Reading, signal: AbortSignal) => Promise<readonly Problem[]>;
  readonly close: () => Promise<void>;
}

/** Checks in this process. */
export function checkHere(cache: CheckCache): StageCheck {
  return {
    findings: (context, { workshop }, signal) => findingsOf(context, workshop, cache, signal),
    close: () => cache.save(),
  };
}

async function findingsOf(
  context: Context,
  workshop: Reading["workshop"],
  cache: CheckCache,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const { toolkit, templates, images, checkInput } = workshop;
  const depth = "quick";
  const input = await withTools(checkInput);
  const pause = async () => {
    await letOthersSpeak();
    signal.throwIfAborted();
  };
  const judge = cache.around(gently(judgeHere(input, depth), pause), {
    toolkit,
    templates,
    images,
    input,
    depth,
  });
  const { problems } = await checkToolkit(input, toolkit.topics, {
    depth,
    judge,
    campaign: await campaignFacts(context, workshop),
    remember: cache.remember,
    onTopic: () => signal.throwIfAborted(),
    pause,
  });
  if (!cache.isFilled) await cache.save();
  return problems;
}

/** One topic at a time, and others have their turn in between. */
function gently(judge: Judge, pause: () => Promise<void>): Judge {
  return async function* (topics) {
    for (const topic of topics) {
      await pause();
      yield* judge([topic]);
    }
  };
}

import type { TypstResult } from "./typst/job.ts";

/** What a template says about its own fit, as the value of metadata labelled `<fit>`. Lengths in points. */
export interface Fit {
  readonly needed: number;
  readonly available: number;
  /** Height of one line of body text. */
  readonly line: number;
  /** Words that are wider than their column. */
  readonly words: readonly string[];
  /** The ease that a template has chosen by itself; all else then counts for this one. */
  readonly ease?: number | undefined;
}

/** One setting of the poster, to see whether it fits. */
export interface Attempt {
  readonly level: number;
  readonly result: TypstResult;
  /** Absent when the template says nothing about it: then the number of pages alone decides. */
  readonly fit: Fit | undefined;
}

/** Levels of the same text, from the tightest to the most generous; on level 0 space is as usual and text the smallest. */
export interface Levels {
  readonly lowest: number;
  readonly highest: number;
  /** The level on which text fills about `ratio` times the room it fills on level 0. */
  readonly filling: (ratio: number) => number;
}

/** True when all of it stands on one page, with every word inside its column. */
export function fits({ result, fit }: Attempt): boolean {
  const onePage = result.diagnostics.length === 0 && result.pages === 1;
  return onePage && (!fit || (fit.needed <= fit.available && fit.words.length === 0));
}

/** The highest level that fits, else the lowest: found in a few attempts, since each says how far off it is. */
export async function highestThatFits(
  levels: Levels,
  attempt: (level: number) => Promise<Attempt>,
): Promise<Attempt> {
  let good: Attempt | undefined;
  let bad: Attempt | undefined;
  for (let next: number | undefined = 0; next !== undefined; next = nextLevel(levels, good, bad)) {
    const tried = await attempt(next);
    if (tried.result.diagnostics.length > 0) return tried;
    if (fits(tried)) good = tried;
    else bad = tried;
  }
  return good ?? (bad as Attempt);
}

function nextLevel(levels: Levels, good: Attempt | undefined, bad: Attempt | undefined): number | undefined {
  if (!good) return bad?.level === levels.lowest ? undefined : levels.lowest;
  if (!bad) return good.level === levels.highest ? undefined : above(levels, good);
  if (bad.level - good.level === 1) return undefined;
  const [spare, lacking] = [-excess(good), excess(bad)];
  const share = spare >= 0 && lacking > 0 ? spare / (spare + lacking) : 0.5;
  const guess = Math.round(good.level + (bad.level - good.level) * share);
  return Math.min(Math.max(guess, good.level + 1), bad.level - 1);
}

function above({ highest, filling }: Levels, { level, fit }: Attempt): number {
  const guess = fit ? filling(fit.available / fit.needed) : highest;
  return Math.min(Math.max(guess, level + 1), highest);
}

function excess({ fit }: Attempt): number {
  return fit ? fit.needed - fit.available : Number.NaN;
}

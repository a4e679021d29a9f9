import { compareText, type Problem } from "../domain/problem.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { SourceMap } from "../domain/topic.ts";

/** A toolkit to show, and the files of it that are shown as they were before. */
export interface Kept {
  readonly toolkit: Toolkit;
  readonly stale: ReadonlySet<string>;
}

interface FromFile {
  readonly source: SourceMap;
}

/**
 * The toolkit as it is now; but what cannot be used at the moment, since its file is half edited or at fault, as it was
 * when it last could. What was deleted is gone.
 * @param last what was shown before
 */
export function keepLastGood(fresh: Toolkit, last: Toolkit | undefined): Kept {
  const stale = new Set<string>();
  if (!last) return { toolkit: fresh, stale };
  const faulty = new Set(fresh.problems.filter(isError).map(({ path }) => path));
  const keep = <Item extends FromFile>(now: readonly Item[], before: readonly Item[]): readonly Item[] => {
    const there = new Set(now.map(({ source }) => source.path));
    const kept = before.filter(({ source: { path } }) => faulty.has(path) && !there.has(path));
    for (const { source } of kept) stale.add(source.path);
    return kept.length === 0 ? now : [...now, ...kept];
  };
  const one = <Item extends FromFile>(now: Item, before: Item): Item => {
    if (!faulty.has(now.source.path)) return now;
    stale.add(now.source.path);
    return before;
  };
  return {
    toolkit: {
      ...fresh,
      settings: one(fresh.settings, last.settings),
      about: one(fresh.about, last.about),
      topics: keep(fresh.topics, last.topics).toSorted((a, b) => compareText(a.slug, b.slug)),
      posts: keep(fresh.posts, last.posts).toSorted(
        (a, b) => compareText(b.date, a.date) || compareText(a.slug, b.slug),
      ),
      brands: keep(fresh.brands, last.brands).toSorted((a, b) => compareText(a.id, b.id)),
      editions: keep(fresh.editions, last.editions).toSorted((a, b) => compareText(a.cycle, b.cycle)),
    },
    stale,
  };
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}

/** Work that nobody looks for at once, such as where an edition stands, steps aside while somebody waits for a page. */
export interface Calm {
  /** Somebody waits, until the function that it gives is called. */
  readonly begin: () => () => void;
  /** Resolves when nobody waits, nor has just done so; after a while in any case. */
  readonly quiet: () => Promise<void>;
}

/** A page asks for more a moment after it came. */
const moment = 80;
/** Whoever waits longer, such as for a poster, is not held up by other work. */
const longest = 1_000;

export function openCalm(): Calm {
  let waiting = 0;
  let recent: NodeJS.Timeout | undefined;
  const held = new Set<() => void>();
  const goOn = () => {
    recent = undefined;
    if (waiting > 0) return;
    for (const release of held) release();
    held.clear();
  };
  return {
    begin: () => {
      waiting += 1;
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        waiting -= 1;
        clearTimeout(recent);
        recent = setTimeout(goOn, moment).unref();
      };
    },
    quiet: () =>
      waiting === 0 && recent === undefined
        ? Promise.resolve()
        : new Promise((resolve) => {
            const late = setTimeout(release, longest);
            function release(): void {
              clearTimeout(late);
              held.delete(release);
              resolve();
            }
            held.add(release);
          }),
  };
}

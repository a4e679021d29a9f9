/**
 * Does work on several items at once and gives the results in the items' order. No more than `most` results exist or are
 * being made at a time, so memory stays flat however many items there are.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for (const item of items) {
      const result = work(item);
      // Its turn comes later; until then a failure must not count as one that nobody hears of.
      result.catch(() => {});
      underWay.push(result);
      if (underWay.length >= most) yield await (underWay.shift() as Promise<Result>);
    }
    while (underWay.length > 0) yield await (underWay.shift() as Promise<Result>);
  } finally {
    await Promise.allSettled(underWay);
  }
}

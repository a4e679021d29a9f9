type Work = () => unknown;

const works: Work[] = [];

/**
 * Has something done when the test file is over. Files share a process and what they import, so a support file cannot ask
 * for it with `afterAll`: it is loaded for the first of them alone.
 */
export function atEndOfFile(work: Work): void {
  works.push(work);
}

/** Does it, the latest first. */
export async function endFile(): Promise<void> {
  for (const work of works.splice(0).toReversed()) await work();
}

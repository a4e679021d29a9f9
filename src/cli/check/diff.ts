import { createTwoFilesPatch } from "diff";

/** What was changed in one file, in the form that git and `patch` read. */
export function unifiedDiff(file: string, before: string, after: string): string {
  return createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, { context: 1 })
    .replace(/^=+\n/, "")
    .trimEnd();
}

import { createTwoFilesPatch } from "diff";
import { visible } from "../../check/report.ts";

/** What was changed in one file, in the form that git and `patch` read; without what a terminal would obey. */
export function unifiedDiff(file: string, before: string, after: string): string {
  return createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, { context: 1 })
    .replace(/^=+\n/, "")
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/\r$/, "").split("\t").map(visible).join("\t"))
    .join("\n");
}

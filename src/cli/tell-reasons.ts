import { dayInWords } from "../domain/dates.ts";
import type { PlannedCycle } from "../plan/ahead.ts";
import { wrapText, type Output } from "./output.ts";

/** How many are named behind the winner, and among those that cannot come; `--json` lists all. */
const named = { behind: 3, refused: 5 };

/** The plan with what speaks for each topic and against the others, in lines that fit the terminal. */
export function planWithReasons(
  out: Pick<Output, "width" | "style">,
  cycles: readonly PlannedCycle[],
): string {
  const lines = cycles.flatMap((planned): string[] => {
    const { cycle, topic, why, picked, runnersUp, refused } = planned;
    const when = cycle.date ? `${dayInWords(cycle.date)}, ${cycle.date.slice(11, 16)}` : "not at all";
    const suggested = picked || !topic ? why : `suggested: ${why}`;
    return [
      `${out.style("bold", cycle.id)}  ${when}`,
      ...item(out.width, "  ", topic ? `${topic.slug}: ${suggested}` : suggested),
      ...group(
        out.width,
        "next in line",
        runnersUp.map((one) => `${one.topic.slug}: ${one.whyNot}`),
        named.behind,
      ),
      ...group(
        out.width,
        "cannot come",
        refused.map((one) => `${one.topic.slug}: ${one.why}`),
        named.refused,
      ),
      "",
    ];
  });
  return lines.slice(0, -1).join("\n");
}

function group(width: number, title: string, items: readonly string[], most: number): string[] {
  if (items.length === 0) return [];
  const more = items.length - most;
  return [
    `    ${title}:`,
    ...items.slice(0, most).flatMap((text) => item(width, "      ", text)),
    ...(more > 0 ? [`      and ${more.toLocaleString("en-GB")} more`] : []),
  ];
}

function item(width: number, indent: string, text: string): string[] {
  return wrapText(text, width - indent.length - 2).map((line, at) => `${indent}${at > 0 ? "  " : ""}${line}`);
}

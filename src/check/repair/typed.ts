import { problem, type Problem, type RuleId } from "../../domain/problem.ts";
import { levelOf } from "../../domain/rules.ts";
import type { Settings } from "../../domain/settings.ts";
import type { SourceMap } from "../../domain/topic.ts";
import { repairText } from "./repair.ts";

/** Rules about how a file is typed: what they find is just what a repair would change. */
const typed = ["file/spaces", "file/unseen", "link/quotes"] as const;

/** Where a repair may have something to do; most files are done with by this look. */
const suspects: Readonly<Record<(typeof typed)[number], RegExp>> = {
  "file/spaces": /[ \t]$|[^\n]$(?![^])/m,
  "file/unseen": /[\u00a0\u200b\u2060\ufeff]/,
  "link/quotes": /\]\([^)\n]*[“”„]/,
};

/** The faults of how a file is typed. */
export function typedFaults(
  { path, text = "" }: SourceMap,
  { checks }: Pick<Settings, "checks">,
  readYaml: (text: string) => unknown,
): Problem[] {
  const wanted = typed.filter((rule) => levelOf(rule, checks) !== "off" && suspects[rule].test(text));
  if (wanted.length === 0) return [];
  const isOn = (rule: RuleId) => wanted.some((one) => one === rule);
  return repairText(text, { isOn, hosts: new Set(), readYaml }).repairs.map(({ rule, ...position }) =>
    problem(rule as (typeof typed)[number], path, position, {}),
  );
}

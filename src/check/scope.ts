import type { Problem, RuleId } from "../domain/problem.ts";

type GroupOf<Rule extends string> = Rule extends `${infer Group}/${string}` ? Group : never;

/**
 * What a rule looks at: `file` when its findings stand in a file that a change touches or that names one, `toolkit`
 * when a change in one file may bring them up in any other. Without an entry for its group a rule does not compile.
 */
const reach: Readonly<Record<GroupOf<RuleId>, "file" | "toolkit">> = {
  brand: "file",
  cycle: "file",
  edition: "file",
  file: "file",
  "front-matter": "file",
  heading: "file",
  image: "file",
  link: "file",
  markdown: "file",
  // These show when topics are rendered, and may lie in a template or a note.
  output: "toolkit",
  poster: "toolkit",
  schema: "file",
  social: "toolkit",
  template: "file",
  text: "file",
  topic: "file",
  typst: "toolkit",
  yaml: "file",
};

/** Rules that reach further than the others of their group. */
const farther: ReadonlySet<RuleId> = new Set<RuleId>(["template/rendering"]);

/** True when a change in these files may have brought up the finding. */
export function isInScope({ path, rule }: Problem, paths: ReadonlySet<string>): boolean {
  return paths.has(path) || farther.has(rule) || reach[rule.split("/")[0] as GroupOf<RuleId>] === "toolkit";
}

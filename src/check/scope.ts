import type { Problem, RuleId } from "../domain/problem.ts";

type GroupOf<Rule extends string> = Rule extends `${infer Group}/${string}` ? Group : never;

/**
 * What a rule looks at: `file` when its findings stand in a file that a change touches or that names one, `toolkit`
 * when a change in one file may bring them up in any other. Without an entry for its group a rule does not compile.
 */
const reach: Readonly<Record<GroupOf<RuleId>, "file" | "toolkit">> = {
  brand: "file",
  cycle: "file",
  // A topic decides whether its edition may be sent.
  edition: "toolkit",
  email: "file",
  file: "file",
  "front-matter": "file",
  heading: "file",
  image: "file",
  link: "file",
  list: "toolkit",
  markdown: "file",
  newsletter: "file",
  // These show when topics are rendered, and may lie in a template or a note.
  output: "toolkit",
  pdf: "toolkit",
  // The calendar hangs together.
  pin: "toolkit",
  plan: "toolkit",
  poster: "toolkit",
  qr: "file",
  schema: "file",
  screen: "file",
  send: "toolkit",
  social: "toolkit",
  table: "file",
  template: "file",
  text: "file",
  topic: "file",
  typst: "toolkit",
  yaml: "file",
};

/** Rules that reach further than the others of their group. */
const farther: ReadonlySet<RuleId> = new Set<RuleId>([
  "file/case-clash",
  "template/rendering",
  "topic/duplicate-title",
  "topic/order-twice",
]);

/** True when a change in these files may have brought up the finding. */
export function isInScope({ path, rule }: Problem, paths: ReadonlySet<string>): boolean {
  return paths.has(path) || farther.has(rule) || reach[rule.split("/")[0] as GroupOf<RuleId>] === "toolkit";
}

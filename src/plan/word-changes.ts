import { count } from "../domain/count.ts";
import type { Audience } from "../domain/settings.ts";
import { variants, type Topic } from "../domain/topic.ts";

/** One part of a topic that is not what it was. */
export interface WordChange {
  /** The key in the topic's file; `body` is the article. */
  readonly part: string;
  /** As an officer would say it: `2 messages`. */
  readonly words: string;
}

const single = [
  ["title", "the title"],
  ["summary", "the summary"],
  ["scenario", "the scenario"],
] as const satisfies readonly [keyof Topic, string][];

const last = [
  ["link", "the link"],
  ["contact", "the contact"],
  ["body", "the article"],
  ["tags", "the tags"],
  ["review", "the review date"],
] as const satisfies readonly [keyof Topic, string][];

/** What is different between two versions of a topic, in the order in which it is read. How it is planned is left out. */
export function wordChanges(before: Topic, now: Topic, audiences: readonly Audience[]): WordChange[] {
  const whole = (keys: readonly (readonly [keyof Topic, string])[]): WordChange[] =>
    keys.flatMap(([part, words]) => (isSame(before[part], now[part]) ? [] : [{ part, words }]));
  const asked = [...new Set([...Object.keys(now.actions), ...Object.keys(before.actions)])];
  const titleOf = (id: string) => audiences.find((one) => one.id === id)?.title ?? id;
  return [
    ...whole(single),
    ...listChange("messages", "message", before.messages, now.messages),
    ...asked.flatMap((id) =>
      listChange(
        `actions.${id}`,
        "action",
        before.actions[id] ?? [],
        now.actions[id] ?? [],
        ` for ${titleOf(id)}`,
      ),
    ),
    ...listChange("sources", "source", before.sources, now.sources),
    ...variants.flatMap((variant) =>
      isSame(before.variants[variant], now.variants[variant])
        ? []
        : [{ part: `variants.${variant}`, words: `the words for the ${nameOf(variant)}` }],
    ),
    ...whole(last),
  ];
}

function nameOf(variant: (typeof variants)[number]): string {
  return variant === "social" ? "social posts" : variant;
}

/** `1 message`, `2 new messages`, `1 message left out`; `the order of the messages` when nothing else is different. */
function listChange(
  part: string,
  noun: string,
  before: readonly unknown[],
  now: readonly unknown[],
  after = "",
): WordChange[] {
  if (isSame(before, now)) return [];
  const gone = without(before, now);
  const come = without(now, before);
  const changed = Math.min(gone, come);
  const say = (amount: number, what: string, end = "") =>
    amount > 0 ? [`${count(amount, what)}${after}${end}`] : [];
  const said = [
    ...say(changed, noun),
    ...say(come - changed, `new ${noun}`),
    ...say(gone - changed, noun, " left out"),
  ];
  return [{ part, words: said.join(", ") || `the order of the ${noun}s${after}` }];
}

/** How many of the first list are not in the second, each counted as often as it stands there. */
function without(list: readonly unknown[], other: readonly unknown[]): number {
  const left = other.map(asText);
  let missing = 0;
  for (const one of list.map(asText)) {
    const at = left.indexOf(one);
    if (at < 0) missing += 1;
    else left.splice(at, 1);
  }
  return missing;
}

function isSame(a: unknown, b: unknown): boolean {
  return asText(a) === asText(b);
}

/** Keys in order: moving a key in a file changes nothing. */
function asText(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ""
  );
}

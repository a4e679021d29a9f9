import { dayInWords } from "../../domain/dates.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Topic } from "../../domain/topic.ts";
import type { ExitCode } from "../../domain/user-error.ts";
import { topicRows, type TopicRow } from "../../plan/topic-rows.ts";
import { findCycle, findTopic, requireSettings, tellProblems } from "../campaign.ts";
import { needsFlag, openToolkit, type Context } from "../context.ts";
import { count } from "../../domain/count.ts";
import { table, wrapText } from "../output.ts";
import { showSince } from "../show-since.ts";

/** `onetopic topics [slug]` */
export async function topics(
  context: Context,
  slug: string | undefined,
  { since }: { readonly since?: string | true } = {},
): Promise<ExitCode> {
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  if (since !== undefined) {
    if (slug === undefined) throw needsFlag("The topic", "its name (onetopic topics SLUG --since)");
    return showSince(context, toolkit, findTopic(toolkit, slug), since === true ? undefined : since);
  }
  const rows = topicRows(toolkit, findCycle(context, toolkit, undefined));
  if (slug !== undefined) return showTopic(context, toolkit, findTopic(toolkit, slug), rows);
  const { out } = context;
  out.document({ topics: rows });
  out.print(
    table(out, rows, [
      { title: "Topic", text: (row) => row.slug },
      { title: "Title", text: (row) => row.title, wraps: true },
      { title: "Status", text: (row) => row.status },
      { title: "Last", text: (row) => row.lastCycle ?? "never" },
      { title: "Next", text: (row) => row.nextCycle ?? "–" },
      { title: "Review", text: (row) => row.review ?? "–" },
    ]),
  );
  const ready = rows.filter(({ status }) => status === "ready").length;
  out.say();
  out.say(
    `${count(rows.length, "topic")}, ${ready} ready. Show one: onetopic topics SLUG. See the year: onetopic plan`,
  );
  return tellProblems(context, toolkit.problems);
}

function showTopic(context: Context, toolkit: Toolkit, topic: Topic, rows: readonly TopicRow[]): ExitCode {
  const { out } = context;
  const row = rows.find(({ slug }) => slug === topic.slug);
  const { source, body, ...fields } = topic;
  out.document({ topic: { ...row, ...fields, body, path: source.path } });
  const title = (id: string) =>
    toolkit.settings.audiences.find((audience) => audience.id === id)?.title ?? id;
  out.print(out.style("bold", topic.title));
  for (const line of wrapText(topic.summary, out.width)) out.print(line);
  out.print();
  const facts: [string, string][] = [
    ["File", source.path],
    ["Status", topic.status],
    ["Priority", String(topic.priority)],
    ["Last cycle", row?.lastCycle ?? "never"],
    ["Next cycle", row?.nextCycle ?? "not planned"],
    ["Review", topic.review ? dayInWords(topic.review) : "no date set"],
    ["Owner", topic.owner ?? "nobody named"],
  ];
  for (const [name, value] of facts) out.print(`${name.padEnd(12)}${value}`);
  printList(context, "Key messages", topic.messages);
  for (const [id, actions] of Object.entries(topic.actions))
    printList(context, `What we ask: ${title(id)}`, actions);
  out.say();
  out.say(`Next: onetopic pick ${topic.slug}, or see it: onetopic render ${topic.slug}`);
  return tellProblems(
    context,
    toolkit.problems.filter(({ path }) => path === source.path),
  );
}

function printList({ out }: Context, heading: string, items: readonly string[]): void {
  if (items.length === 0) return;
  out.print();
  out.print(out.style("bold", heading));
  for (const item of items) {
    const [first = "", ...rest] = wrapText(item, out.width - 4);
    out.print(`  - ${first}`);
    for (const line of rest) out.print(`    ${line}`);
  }
}

import type { Edition, KeptEdition } from "../domain/edition.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import { EXIT, UserError, type ExitCode } from "../domain/user-error.ts";
import { newestOfRoles } from "../plan/approvals.ts";
import { editionBefore, lastKept, sinceInWords } from "../plan/since.ts";
import { editionOf, findCycle } from "./campaign.ts";
import { unifiedDiff } from "./check/diff.ts";
import type { Context } from "./context.ts";
import { wrapText } from "./output.ts";
import { keptOf, sinceKept } from "./since.ts";

/** `onetopic topics SLUG --since [cycle]`: the lines that are not what they were. */
export async function showSince(
  context: Context,
  toolkit: Toolkit,
  topic: Topic,
  id: CycleId | undefined,
): Promise<ExitCode> {
  const { out } = context;
  const edition = await editionSince(context, toolkit, topic, id);
  const all = await keptOf(context, toolkit, edition.cycle, topic);
  const kept = id === undefined ? lastKept(all) : lastDifferent(all, topic, edition);
  const since = sinceKept(toolkit, topic, edition.cycle, kept);
  const diff = kept ? linesOf(kept, topic, edition) : "";
  out.document({ topic: topic.slug, since, diff });
  out.print(out.style("bold", topic.title));
  for (const line of wrapText(sinceInWords(since), out.width)) out.print(line);
  if (diff !== "") out.print();
  for (const line of diff === "" ? [] : diff.split("\n")) out.print(coloured(context, line));
  return EXIT.done;
}

/** The edition of the cycle named, else the latest that has gone out. */
async function editionSince(
  context: Context,
  toolkit: Toolkit,
  topic: Topic,
  id: CycleId | undefined,
): Promise<Edition> {
  const cycle = id ?? findCycle(context, toolkit, undefined).id;
  const own = editionOf(toolkit, cycle);
  const isOwn = own?.topic === topic.slug;
  if (id !== undefined) {
    if (isOwn) return own;
    throw neverCame(topic, `"${topic.slug}" is not the topic of ${id}.`);
  }
  if (isOwn && (await keptOf(context, toolkit, cycle, topic)).some(({ as }) => as === "sent")) return own;
  const before = editionBefore(toolkit, cycle, topic.slug);
  if (before) return before;
  throw neverCame(topic, `"${topic.slug}" has not gone out yet.`);
}

function neverCame({ slug }: Topic, message: string): UserError {
  const hint = `Name a cycle that it was picked for: onetopic topics ${slug} --since CYCLE. "onetopic report" lists what went out.`;
  return new UserError("not-used", message, hint);
}

/** What was sent; else the oldest of what is approved in each role and is not the same now. */
function lastDifferent(
  all: readonly KeptEdition[],
  { source }: Topic,
  { note, approvals }: Edition,
): KeptEdition | undefined {
  if (all.some(({ as }) => as === "sent")) return lastKept(all);
  const approved = new Set(newestOfRoles(approvals).map(({ digest }) => digest));
  const named = all.filter(({ digest = "" }) => approved.has(digest));
  return (
    (named.length > 0 ? named : all).find((one) => one.text !== source.text || (one.note ?? "") !== note) ??
    all.at(-1)
  );
}

function linesOf(kept: KeptEdition, { source }: Topic, edition: Edition): string {
  const pairs = [
    [source.path, kept.text, source.text ?? ""],
    // A pick has no note yet.
    ...(kept.as === "picked"
      ? []
      : [[edition.source.path, withEnd(kept.note), withEnd(edition.note)] as const]),
  ] as const;
  return pairs
    .flatMap(([file, before, now]) => (before === now ? [] : [unifiedDiff(file, before, now)]))
    .join("\n");
}

function withEnd(note = ""): string {
  return note === "" ? "" : `${note}\n`;
}

function coloured({ out }: Context, line: string): string {
  if (/^(?:---|\+\+\+) /.test(line)) return out.style("bold", line);
  if (line.startsWith("+")) return out.style("green", line);
  return line.startsWith("-") ? out.style("red", line) : line;
}

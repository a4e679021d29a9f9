import path from "node:path";
import { compareText } from "../../domain/problem.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import { EXIT, usageError, UserError, type ExitCode } from "../../domain/user-error.ts";
import { describe } from "../../check/words/words.ts";
import { dayOf, monthsLater } from "../../plan/calendar.ts";
import { isDay } from "../../toolkit/kinds.ts";
import { createExclusively } from "../../toolkit/files.ts";
import { checkTopicText } from "../../toolkit/load.ts";
import { draftTopic, slugOf, type TopicDraft } from "../../toolkit/scaffold.ts";
import { requireSettings } from "../campaign.ts";
import { needsFlag, openToolkit, type Context } from "../context.ts";
import { askText } from "../prompts.ts";

interface NewOptions {
  readonly summary?: string;
  readonly slug?: string;
  readonly message?: readonly string[];
  readonly action?: readonly string[];
  readonly link?: string;
  readonly owner?: string;
  readonly review?: string;
}

const emptySummary = "Write one sentence here that says what this is about.";

/** `onetopic new [title]` */
export async function newTopic(
  context: Context,
  title: string | undefined,
  options: NewOptions,
): Promise<ExitCode> {
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const answers =
    context.interactive && title === undefined
      ? await ask(context, toolkit, options)
      : fromFlags(context, toolkit, title, options);
  const slug = options.slug ?? slugOf(answers.title);
  if (slug !== slugOf(slug)) {
    throw usageError(
      "usage",
      `"${slug}" cannot be a file's name here.`,
      `Use small letters, digits and hyphens: --slug ${slugOf(slug)}`,
    );
  }
  const file = `content/topics/${slug}.md`;
  const text = draftTopic(answers);
  const faults = checkTopicText(text, file).filter(({ severity }) => severity === "error");
  if (faults.length > 0) {
    throw usageError(
      "bad-topic",
      faults.map((fault) => describe(fault)).join(" "),
      "Nothing was written. Correct it and try again.",
    );
  }
  if (!(await createExclusively(path.join(toolkit.root, file), text))) {
    throw new UserError(
      "topic-exists",
      `${file} is there already.`,
      "Choose another title, or another file name with --slug.",
      { place: { path: file } },
    );
  }
  context.out.document({ slug, path: file });
  context.out.print(`Written: ${file}`);
  context.out.say('It is a draft. Write the article below the second "---", then set "status: ready".');
  context.out.say(`Next: onetopic check ${file}`);
  return EXIT.done;
}

function fromFlags(
  context: Context,
  toolkit: Toolkit,
  title: string | undefined,
  options: NewOptions,
): TopicDraft {
  if (title === undefined || title.trim() === "") throw needsFlag("The title", 'onetopic new "TITLE"');
  return {
    title: title.trim(),
    summary: options.summary ?? emptySummary,
    messages: options.message ?? [],
    actions: actionsFrom(toolkit, options.action ?? []),
    link: options.link,
    owner: options.owner,
    review: options.review ?? inSixMonths(context, toolkit),
  };
}

async function ask(context: Context, toolkit: Toolkit, options: NewOptions): Promise<TopicDraft> {
  const title = await askText("Title", { check: (text) => lengthCheck(text, 80) });
  const summary =
    options.summary ?? (await askText("Summary, one sentence", { check: (text) => lengthCheck(text, 160) }));
  const messages = options.message ?? (await askSeveral("Key message", 5));
  const actions: Record<string, readonly string[]> = { ...actionsFrom(toolkit, options.action ?? []) };
  for (const { id, title: audience } of toolkit.settings.audiences) {
    if (!actions[id]) {
      const items = await askSeveral(`What is asked of: ${audience}`, 6);
      if (items.length > 0) actions[id] = items;
    }
  }
  const link =
    options.link ??
    (await askText("Where to read more, https://… (leave empty for none)", {
      check: (text) => text === "" || /^https?:\/\/\S+$/.test(text) || "An address begins with https://.",
    }));
  const owner = options.owner ?? (await askText("Who looks after this topic (leave empty for nobody yet)"));
  const review =
    options.review ??
    (await askText("Check the facts again on", {
      initial: inSixMonths(context, toolkit),
      check: (text) => isDay(text) || "Write a date such as 2027-05-31.",
    }));
  return { title, summary, messages, actions, link: link || undefined, owner: owner || undefined, review };
}

async function askSeveral(what: string, most: number): Promise<string[]> {
  const items: string[] = [];
  while (items.length < most) {
    const item = await askText(`${what} ${items.length + 1} (leave empty to go on)`, {
      check: (text) => text === "" || lengthCheck(text, 140),
    });
    if (item === "") break;
    items.push(item);
  }
  return items;
}

function lengthCheck(text: string, most: number): true | string {
  const length = text.trim().length;
  if (length === 0) return "Please write something.";
  return length <= most || `At most ${most} characters; this has ${length}.`;
}

function actionsFrom(toolkit: Toolkit, flags: readonly string[]): Record<string, string[]> {
  const known = toolkit.settings.audiences.map(({ id }) => id);
  const actions: Record<string, string[]> = {};
  for (const flag of flags) {
    const [, audience = "", text = ""] = /^([^=]+)=(.*)$/s.exec(flag) ?? [];
    if (!known.includes(audience) || text === "") {
      throw usageError(
        "usage",
        `"--action ${flag}" does not name an audience of this toolkit.`,
        `Write --action AUDIENCE=TEXT, with one of: ${known.toSorted(compareText).join(", ")}.`,
      );
    }
    (actions[audience] ??= []).push(text);
  }
  return actions;
}

function inSixMonths(context: Context, toolkit: Toolkit): string {
  return monthsLater(dayOf(toolkit.settings.cycle, context.now), 6);
}

import path from "node:path";
import type { Every } from "../../domain/settings.ts";
import { EXIT, usageError, UserError, type ExitCode } from "../../domain/user-error.ts";
import { dayOf, monthsLater } from "../../plan/calendar.ts";
import {
  copyShippedToolkit,
  slugOf,
  starterBrand,
  starterFiles,
  writeNewFiles,
  type ToolkitDraft,
} from "../../toolkit/scaffold.ts";
import { readAddress } from "../../toolkit/lists/addresses.ts";
import { requireLine } from "../campaign.ts";
import { packageRoot, type Context } from "../context.ts";
import { askSelect, askText } from "../prompts.ts";

interface InitOptions {
  readonly name?: string;
  readonly organisation?: string;
  readonly sender?: string;
  readonly every?: Every;
  readonly content?: "starter" | "interface";
}

/** The time zone in which "today" is told before there are settings. */
const homeZone = { timezone: "Europe/London" };

/** `onetopic init [dir]` */
export async function init(
  context: Context,
  dir: string | undefined,
  options: InitOptions,
): Promise<ExitCode> {
  const root = path.resolve(context.cwd, dir ?? context.toolkitFolder ?? ".");
  const content = options.content ?? (context.interactive ? await askContent() : "starter");
  const draft = await makeDraft(context, root, options);
  requireLine("--name", draft.name, 120);
  requireLine("--organisation", draft.organisation, 120);
  if ("reason" in readAddress(draft.sender)) {
    throw usageError(
      "usage",
      `"${draft.sender}" is not an e-mail address.`,
      "Give one such as comms@example.org with --sender.",
    );
  }
  const inTheWay =
    content === "starter" ? await writeNewFiles(root, starterFiles(draft)) : await copyInterface(root, draft);
  if (inTheWay.length > 0) {
    throw new UserError(
      "not-empty",
      `${root} has ${inTheWay.slice(0, 3).join(", ")} already, so nothing was written.`,
      "Choose an empty folder: onetopic init my-toolkit",
    );
  }
  const shown = path.relative(context.cwd, root) || ".";
  const { out } = context;
  out.document({ root, toolkit: draft.name, content });
  out.print(`Made the toolkit "${draft.name}" in ${shown}`);
  out.say("It works at once. Try, in this order:");
  if (shown !== ".") out.say(`  cd ${shown}`);
  for (const step of [
    "onetopic topics",
    "onetopic pick --auto",
    "onetopic check",
    "onetopic render",
    "onetopic send --to everyone",
  ]) {
    out.say(`  ${step}`);
  }
  out.say("The last is a dry run to an example list in var/lists/; nothing is sent.");
  return EXIT.done;
}

async function makeDraft(context: Context, root: string, options: InitOptions): Promise<ToolkitDraft> {
  const today = dayOf(homeZone, context.now);
  const ask = async (given: string | undefined, question: string, initial: string): Promise<string> =>
    given ?? (context.interactive ? await askText(question, { initial }) : initial);
  const name = await ask(options.name, "What is the toolkit called", titleFrom(path.basename(root)));
  const organisation = await ask(options.organisation, "Whose toolkit is it", name);
  const sender = await ask(options.sender, "Which address do messages come from", "comms@example.org");
  const every = options.every ?? (context.interactive ? await askEvery() : "month");
  return { name, organisation, sender, every, today, review: monthsLater(today, 12) };
}

function askContent(): Promise<"starter" | "interface"> {
  return askSelect("What do you want to start with", [
    { value: "starter", name: "One example topic, to write your own beside it" },
    { value: "interface", name: "The ready-made topics on working across primary and secondary care" },
  ]);
}

function askEvery(): Promise<Every> {
  return askSelect("How often does a topic go out", [
    { value: "month", name: "Every month" },
    { value: "fortnight", name: "Every fortnight" },
    { value: "week", name: "Every week" },
    { value: "quarter", name: "Every quarter" },
  ]);
}

function copyInterface(root: string, draft: ToolkitDraft): Promise<string[]> {
  const { name, organisation, sender, every, today } = draft;
  const brand = slugOf(organisation);
  return copyShippedToolkit(packageRoot, root, {
    review: draft.review,
    // Mail goes out under the officer's own name, not under that of an example.
    files: { [`content/brands/${brand}.yaml`]: starterBrand(draft) },
    settings: {
      toolkit: name,
      organisation,
      brand,
      sender: { name: organisation, address: sender },
      cycle: { every, starts: today, at: "09:30", timezone: homeZone.timezone, avoid: { weekends: true } },
    },
  });
}

function titleFrom(folder: string): string {
  const words = folder.replace(/[-_]+/g, " ").trim();
  return words === "" ? "Our topics" : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

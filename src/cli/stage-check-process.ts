import os from "node:os";
import process from "node:process";
import { UserError } from "../domain/user-error.ts";
import type { TemplateSet } from "../domain/template.ts";
import { createTypesetter } from "../render/typst/typesetter.ts";
import { openCheckCache, type CheckCache } from "./check/cache.ts";
import type { Context } from "./context.ts";
import { createOutput } from "./output.ts";
import { checkHere } from "./stage-check.ts";
import type { Answer, Order, Word } from "./stage-check-apart.ts";
import { readStage } from "./stage-reading.ts";

/* The process that checks behind the pages of a preview: one order after the other, and only the last one to its end. */

const out = createOutput(process, { json: false, quiet: true, verbose: false, colour: false });
/** A quick check sets nothing in type. */
const typesetter = createTypesetter();
let opened: Promise<CheckCache> | undefined;
/** Compiled already. */
let templates: TemplateSet | undefined;
let underWay: { readonly id: number; readonly abort: AbortController } | undefined;
let done: Promise<void> = Promise.resolve();

// Whoever stops the preview with Ctrl+C reaches this process too; it is the preview that ends it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.on("disconnect", () => process.exit());
process.on("message", (word: Word) => {
  if (word === "end") void end();
  else if ("stop" in word) stop(word.stop);
  else begin(word.order);
});
giveWay();

/** Pages and posters come first. Where that cannot be said, it is as it is. */
function giveWay(): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {}
}

function begin(order: Order): void {
  underWay?.abort.abort();
  const abort = new AbortController();
  underWay = { id: order.id, abort };
  done = done.then(() => carryOut(order, abort.signal)).then(answer);
}

function stop(id: number): void {
  if (underWay?.id === id) underWay.abort.abort();
}

async function end(): Promise<void> {
  underWay?.abort.abort();
  await done;
  await (await opened)?.save();
  process.exit();
}

async function carryOut(order: Order, signal: AbortSignal): Promise<Answer | undefined> {
  const { id, root, cwd, ledger, now, before } = order;
  if (signal.aborted) return undefined;
  try {
    const { env } = process;
    const context: Context = { out, cwd, env, interactive: false, now, toolkitFolder: root, ledger, signal };
    const cache = await (opened ??= openCheckCache(root, "quick"));
    const reading = await readStage(
      context,
      root,
      { files: cache.files, typesetter },
      { templates, ...before },
    );
    ({ templates } = reading.workshop);
    return { id, problems: await checkHere(cache).findings(context, reading, signal) };
  } catch (error) {
    return signal.aborted ? undefined : { id, fault: inWords(error) };
  }
}

function inWords(error: unknown): Answer["fault"] {
  if (error instanceof UserError) {
    const { code, message, hint } = error;
    return { code, message: out.conceal(message), hint: out.conceal(hint) };
  }
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: out.conceal(words), hint: "" };
}

function answer(found: Answer | undefined): void {
  if (found) process.send?.(found, () => {});
}

import path from "node:path";
import { kitDigest, knownNeeds } from "../deliver/kits.ts";
import type { Ledger } from "../deliver/ledger.ts";
import type { NewRun, Run } from "../deliver/records.ts";
import type { Staging } from "../deliver/staging.ts";
import type { CycleId } from "../domain/topic.ts";
import { UserError } from "../domain/user-error.ts";
import { isMailServer } from "../plan/delivery.ts";
import { picturesNamed, templatesUsed } from "../render/digest.ts";
import {
  fillKitFolder,
  makeKitFolder,
  readKitFolder,
  removeKitFolder,
  type KitContents,
  writeKitFile,
} from "../toolkit/kit.ts";
import { loadToolkit, settingsFile } from "../toolkit/load.ts";
import { loadTemplates } from "../toolkit/templates.ts";
import { findCycle, problemError, requireEdition } from "./campaign.ts";
import { readVersion, type Context } from "./context.ts";
import type { Mailing } from "./sending.ts";
import { editionNow, furnish, type Workshop } from "./workshop.ts";

/**
 * Freezes a run, with what its messages are composed from where other machines may send it. Nothing is packed for a ledger
 * that one machine has for itself, nor for an outbox or a mail command, which are of one machine.
 * @throws UserError when something cannot be packed, or was changed since the edition was judged
 */
export async function freezeWithKit(
  context: Context,
  workshop: Workshop,
  mailing: Pick<Mailing, "topic" | "edition">,
  { ledger, wanted, staged }: { ledger: Ledger; wanted: NewRun; staged: Staging },
): Promise<Run> {
  if (!ledger.isShared || !isMailServer(wanted.transport)) return ledger.freeze(wanted, staged);
  const folder = await makeKitFolder();
  try {
    const { brand, images } = workshop;
    await fillKitFolder(folder, { toolkit: workshop.toolkit, brand, images, ...partsOf(workshop, mailing) });
    const packed = await openKitFolder(context, folder, wanted.cycle);
    await packed.workshop.studio.close();
    if (packed.contentDigest !== wanted.contentDigest) throw changedMeanwhile();
    const files = () => readKitFolder(folder);
    const kit = { digest: await kitDigest(files()), madeWith: readVersion(), files };
    return await ledger.freeze(wanted, staged, kit);
  } finally {
    await removeKitFolder(folder);
  }
}

function partsOf(
  { toolkit, brand, templates }: Workshop,
  { topic, edition }: Pick<Mailing, "topic" | "edition">,
): Pick<KitContents, "templates" | "pictures"> {
  const { cycle, note } = edition;
  return {
    templates: templatesUsed({ templates, topic, settings: toolkit.settings }),
    pictures: picturesNamed({ topic, cycle, note, brand }),
  };
}

/** A run's edition, opened from what travelled with it. Call `close` at the end. */
export interface OpenKit {
  readonly workshop: Workshop;
  readonly mailing: Mailing;
  readonly close: () => Promise<void>;
}

/**
 * Opens a run's kit in a private folder.
 * @param home the folder in which the settings' keys and `.env` are looked for
 * @throws UserError when the run needs a newer worker, or its kit is not what was frozen
 */
export async function openKit(context: Context, ledger: Ledger, run: Run, home: string): Promise<OpenKit> {
  if ((run.needs ?? 0) > knownNeeds) throw tooNew(run);
  const folder = await makeKitFolder();
  try {
    for await (const file of ledger.kits.files(run)) await writeKitFile(folder, file);
    if ((await kitDigest(readKitFolder(folder))) !== run.kit) throw damaged(run);
    const { workshop, mailing, contentDigest } = await openKitFolder(context, folder, run.cycle).catch(
      (error: unknown) => {
        throw error instanceof UserError ? otherContent(run, `: ${error.message}`) : error;
      },
    );
    const close = async () => {
      await workshop.studio.close();
      await removeKitFolder(folder);
    };
    if (contentDigest !== run.contentDigest) throw otherContent(run);
    // Words, templates and pictures are of the kit; what is secret is of this machine.
    const toolkit = { ...workshop.toolkit, root: home };
    const variant = run.variant as Mailing["variant"];
    return { workshop: { ...workshop, toolkit }, mailing: { ...mailing, variant }, close };
  } catch (error) {
    await removeKitFolder(folder);
    throw error;
  }
}

async function openKitFolder(context: Context, folder: string, id: CycleId) {
  const toolkit = await loadToolkit(folder);
  const fault = toolkit.problems.find(
    ({ path: file, severity }) => file === settingsFile && severity === "error",
  );
  if (fault) throw problemError(fault);
  // Those of the kit alone: the package's own may be others by now.
  const { templates } = await loadTemplates(folder, path.join(folder, "templates"));
  const workshop = await furnish(context, toolkit, templates);
  const mailing = requireEdition(toolkit, findCycle(context, toolkit, id));
  const { contentDigest } = editionNow(workshop, mailing.topic, mailing.edition);
  return { workshop, mailing, contentDigest };
}

/** A run as people know it. */
export function nameOfRun({ cycle, variant, list }: Run): string {
  return `the ${variant} of ${cycle} to ${list}`;
}

function changedMeanwhile(): UserError {
  return new UserError(
    "changed",
    "Files of the toolkit were changed at the same moment, so what was judged is not what would be sent. Nothing was sent.",
    "Run the same command again.",
  );
}

function tooNew(run: Run): UserError {
  return new UserError(
    "worker-older",
    `This worker cannot send ${nameOfRun(run)}: it was frozen with onetopic ${run.madeWith}, which does things that onetopic ${readVersion()} does not know.`,
    "Update onetopic on this machine. Newer workers may send it meanwhile.",
    { exit: 2 },
  );
}

function damaged(run: Run): UserError {
  return new UserError(
    "kit-changed",
    `This worker does not send ${nameOfRun(run)}: the files that came with it are not those that were frozen.`,
    `Somebody has changed them in the ledger. Find out who can write to it; send the rest from the toolkit: onetopic resume ${run.cycle}.`,
  );
}

function otherContent(run: Run, why = "."): UserError {
  const mine = readVersion();
  const versions =
    run.madeWith === mine
      ? ""
      : ` It was frozen with onetopic ${run.madeWith}, and this is onetopic ${mine}.`;
  return new UserError(
    "kit-differs",
    `This worker does not send ${nameOfRun(run)}: it would not be what was frozen${why}${versions}`,
    `Use the same version of onetopic on all machines, or send the rest from the toolkit: onetopic resume ${run.cycle}.`,
  );
}

import path from "node:path";
import { topicProblems } from "../../check/hindrances.ts";
import type { Edition } from "../../domain/edition.ts";
import { hasErrors } from "../../domain/problem.ts";
import type { Topic } from "../../domain/topic.ts";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import { approvalPlaces } from "../../plan/approvals.ts";
import { sinceInWords } from "../../plan/since.ts";
import { writeAtomically } from "../../toolkit/files.ts";
import { findCycle, refuseFindings, requireEdition } from "../campaign.ts";
import type { Context } from "../context.ts";
import { changedSinceDigest, sinceLast } from "../since.ts";
import { editionDigest, type Workshop } from "../workshop.ts";

/** `onetopic export [cycle] --as docx`: what an approver reads and signs. */
export async function exportReview(
  context: Context,
  workshop: Workshop,
  id: string | undefined,
  out: string | undefined,
): Promise<ExitCode> {
  const { toolkit, images, brand, checkInput } = workshop;
  const cycle = findCycle(context, toolkit, id);
  const { topic, edition } = requireEdition(toolkit, cycle);
  const problems = topicProblems(checkInput, topic, edition);
  if (hasErrors(problems)) refuseFindings(context, problems);
  const digest = editionDigest(workshop, topic, edition);
  const input = workshop.inputOf(topic, cycle.id)({ variant: "newsletter", brand: brand.id });
  const since = await sinceLast(context, toolkit, topic, cycle.id);
  const changed = await changesSinceApprovals(context, workshop, topic, edition, digest);
  const { reviewPack } = await import("../../render/review/review.ts");
  const content = await reviewPack({
    toolkit,
    images,
    edition,
    digest,
    places: approvalPlaces(topic, toolkit.settings, edition.approvals, digest),
    since: since ? sinceInWords(since) : "",
    changedSince: (approved) => changed.get(approved) ?? "",
    inputOf: (variant, audience) => ({ ...input, variant, audience }),
  });
  const file =
    out === undefined
      ? path.join(toolkit.root, "out", topic.slug, "review.docx")
      : path.resolve(context.cwd, out);
  await writeAtomically(file, content);
  tell(context, file);
  return EXIT.done;
}

/** Whoever approved something else is told what has changed. The pack is read by others: the note is not theirs. */
async function changesSinceApprovals(
  context: Context,
  workshop: Workshop,
  topic: Topic,
  edition: Edition,
  digest: string,
): Promise<ReadonlyMap<string, string>> {
  const changed = new Map<string, string>();
  for (const approval of edition.approvals) {
    if (approval.digest === digest) continue;
    const words = await changedSinceDigest(context, workshop, { topic, edition }, approval.digest);
    changed.set(approval.digest, words.replace("your note", "the note"));
  }
  return changed;
}

function tell({ out, cwd }: Context, file: string): void {
  const shown = path.relative(cwd, file);
  out.document({ path: shown.split(path.sep).join("/") });
  out.print(`Written: ${shown}`);
  out.say(
    "A Word file to read and sign. Send it to those who approve; it says how each approval gets on record.",
  );
}

import path from "node:path";
import { topicProblems } from "../../check/hindrances.ts";
import { hasErrors } from "../../domain/problem.ts";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import { approvalPlaces } from "../../plan/approvals.ts";
import { writeAtomically } from "../../toolkit/files.ts";
import { findCycle, refuseFindings, requireEdition } from "../campaign.ts";
import type { Context } from "../context.ts";
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
  const { reviewPack } = await import("../../render/review/review.ts");
  const content = await reviewPack({
    toolkit,
    images,
    edition,
    digest,
    places: approvalPlaces(topic, toolkit.settings, edition.approvals, digest),
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

function tell({ out, cwd }: Context, file: string): void {
  const shown = path.relative(cwd, file);
  out.document({ path: shown.split(path.sep).join("/") });
  out.print(`Written: ${shown}`);
  out.say(
    "A Word file to read and sign. Send it to those who approve; it says how each approval gets on record.",
  );
}

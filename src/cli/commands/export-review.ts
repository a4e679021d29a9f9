import path from "node:path";
import { topicProblems } from "../../check/check.ts";
import { hasErrors } from "../../domain/problem.ts";
import { EXIT, usageError, type ExitCode } from "../../domain/user-error.ts";
import { approvalPlaces } from "../../plan/approvals.ts";
import { writeAtomically } from "../../toolkit/files.ts";
import { findCycle, refuseFindings, requireEdition, requireSettings } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { editionDigest, openWorkshop } from "../workshop.ts";

interface ReviewOptions {
  readonly audience?: string;
  readonly brand?: string;
  readonly out?: string;
}

/** `onetopic export [cycle] --as docx`: what an approver reads and signs. */
export async function exportReview(
  context: Context,
  id: string | undefined,
  options: ReviewOptions,
): Promise<ExitCode> {
  requireWhole(options);
  const workshop = await openWorkshop(context, await openToolkit(context));
  const { toolkit, images, brand, checkInput } = workshop;
  requireSettings(context, toolkit);
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
    options.out === undefined
      ? path.join(toolkit.root, "out", topic.slug, "review.docx")
      : path.resolve(context.cwd, options.out);
  await writeAtomically(file, content);
  tell(context, file);
  return EXIT.done;
}

/** An approval is of the whole edition, in the brand that it is bound to: no part of it can be reviewed alone. */
function requireWhole({ audience, brand }: ReviewOptions): void {
  const flag = audience === undefined ? (brand === undefined ? undefined : "--brand") : "--audience";
  if (flag === undefined) return;
  throw usageError(
    "usage",
    `The review pack holds the whole edition: ${flag} does not go with "--as docx".`,
    `Leave ${flag} out.`,
  );
}

function tell({ out, cwd }: Context, file: string): void {
  const shown = path.relative(cwd, file);
  out.document({ path: shown.split(path.sep).join("/") });
  out.print(`Written: ${shown}`);
  out.say(
    "A Word file to read and sign. Send it to those who approve; it says how each approval gets on record.",
  );
}

import { EXIT, usageError, UserError, type ExitCode } from "../../domain/user-error.ts";
import { approvalState } from "../../plan/approvals.ts";
import { missingInWords } from "../../plan/gates.ts";
import { dayOf } from "../../plan/calendar.ts";
import { addApproval } from "../../toolkit/editions.ts";
import { findCycle, requireEdition, requireLine, requireSettings } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { keepNow } from "../since.ts";
import { editionDigest, openWorkshop } from "../workshop.ts";

/** `onetopic approve [cycle] --by NAME --as ROLE` */
export async function approve(
  context: Context,
  id: string | undefined,
  options: { readonly by: string; readonly as: string },
): Promise<ExitCode> {
  const workshop = await openWorkshop(context, await openToolkit(context));
  const { toolkit } = workshop;
  requireSettings(context, toolkit);
  const cycle = findCycle(context, toolkit, id);
  const { edition, topic } = requireEdition(toolkit, cycle);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(options.as)) {
    throw usageError(
      "usage",
      `"${options.as}" is not a role.`,
      "Use a short name of small letters, digits and hyphens, such as primary-care.",
    );
  }
  requireLine("--by", options.by, 120);
  const digest = editionDigest(workshop, topic, edition);
  if (
    edition.approvals.some((one) => one.by === options.by && one.role === options.as && one.digest === digest)
  ) {
    throw new UserError(
      "already-approved",
      `${options.by} has approved ${cycle.id} as ${options.as} already.`,
      `See where things stand: onetopic status ${cycle.id}`,
    );
  }
  const approval = {
    by: options.by,
    role: options.as,
    on: dayOf(toolkit.settings.cycle, context.now),
    digest,
  };
  await addApproval(toolkit.root, cycle.id, approval);
  await keepNow(context, workshop, { topic, edition }, "approved");
  const { missing } = approvalState(topic, toolkit.settings, [...edition.approvals, approval], digest);
  context.out.document({ cycle: cycle.id, topic: topic.slug, approval, missing });
  context.out.print(`${cycle.id}: approved by ${options.by} as ${options.as}.`);
  context.out.say(
    missing.length > 0
      ? `Still to approve: ${missingInWords(missing)}. Each role needs a different person.`
      : "No further approval is needed.",
  );
  context.out.say("Any change to what would be sent voids the approval; undoing the change restores it.");
  return EXIT.done;
}

import path from "node:path";
import { topicProblems } from "../../check/check.ts";
import { hasErrors } from "../../domain/problem.ts";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import { inlineImages } from "../../render/images.ts";
import { draftMessage } from "../../render/letter.ts";
import { writeAtomically } from "../../toolkit/files.ts";
import { findCycle, refuseFindings, requireAudience, requireEdition, requireSettings } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { openWorkshop } from "../workshop.ts";

interface ExportOptions {
  readonly as: "html" | "eml" | "docx";
  readonly variant: "newsletter" | "email";
  readonly audience?: string;
  readonly brand?: string;
  readonly out?: string;
}

/** `onetopic export [cycle] --as html|eml|docx` */
export async function exportEdition(
  context: Context,
  id: string | undefined,
  options: ExportOptions,
): Promise<ExitCode> {
  const { as: form } = options;
  if (form === "docx") return (await import("./export-review.ts")).exportReview(context, id, options);
  const workshop = await openWorkshop(context, await openToolkit(context));
  const { toolkit, studio, brand, brandOf, checkInput } = workshop;
  requireSettings(context, toolkit);
  const cycle = findCycle(context, toolkit, id);
  const { topic, edition } = requireEdition(toolkit, cycle);
  if (options.audience !== undefined) requireAudience(toolkit, options.audience);
  const problems = topicProblems(checkInput, topic, edition);
  if (hasErrors(problems)) refuseFindings(context, problems);
  const wanted = options.brand === undefined ? brand : brandOf(options.brand);
  const { variant, audience } = options;
  const input = workshop.inputOf(topic, cycle.id)({ variant, audience, brand: wanted.id });
  const mail = await studio.mail(input);
  const content =
    form === "html"
      ? inlineImages(mail.html, mail.images)
      : await draftMessage(toolkit.settings, input, mail);
  const name =
    form === "html"
      ? bulletinName(wanted.id, brand.id)
      : [variant, audience, "draft.eml"].filter(Boolean).join(".");
  const file =
    options.out === undefined
      ? path.join(toolkit.root, "out", topic.slug, name)
      : path.resolve(context.cwd, options.out);
  await writeAtomically(file, content);
  tell(context, file, form);
  return EXIT.done;
}

function bulletinName(brand: string, standard: string): string {
  return brand === standard ? "bulletin.html" : `bulletin.${brand}.html`;
}

function tell({ out, cwd }: Context, file: string, form: "html" | "eml"): void {
  const shown = path.relative(cwd, file);
  out.document({ path: shown.split(path.sep).join("/") });
  out.print(`Written: ${shown}`);
  out.say(
    form === "html"
      ? "One file with everything in it. Open it in a browser, or paste it into your intranet or bulletin editor."
      : "An unsent draft. Open it in Outlook, add who it goes to, and send it.",
  );
}

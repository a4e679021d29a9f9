import path from "node:path";
import { tidy } from "../../check/check.ts";
import { topicProblems } from "../../check/hindrances.ts";
import { hasErrors } from "../../domain/problem.ts";
import { EXIT, usageError, type ExitCode } from "../../domain/user-error.ts";
import { inlineImages } from "../../render/images.ts";
import { draftMessage } from "../../render/letter.ts";
import { writeAtomically } from "../../toolkit/files.ts";
import { findCycle, refuseFindings, requireAudience, requireEdition, requireSettings } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { makePages } from "../rendering.ts";
import { openWorkshop, type Workshop } from "../workshop.ts";

interface ExportOptions {
  readonly as: "html" | "eml" | "zip" | "site" | "docx";
  readonly variant?: "newsletter" | "email";
  readonly audience?: string;
  readonly brand?: string;
  readonly allBrands?: boolean;
  readonly out?: string;
}

/** The flags that narrow each form, beside `--out`, which all of them take. */
const flagsOf: Readonly<Record<ExportOptions["as"], readonly (keyof ExportOptions)[]>> = {
  html: ["variant", "audience", "brand"],
  eml: ["variant", "audience", "brand"],
  zip: ["brand", "allBrands"],
  site: ["brand"],
  // An approval is of the whole edition, in the brand that it is bound to: no part of it can be reviewed alone.
  docx: [],
};

/** `onetopic export [cycle] --as html|eml|zip|site|docx` */
export async function exportEdition(
  context: Context,
  id: string | undefined,
  options: ExportOptions,
): Promise<ExitCode> {
  refuseUseless(options);
  const workshop = await openWorkshop(context, await openToolkit(context));
  requireSettings(context, workshop.toolkit);
  try {
    switch (options.as) {
      case "html":
      case "eml":
        return await exportMail(context, workshop, id, { ...options, as: options.as });
      case "zip":
        return await (await import("./export-pack.ts")).exportPack(context, workshop, id, options);
      case "site":
        return await (await import("./export-site.ts")).exportSite(context, workshop, id, options);
      case "docx":
        return await (await import("./export-review.ts")).exportReview(context, workshop, id, options.out);
    }
  } finally {
    await workshop.studio.close();
  }
}

/** A flag that would change nothing is told: it was meant to. */
function refuseUseless(options: ExportOptions): void {
  const useless = (["variant", "audience", "brand", "allBrands"] as const).find(
    (flag) => options[flag] !== undefined && !flagsOf[options.as].includes(flag),
  );
  if (useless === undefined) return;
  const flag = useless === "allBrands" ? "--all-brands" : `--${useless}`;
  throw usageError("usage", `${flag} does nothing with --as ${options.as}.`, `Leave ${flag} out.`);
}

/** `--as html|eml` */
async function exportMail(
  context: Context,
  workshop: Workshop,
  id: string | undefined,
  options: ExportOptions & { readonly as: "html" | "eml" },
): Promise<ExitCode> {
  const { toolkit, studio, brand, brandOf, checkInput } = workshop;
  const cycle = findCycle(context, toolkit, id);
  const { topic, edition } = requireEdition(toolkit, cycle);
  if (options.audience !== undefined) requireAudience(toolkit, options.audience);
  const wanted = options.brand === undefined ? brand : brandOf(options.brand);
  const problems = topicProblems(checkInput, topic, edition, [wanted.id]);
  if (hasErrors(problems)) refuseFindings(context, problems);
  const { variant = "newsletter", audience } = options;
  const input = workshop.inputOf(topic, cycle.id)({ variant, audience, brand: wanted.id });
  const mail = await makePages(context, variant, () => studio.mail(input));
  const broken = tidy(mail.problems, toolkit);
  if (hasErrors(broken)) refuseFindings(context, broken);
  const content =
    options.as === "html"
      ? inlineImages(mail.html, mail.images)
      : await draftMessage(toolkit.settings, input, mail);
  const name =
    options.as === "html"
      ? bulletinName(wanted.id, brand.id)
      : [variant, audience, "draft.eml"].filter(Boolean).join(".");
  const file =
    options.out === undefined
      ? path.join(toolkit.root, "out", topic.slug, name)
      : path.resolve(context.cwd, options.out);
  await writeAtomically(file, content);
  tell(context, file, options.as);
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

import path from "node:path";
import { tidy, topicProblems } from "../../check/check.ts";
import { hasErrors, type Problem } from "../../domain/problem.ts";

import { formats, variants, type CycleId, type Topic } from "../../domain/topic.ts";
import { usageError, type ExitCode } from "../../domain/user-error.ts";
import { didYouMean } from "../../check/words.ts";
import { planArtefacts, type ArtefactRequest } from "../../render/artefacts.ts";
import { inOrder } from "../../render/in-order.ts";
import { paperSizes, type SheetForm } from "../../render/sheets.ts";
import { writeAtomically, writeIfChanged } from "../../toolkit/files.ts";
import {
  findCycle,
  findTopic,
  refuseFindings,
  requireAudience,
  requireEdition,
  requireSettings,
  stopIfCancelled,
  tellProblems,
} from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { manifestOf, manifestText, type Manifest } from "../manifest.ts";
import { count } from "../output.ts";
import { startProgress } from "../progress.ts";
import { renderAll } from "../rendering.ts";
import { openWorkshop, type Workshop } from "../workshop.ts";

export interface RenderOptions {
  readonly all?: boolean;
  readonly variant?: string;
  readonly format?: string;
  readonly audience?: string;
  readonly brand?: string;
  readonly allBrands?: boolean;
  readonly size?: string;
  readonly press?: boolean;
  readonly largePrint?: boolean;
  readonly out?: string;
}

/** More than one, so that no typesetter waits while another topic's mails are made. */
const topicsAtOnce = 4;

interface Job {
  readonly topic: Topic;
  readonly cycle?: CycleId | undefined;
}

/** `onetopic render [name]` */
export async function render(
  context: Context,
  name: string | undefined,
  options: RenderOptions,
): Promise<ExitCode> {
  const workshop = await openWorkshop(context, await openToolkit(context));
  const { toolkit, studio } = workshop;
  try {
    requireSettings(context, toolkit);
    const request = readRequest(workshop, options);
    const jobs = findJobs(context, workshop, name, options);
    const progress = startProgress(context.out, "Rendering topic", jobs.length);
    const written: Written[] = [];
    const problems: Problem[] = [];
    const results = inOrder(jobs, topicsAtOnce, (job) =>
      renderJob(context, workshop, job, request, options.out),
    );
    let done = 0;
    progress.step(done);
    for await (const result of results) {
      stopIfCancelled(context);
      progress.step(++done);
      problems.push(...result.problems);
      if ("manifest" in result) written.push(result);
    }
    stopIfCancelled(context);
    progress.stop();
    if (written.length === 0 && hasErrors(problems)) refuseFindings(context, problems);
    tell(context, written, jobs.length);
    return tellProblems(context, tidy(problems, toolkit));
  } finally {
    await studio.close();
  }
}

/** A topic's files, and where they are, as shown to people. */
interface Written {
  readonly manifest: Manifest;
  readonly folder: string;
}

function findJobs(
  context: Context,
  { toolkit }: Workshop,
  name: string | undefined,
  { all }: RenderOptions,
): Job[] {
  if (all) {
    if (name !== undefined)
      throw usageError(
        "usage",
        "Name a topic or a cycle, or use --all, but not both.",
        "Leave one of the two out.",
      );
    return toolkit.topics.filter(({ status }) => status !== "retired").map((topic) => ({ topic }));
  }
  if (name !== undefined && !/^\d{4}-(\d|W\d|Q\d)/.test(name)) return [{ topic: findTopic(toolkit, name) }];
  const cycle = findCycle(context, toolkit, name);
  return [{ topic: requireEdition(toolkit, cycle).topic, cycle: cycle.id }];
}

function readRequest(workshop: Workshop, options: RenderOptions): ArtefactRequest {
  const { toolkit, brand, brandOf } = workshop;
  const wanted = readNames(options.variant, variants, "--variant") ?? variants;
  const { audience } = options;
  if (audience !== undefined) requireAudience(toolkit, audience);
  const all = toolkit.brands.length > 0 ? toolkit.brands.map(({ id }) => id) : [brand.id];
  const brands = options.allBrands
    ? all
    : [options.brand === undefined ? brand.id : brandOf(options.brand).id];
  const form: SheetForm | undefined = options.press
    ? "press"
    : options.largePrint
      ? "large-print"
      : undefined;
  const request = {
    variants: wanted,
    formats: readNames(options.format, formats, "--format"),
    audience,
    brands,
    sizes: readNames(options.size, paperSizes, "--size") ?? (["A4"] as const),
    form,
  };
  requireFormats(request);
  return request;
}

/** @throws UserError (exit 2) when a format was asked for that none of the variants has */
function requireFormats(request: ArtefactRequest): void {
  const { formats: wanted, variants: asked } = request;
  const possible = new Set(
    planArtefacts({ ...request, formats: undefined }, [], "").map(({ format }) => format),
  );
  const useless = wanted?.find((format) => !possible.has(format));
  if (useless === undefined) return;
  const press = request.form === "press" && asked.includes("poster") ? " for a press" : "";
  throw usageError(
    "usage",
    `${asked.join(" and ")} cannot be written as ${useless}${press}.`,
    `Use one of: ${[...possible].join(", ")}.`,
  );
}

function readNames<Name extends string>(
  given: string | undefined,
  known: readonly Name[],
  flag: string,
): Name[] | undefined {
  if (given === undefined) return undefined;
  const names = given.split(",").map((name) => name.trim());
  for (const name of names) {
    if (!known.includes(name as Name))
      throw usageError(
        "usage",
        `"${name}" is nothing that ${flag} knows.`,
        `${didYouMean(name, known)}Use one or more of: ${known.join(", ")}.`,
      );
  }
  return known.filter((name): name is Name => names.includes(name));
}

/** Renders everything first: with an error among the findings, nothing of the topic is written. */
async function renderJob(
  context: Context,
  workshop: Workshop,
  { topic, cycle }: Job,
  request: ArtefactRequest,
  outFolder: string | undefined,
): Promise<(Written | object) & { readonly problems: readonly Problem[] }> {
  const { toolkit, brand, checkInput } = workshop;
  const known = topicProblems(checkInput, topic);
  if (hasErrors(known)) return { problems: known };
  const specs = planArtefacts(
    request,
    toolkit.settings.audiences.map(({ id }) => id),
    brand.id,
  );
  const { files, problems } = await renderAll(workshop, specs, workshop.inputOf(topic, cycle));
  if (hasErrors(problems)) return { problems };
  const base =
    outFolder === undefined ? path.join(toolkit.root, "out") : path.resolve(context.cwd, outFolder);
  const folder = path.join(base, topic.slug);
  await Promise.all(files.map(({ spec, content }) => writeIfChanged(path.join(folder, spec.name), content)));
  const manifest = manifestOf(toolkit, topic, cycle, files);
  await writeAtomically(path.join(folder, "manifest.json"), manifestText(manifest));
  return { manifest, folder: path.relative(context.cwd, folder) || ".", problems };
}

function tell({ out }: Context, written: readonly Written[], jobs: number): void {
  const [only] = written;
  if (only && jobs === 1) out.document(only.manifest);
  else out.document({ manifests: written.map(({ manifest }) => manifest) });
  for (const { manifest, folder } of written) {
    out.print(`${folder}${path.sep}  ${count(manifest.artefacts.length, "file")}`);
    if (jobs === 1)
      for (const { path: name, bytes } of manifest.artefacts)
        out.print(`  ${name.padEnd(36)} ${kilobytes(bytes)}`);
  }
  if (only?.manifest.cycle !== undefined)
    out.say(`Next: onetopic send ${only.manifest.cycle} --to LIST (a dry run until you confirm)`);
}

function kilobytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1024))
    .toLocaleString("en-GB")
    .padStart(5)} kB`;
}

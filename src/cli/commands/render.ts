import path from "node:path";
import { unique } from "../../check/check.ts";
import { topicProblems } from "../../check/hindrances.ts";
import type { Edition } from "../../domain/edition.ts";
import { hasErrors, type Problem } from "../../domain/problem.ts";
import { formats, variants, type Topic } from "../../domain/topic.ts";
import { usageError, type ExitCode } from "../../domain/user-error.ts";
import { didYouMean } from "../../check/words/phrases.ts";
import { planArtefacts, type ArtefactRequest, type ArtefactSpec } from "../../render/artefacts.ts";
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
import { count } from "../../domain/count.ts";
import { startProgress } from "../progress.ts";
import { renderAll, type RenderedFile } from "../rendering.ts";
import { brandsWanted, openWorkshop, type Workshop } from "../workshop.ts";

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

/** More writes at once gain nothing, and there is a limit to open files. */
const writesAtOnce = 8;

interface Job {
  readonly topic: Topic;
  readonly edition?: Edition | undefined;
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
    const specs = specsOf(workshop, request);
    const jobs = findJobs(context, workshop, name, options);
    const progress = startProgress(context.out, "Rendering file", jobs.length * specs.length);
    let made = 0;
    const onFile = () => {
      stopIfCancelled(context);
      if (made + 1 < jobs.length * specs.length) progress.step(++made);
    };
    const base =
      options.out === undefined ? path.join(toolkit.root, "out") : path.resolve(context.cwd, options.out);
    const written: Written[] = [];
    const problems: Problem[] = [];
    for await (const result of inOrder(jobs, topicsAtOnce, async (job) => {
      const rendered = await renderJob(workshop, job, specs, onFile);
      return hasErrors(rendered.problems) ? rendered : writeFiles(context, workshop, job, rendered, base);
    })) {
      problems.push(...result.problems);
      if ("manifest" in result) written.push(result);
    }
    progress.stop();
    const found = unique(problems);
    if (written.length === 0 && hasErrors(found)) refuseFindings(context, found);
    tell(context, written, jobs.length);
    return tellProblems(context, found);
  } finally {
    await studio.close();
  }
}

/** A topic's files, and where they are, as shown to people. */
interface Written {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly problems: readonly Problem[];
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
  return [requireEdition(toolkit, cycle)];
}

function readRequest(workshop: Workshop, options: RenderOptions): ArtefactRequest {
  const { toolkit } = workshop;
  const wanted = readNames(options.variant, variants, "--variant") ?? variants;
  const { audience } = options;
  if (audience !== undefined) requireAudience(toolkit, audience);
  const form: SheetForm | undefined = options.press
    ? "press"
    : options.largePrint
      ? "large-print"
      : undefined;
  const request = {
    variants: wanted,
    formats: readNames(options.format, formats, "--format"),
    audience,
    brands: brandsWanted(workshop, options),
    sizes: readNames(options.size, paperSizes, "--size") ?? (["A4"] as const),
    form,
  };
  requireFormats(request);
  requirePosters(request, options);
  return request;
}

/** @throws UserError (exit 2) for a flag of posters when there will be none: it was meant to change something */
function requirePosters(request: ArtefactRequest, { size, press, largePrint }: RenderOptions): void {
  const flag = press ? "--press" : largePrint ? "--large-print" : size === undefined ? undefined : "--size";
  const makesPosters = planArtefacts(request, [], "").some(({ variant }) => variant === "poster");
  if (flag === undefined || makesPosters) return;
  throw usageError(
    "usage",
    `${flag} is for posters, and none would be made.`,
    `Leave ${flag} out, or ask for posters.`,
  );
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

function specsOf({ toolkit, brand }: Workshop, request: ArtefactRequest): ArtefactSpec[] {
  const audiences = toolkit.settings.audiences.map(({ id }) => id);
  return planArtefacts(request, audiences, brand.id);
}

interface RenderedTopic {
  readonly files: readonly RenderedFile[];
  readonly problems: readonly Problem[];
}

/** Renders everything of a topic first: with an error among the findings, nothing of it is written. */
async function renderJob(
  workshop: Workshop,
  { topic, edition }: Job,
  specs: readonly ArtefactSpec[],
  onFile: () => void,
): Promise<RenderedTopic> {
  const known = topicProblems(
    workshop.checkInput,
    topic,
    edition,
    specs.map(({ brand }) => brand),
  );
  if (hasErrors(known)) return { files: [], problems: known };
  return renderAll(workshop, specs, workshop.inputOf(topic, edition?.cycle), onFile);
}

async function writeFiles(
  context: Context,
  { toolkit }: Workshop,
  { topic, edition }: Job,
  { files, problems }: RenderedTopic,
  base: string,
): Promise<Written> {
  const folder = path.join(base, topic.slug);
  stopIfCancelled(context);
  const writes = inOrder(files, writesAtOnce, ({ spec, content }) =>
    writeIfChanged(path.join(folder, spec.name), content),
  );
  while (!(await writes.next()).done);
  const manifest = manifestOf(toolkit, topic, edition?.cycle, files);
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

import { createHash } from "node:crypto";
import path from "node:path";
import { topicProblems } from "../../check/hindrances.ts";
import type { EditionContext } from "../../domain/edition.ts";
import { hasErrors, sortProblems, type Problem } from "../../domain/problem.ts";
import type { CycleId, Topic } from "../../domain/topic.ts";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import { editionContext } from "../../plan/context.ts";
import { packArtefacts, packPages, type PackInput } from "../../render/pages/pack.ts";
import { zip } from "../../render/zip.ts";
import { writeIfChanged } from "../../toolkit/files.ts";
import { findCycle, refuseFindings, requireEdition, stopIfCancelled } from "../campaign.ts";
import type { Context } from "../context.ts";
import { manifestOf, manifestText } from "../manifest.ts";
import { count } from "../../domain/count.ts";
import { startProgress } from "../progress.ts";
import { makePages, renderAll } from "../rendering.ts";
import { brandsWanted, type Workshop } from "../workshop.ts";

interface PackOptions {
  readonly brand?: string;
  readonly allBrands?: boolean;
  readonly out?: string;
}

/** One zip, made and not written yet. */
interface Pack {
  readonly brand: string;
  /** How many artefacts are in it. */
  readonly files: number;
  readonly content: Buffer;
}

/**
 * `onetopic export [cycle] --as zip`: everything of one edition, one zip for each brand. All are made before the first
 * is written: with an error among the findings, there is none.
 */
export async function exportPack(
  context: Context,
  workshop: Workshop,
  id: CycleId | undefined,
  options: PackOptions,
): Promise<ExitCode> {
  const { toolkit, checkInput } = workshop;
  const cycle = findCycle(context, toolkit, id);
  const { topic, edition } = requireEdition(toolkit, cycle);
  const brands = brandsWanted(workshop, options);
  const known = topicProblems(checkInput, topic, edition, brands);
  if (hasErrors(known)) refuseFindings(context, known);
  const packs = await renderPacks(context, workshop, topic, editionContext(toolkit, cycle, edition), brands);
  const written = packs.map((pack) => ({ ...pack, file: fileOf(context, workshop, topic, pack, options) }));
  for (const { file, content } of written) await writeIfChanged(file, content);
  tell(context, written);
  return EXIT.done;
}

async function renderPacks(
  context: Context,
  workshop: Workshop,
  topic: Topic,
  edition: EditionContext,
  brands: readonly string[],
): Promise<Pack[]> {
  const audiences = workshop.toolkit.settings.audiences.map(({ id }) => id);
  const plans = brands.map((brand) => ({
    brand,
    specs: packArtefacts(brand, audiences, workshop.brand.id),
  }));
  const total = plans.reduce((sum, { specs }) => sum + specs.length, 0);
  const progress = startProgress(context.out, "Rendering file", total);
  const packs: Pack[] = [];
  const problems: Problem[] = [];
  let done = 0;
  for (const { brand, specs } of plans) {
    const inputOf = workshop.inputOf(topic, edition.cycle);
    const { files, problems: found } = await renderAll(workshop, specs, inputOf, () => {
      stopIfCancelled(context);
      progress.step(done++);
    });
    problems.push(...found);
    if (hasErrors(problems)) continue;
    const input = { topic, brand: workshop.brandOf(brand), edition, files };
    packs.push({ brand, files: files.length, content: await makePack(context, workshop, input) });
  }
  progress.stop();
  if (hasErrors(problems)) refuseFindings(context, sortProblems(problems));
  return packs;
}

/** With all brands, `--out` names a folder; with one, the file itself. */
function fileOf(
  { cwd }: Context,
  { toolkit }: Workshop,
  { slug }: Topic,
  { brand }: Pack,
  { out, allBrands }: PackOptions,
): string {
  const name = `${slug}.${brand}.zip`;
  if (out === undefined) return path.join(toolkit.root, "out", slug, name);
  return allBrands ? path.resolve(cwd, out, name) : path.resolve(cwd, out);
}

async function makePack(
  context: Context,
  { toolkit, images, studio }: Workshop,
  input: Omit<PackInput, "toolkit" | "images">,
): Promise<Buffer> {
  const { topic, edition, files } = input;
  const pages = await makePages(context, "the pack", () =>
    packPages(studio.pages, { toolkit, images, ...input }),
  );
  const manifest = manifestText(manifestOf(toolkit, topic, edition.cycle, files));
  return zip(
    new Map([
      ...pages,
      ["manifest.json", Buffer.from(manifest)],
      ...files.map(({ spec, content }) => [spec.name, content] as const),
    ]),
  );
}

function tell({ out, cwd }: Context, packs: readonly (Pack & { readonly file: string })[]): void {
  const shown = packs.map((pack) => ({ ...pack, file: path.relative(cwd, pack.file) }));
  out.document({
    packs: shown.map(({ file, brand, files, content }) => ({
      path: file.split(path.sep).join("/"),
      brand,
      files,
      bytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
    })),
  });
  for (const { file, files, content } of shown) {
    const kilobytes = Math.ceil(content.length / 1024).toLocaleString("en-GB");
    out.print(`Written: ${file}  (${count(files, "file")}, ${kilobytes} kB)`);
  }
  out.say("Hand it over as it is. Whoever unpacks it opens index.html first: it says what each file is for.");
}

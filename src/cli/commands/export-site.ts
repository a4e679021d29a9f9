import path from "node:path";
import { archiveProblems } from "../../check/hindrances.ts";
import type { Brand } from "../../domain/brand.ts";
import { hasErrors, sortProblems, type Problem } from "../../domain/problem.ts";
import { archiveFolder, type CycleId, type Topic } from "../../domain/topic.ts";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import { archivedEditions, archiveGate, type ArchivedEdition } from "../../plan/archive.ts";
import { sendDate } from "../../plan/calendar.ts";
import { planArtefacts } from "../../render/artefacts.ts";
import type { RenderInput } from "../../render/build-view.ts";
import { renderSite, type SiteEdition } from "../../render/pages/site.ts";
import { replaceSite, requireSiteFolder, type SiteChanges } from "../../toolkit/site-folder.ts";
import { findCycle, refuseFindings, requireEdition, requireTopic, stopIfCancelled } from "../campaign.ts";
import type { Context } from "../context.ts";
import { count } from "../../domain/count.ts";
import { startProgress } from "../progress.ts";
import { makePages, renderAll } from "../rendering.ts";
import type { Workshop } from "../workshop.ts";

interface SiteOptions {
  readonly brand?: string;
  readonly out?: string;
}

/** An edition with its topic. */
interface Job extends ArchivedEdition {
  readonly topic: Topic;
}

/**
 * `onetopic export [cycle] --as site`: the editions whose send date has come, bar drafts and those that nobody approved. A
 * cycle named is taken as if its date had come, so that a page can stand before the mail that links to it.
 */
export async function exportSite(
  context: Context,
  workshop: Workshop,
  id: CycleId | undefined,
  options: SiteOptions,
): Promise<ExitCode> {
  const { toolkit, images, checkInput, studio } = workshop;
  const folder =
    options.out === undefined
      ? path.join(toolkit.root, "out", archiveFolder)
      : path.resolve(context.cwd, options.out);
  await requireSiteFolder(folder);
  const brand = options.brand === undefined ? workshop.brand : workshop.brandOf(options.brand);
  const past = archivedEditions(toolkit.editions, toolkit.settings, lastMoment(context, workshop, id));
  const jobs = approvedJobs(context, workshop, past);
  const faults = archiveProblems(checkInput, jobs, brand.id);
  if (hasErrors(faults)) refuseFindings(context, faults);
  const editions = await renderEditions(context, workshop, brand, jobs);
  const files = await makePages(context, "the site", () =>
    renderSite(studio.pages, { toolkit, brand, images, editions }),
  );
  stopIfCancelled(context);
  const changes = await replaceSite(folder, toolkit.settings.toolkit, files);
  tell(context, folder, jobs.length, files.size, changes);
  tellNext(context, workshop, folder, past);
  return EXIT.done;
}

function lastMoment(context: Context, { toolkit }: Workshop, id: CycleId | undefined): Date {
  if (id === undefined) return context.now;
  const cycle = findCycle(context, toolkit, id);
  requireEdition(toolkit, cycle);
  const date = sendDate(toolkit.settings.cycle, cycle.id);
  return new Date(Math.max(context.now.getTime(), date === undefined ? 0 : Date.parse(date)));
}

/** The editions that may be shown, with their topics. It says which may not, and what to do. */
function approvedJobs({ out }: Context, { toolkit }: Workshop, archived: readonly ArchivedEdition[]): Job[] {
  return archived.flatMap((one): Job[] => {
    const topic = requireTopic(toolkit, one.edition);
    const gate = archiveGate(topic, toolkit.settings, one.edition);
    if (!gate) return [{ ...one, topic }];
    out.warn(`Left out: ${one.edition.cycle}. ${gate.why} ${gate.next}`);
    return [];
  });
}

async function renderEditions(
  context: Context,
  workshop: Workshop,
  brand: Brand,
  jobs: readonly Job[],
): Promise<SiteEdition[]> {
  const progress = startProgress(context.out, "Rendering edition", jobs.length);
  const problems: Problem[] = [];
  const editions: SiteEdition[] = [];
  for (const [done, job] of jobs.entries()) {
    stopIfCancelled(context);
    progress.step(done);
    const result = await renderEdition(workshop, brand, job);
    if ("problems" in result) problems.push(...result.problems);
    else editions.push(result);
  }
  progress.stop();
  if (hasErrors(problems)) refuseFindings(context, sortProblems(problems));
  return editions;
}

/** The newsletter and the poster of an edition, and what its page is made from; or why there is none. */
async function renderEdition(
  workshop: Workshop,
  brand: Brand,
  { topic, edition, label, date }: Job,
): Promise<SiteEdition | { problems: readonly Problem[] }> {
  const { toolkit, brand: standard, inputOf } = workshop;
  const { cycle, note } = edition;
  const specs = planArtefacts(
    {
      variants: ["newsletter", "poster"],
      formats: ["html", "pdf"],
      brands: [brand.id],
      sizes: ["A4"],
    },
    toolkit.settings.audiences.map(({ id }) => id),
    standard.id,
  );
  // A cycle from before the cadence was changed is none of the calendar's: it has its note, but nothing came next.
  const bare = { cycle, label, date, note, posts: [], next: [] };
  const input = (spec: Parameters<ReturnType<typeof inputOf>>[0]): RenderInput => {
    const made = inputOf(topic, cycle)(spec);
    return { ...made, edition: made.edition ?? bare };
  };
  const { files, problems } = await renderAll(workshop, specs, input);
  if (hasErrors(problems)) return { problems };
  const contentOf = (variant: string) => files.find(({ spec }) => spec.variant === variant)?.content;
  const [newsletter, poster] = [contentOf("newsletter"), contentOf("poster")];
  if (!newsletter || !poster) throw new Error(`The edition of ${cycle} was not rendered.`);
  return { cycle, label, date, input: input({ variant: "newsletter", brand: brand.id }), newsletter, poster };
}

function tell(
  { out, cwd }: Context,
  folder: string,
  editions: number,
  files: number,
  { written, removed, kept }: SiteChanges,
): void {
  const shown = path.relative(cwd, folder) || ".";
  const shownPath = shown.split(path.sep).join("/");
  out.document({ path: shownPath, editions, files, written, removed: removed.length, kept });
  out.print(`${shown}${path.sep}  ${count(editions, "edition")}, ${count(files, "file")}`);
  out.print(`  ${count(written, "file")} written, ${count(removed.length, "file")} removed`);
  for (const name of kept)
    out.warn(
      `${path.join(shown, name)} belongs no longer, but was changed since. Delete it if you do not need it.`,
    );
}

function tellNext(
  { out, cwd }: Context,
  { toolkit }: Workshop,
  folder: string,
  past: readonly ArchivedEdition[],
): void {
  const there = new Set(past.map(({ edition }) => edition.cycle));
  const ahead = toolkit.editions.map(({ cycle }) => cycle).filter((cycle) => !there.has(cycle));
  if (ahead.length > 0) {
    out.say(`Left out, since the send date is still to come: ${ahead.join(", ")}.`);
    out.say(`To have one in: onetopic export ${ahead[0]} --as site`);
  }
  if (toolkit.settings.site === undefined) {
    out.say("The feeds use relative links, which some feed readers do not take. To give whole addresses,");
    out.say("say in onetopic.yaml where the site will stand, and export again:");
    out.say("  site: { url: https://example.org/archive/ }");
  }
  out.say(
    `Open ${path.join(path.relative(cwd, folder), "index.html")} in a browser. To publish it, copy the folder to a web server.`,
  );
}

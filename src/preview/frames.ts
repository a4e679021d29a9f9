import { hasErrors } from "../domain/problem.ts";
import { variants } from "../domain/topic.ts";
import { planArtefacts, type ArtefactSpec } from "../render/artefacts.ts";
import { renderArtefacts } from "../render/render.ts";
import { paperSizes } from "../render/sheets.ts";
import { NotHere, type Asked, type FileAnswer } from "./page.ts";
import type { Stage } from "./stage.ts";

const types = {
  html: "text/html; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  eml: "text/plain; charset=utf-8",
  pdf: "application/pdf",
  png: "image/png",
} as const;

/** `/render/:slug/:artefact`: one rendered file of a topic, named as `onetopic render` names it. */
export async function renderedFile({ shown: { stage }, part }: Asked): Promise<FileAnswer> {
  const topic = stage.toolkit.topics.find(({ slug }) => slug === part("slug"));
  const spec = specsOf(stage).find(({ name }) => name === part("artefact"));
  if (!topic || !spec)
    throw new NotHere("There is no such file to show.", "The topic's page shows them all.");
  const cycle = stage.toolkit.editions.findLast((edition) => edition.topic === topic.slug)?.cycle;
  const inputOf = stage.inputOf(topic, cycle);
  for await (const { content, problems } of renderArtefacts(
    stage.studio,
    stage.toolkit.settings,
    [spec],
    inputOf,
  ))
    if (content && !hasErrors(problems))
      return { type: types[spec.format], content: new Uint8Array(content()) };
  throw new NotHere(`${spec.name} cannot be made.`, "The findings on the topic's page say why.");
}

function specsOf({ toolkit, brand }: Stage): ArtefactSpec[] {
  const audiences = toolkit.settings.audiences.map(({ id }) => id);
  const brands = toolkit.brands.length > 0 ? toolkit.brands.map(({ id }) => id) : [brand.id];
  return planArtefacts({ variants, brands, sizes: paperSizes }, audiences, brand.id);
}

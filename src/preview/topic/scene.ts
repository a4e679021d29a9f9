import { unique } from "../../check/check.ts";
import type { Problem } from "../../domain/problem.ts";
import type { Topic } from "../../domain/topic.ts";
import { artefactName, type ArtefactSpec } from "../../render/artefacts.ts";
import type { Asked } from "../page.ts";
import type { Stage } from "../stage.ts";
import { hindrances } from "./artefacts.ts";
import { pairsOf, queryOf, readChoices, usualChoices, type Choices } from "./choices.ts";
import { concerns } from "./finding-places.ts";
import type { Gallery } from "./gallery.ts";
import { findPerson, type PersonFound, type ShownPerson } from "./person.ts";

/** Everything that the parts of a topic's page are made from. */
export interface Scene {
  readonly stage: Stage;
  readonly gallery: Gallery;
  readonly topic: Topic;
  readonly choices: Choices;
  readonly found: PersonFound;
  readonly person: ShownPerson | undefined;
  /** Those of the topic, its edition and brand, and the templates. */
  readonly findings: readonly Problem[];
  readonly isChecked: boolean;
  /** The errors for which `onetopic render` would write nothing. */
  readonly refused: readonly Problem[];
  /** Files that are shown as they were before. */
  readonly stale: readonly string[];
  /** The same page with other choices. */
  readonly link: (other: Partial<Choices>) => string;
  readonly spec: (wanted: Omit<ArtefactSpec, "name" | "brand">) => ArtefactSpec;
}

/** Puts together what a request asks of a topic. */
export async function sceneOf({ shown, gallery, query }: Asked, topic: Topic): Promise<Scene> {
  const { stage, problems, isChecked } = shown;
  const choices = readChoices(query, stage, topic);
  const usual = usualChoices(stage, topic);
  const found = await findPerson(stage, choices);
  const person = found.kind === "person" ? found.person : undefined;
  const refused = hindrances(stage, topic, choices.cycle, choices.brand);
  const others = filesBeside(stage, choices);
  const files = { topic: topic.source.path, others };
  return {
    stage,
    gallery,
    topic,
    // Somebody on a list gets the version of their audience, whatever else is looked at.
    choices: person?.listed ? { ...choices, audience: person.listed.audience } : choices,
    found,
    person,
    findings: unique([...problems.filter((one) => concerns(one, files)), ...refused]),
    isChecked,
    refused,
    stale: [...stage.stale].filter((path) => concerns({ path }, files) || !path.startsWith("content/")),
    link: (other) => `/topics/${topic.slug}${queryOf(pairsOf({ ...choices, ...other }, usual))}`,
    spec: (wanted) => {
      const spec = { ...wanted, brand: choices.brand };
      return { ...spec, name: artefactName(spec, stage.brand.id) };
    },
  };
}

/** The files of the edition and the brand that are shown. */
function filesBeside({ toolkit, brandOf }: Stage, { cycle, brand }: Choices): string[] {
  const edition = toolkit.editions.find((one) => one.cycle === cycle);
  return [edition?.source.path, brandOf(brand).source.path].filter((path) => path !== undefined);
}

import { hasErrors, type Problem } from "../../domain/problem.ts";
import { variants, type CycleId, type Topic } from "../../domain/topic.ts";
import { tidy } from "../../check/check.ts";
import { topicProblems } from "../../check/hindrances.ts";
import { artefactName, planArtefacts, type ArtefactSpec } from "../../render/artefacts.ts";
import { paperSizes, type SheetForm } from "../../render/sheets.ts";
import type { Stage } from "../stage.ts";

const forms: readonly (SheetForm | undefined)[] = [undefined, "large-print", "press"];

/**
 * The artefact of a name, as `onetopic render` names it; and the picture of a poster for a press, which it does not write.
 * @param likely the brand that is meant where an audience has the same id
 */
export function specNamed(
  { toolkit, brand: usual }: Stage,
  name: string,
  likely: string,
): ArtefactSpec | undefined {
  const parts = new Set(name.split("."));
  const audiences = [undefined, ...toolkit.settings.audiences.map(({ id }) => id)];
  const brands = new Set([likely, usual.id, ...toolkit.brands.map(({ id }) => id)]);
  for (const brand of [...brands].filter((id) => id === usual.id || parts.has(id)))
    for (const audience of audiences.filter((id) => id === undefined || parts.has(id)))
      for (const form of forms) {
        const request = { variants, brands: [brand], sizes: paperSizes, audience, form };
        const specs = planArtefacts(request, [], usual.id);
        const found = specs.find((spec) => spec.name === name) ?? pressPicture(specs, name, usual.id);
        if (found) return found;
      }
  return undefined;
}

/** A press takes PDF alone; whoever looks at it here sees the same sheet. */
function pressPicture(specs: readonly ArtefactSpec[], name: string, usual: string): ArtefactSpec | undefined {
  return specs
    .filter(({ form }) => form === "press")
    .map((spec) => ({
      ...spec,
      format: "png" as const,
      name: artefactName({ ...spec, format: "png" }, usual),
    }))
    .find((spec) => spec.name === name);
}

/** True for what `onetopic render` writes. */
export function isWritten({ form, format }: ArtefactSpec): boolean {
  return form !== "press" || format === "pdf";
}

/** The topic's faults that keep `onetopic render` from writing anything of it. */
export function hindrances(
  stage: Stage,
  topic: Topic,
  cycle: CycleId | undefined,
  brand: string,
): readonly Problem[] {
  const edition = stage.toolkit.editions.find((one) => one.cycle === cycle);
  return topicProblems(stage.checkInput, topic, edition, [brand]).filter((one) => hasErrors([one]));
}

/** Problems of a rendering at the levels of the settings; what kept a file from being made stays an error. */
export function leveled(stage: Stage, problems: readonly Problem[], isMade: boolean): Problem[] {
  return isMade ? tidy(problems, stage.toolkit) : [...problems];
}

import { createHash } from "node:crypto";
import type { ArtefactSpec } from "../../render/artefacts.ts";
import { pairsOf, queryOf, usualChoices } from "./choices.ts";
import type { Piece } from "./rendering.ts";
import type { Scene } from "./scene.ts";

/**
 * Where a rendering is to be seen. The address changes with what it shows, so that frames and pictures are loaded again then,
 * and only then.
 * @param version what it shows, or what it is made from
 * @param last shows what was last made, by its digest
 */
export function shownAt(
  { stage, topic, choices }: Scene,
  { spec }: Piece,
  version: string,
  last?: string,
): string {
  const { brand, cycle, turned, person, scheme, images } = choices;
  const usual = usualChoices(stage, topic);
  const look = spec.format === "html" ? { scheme, images } : {};
  const pairs = pairsOf({ ...usual, brand, cycle, turned, person, ...look }, usual);
  const which: [string, string][] = last === undefined ? [["v", version]] : [["last", last]];
  return `/render/${topic.slug}/${spec.name}${queryOf([...pairs, ...which])}`;
}

/** Where a file is to be had as `onetopic render` writes it. */
export function downloadOf(
  { stage, topic, choices: { brand, cycle } }: Scene,
  { name }: ArtefactSpec,
): string {
  const usual = usualChoices(stage, topic);
  return `/download/${topic.slug}/${name}${queryOf(pairsOf({ ...usual, brand, cycle }, usual))}`;
}

/** Names what a file says. */
export function versionOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

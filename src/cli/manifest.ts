import { createHash } from "node:crypto";
import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import type { ArtefactSpec } from "../render/artefacts.ts";

/** `manifest.json` beside the files of one topic. */
export interface Manifest {
  readonly toolkit: string;
  readonly topic: string;
  readonly cycle?: CycleId | undefined;
  readonly artefacts: readonly ManifestEntry[];
}

/** An artefact as it was written; its name is its path, beside the manifest. */
interface ManifestEntry extends Omit<ArtefactSpec, "name"> {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The manifest of one topic's files. */
export function manifestOf(
  { settings }: Toolkit,
  { slug }: Topic,
  cycle: CycleId | undefined,
  files: readonly { readonly spec: ArtefactSpec; readonly content: Buffer }[],
): Manifest {
  return {
    toolkit: settings.toolkit,
    topic: slug,
    ...(cycle ? { cycle } : {}),
    artefacts: files.map(({ spec, content }) => entryOf(spec, content)),
  };
}

/** The manifest as it is written. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function entryOf(
  { name, variant, format, audience, brand, size, form }: ArtefactSpec,
  content: Buffer,
): ManifestEntry {
  return {
    path: name,
    variant,
    format,
    ...(audience === undefined ? {} : { audience }),
    brand,
    ...(size === undefined ? {} : { size }),
    ...(form === undefined ? {} : { form }),
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
  };
}

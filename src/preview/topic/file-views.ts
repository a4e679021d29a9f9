import { html as markup } from "hono/html";
import type { ArtefactSpec } from "../../render/artefacts.ts";
import type { Html } from "../page.ts";
import { downloadOf } from "./addresses.ts";
import type { Scene } from "./scene.ts";

/** Links to files, each under the name that `onetopic render` gives it. */
export function downloads(scene: Scene, specs: readonly ArtefactSpec[]): Html {
  return markup`<span class="group downloads"><span class="quiet">Download</span>${specs.map(
    (spec) =>
      markup` <a class="button small" href="${downloadOf(scene, spec)}" download="${spec.name}" aria-label="Download ${spec.name}">${spec.format}</a>`,
  )}</span>`;
}

/** `12 kB`, at least 1. */
export function inKilobytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1024)).toLocaleString("en-GB")} kB`;
}

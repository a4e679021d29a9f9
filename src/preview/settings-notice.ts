import { html as markup } from "hono/html";
import type { Shown } from "./live.ts";
import type { Html } from "./page.ts";
import { findingsList, staleNotice } from "./parts.ts";

/** Settings that cannot be used as they are now. */
export interface SettingsFault {
  readonly words: Html;
  /** False when others stand in that never were this toolkit's: then no date is known. */
  readonly isAsBefore: boolean;
}

/** What was there before serves as long as there was something. Nothing while the settings can be used. */
export function settingsFault({ stage, problems }: Shown): SettingsFault | undefined {
  const { path } = stage.toolkit.settings.source;
  const isRead = stage.toolkit.problems.every((one) => one.path !== path || one.severity !== "error");
  if (isRead) return undefined;
  const isAsBefore = stage.stale.has(path);
  const found = problems.filter((one) => one.path === path);
  const words = isAsBefore
    ? staleNotice(path)
    : markup`<section class="notice fault" aria-label="The settings cannot be used"><p><strong>${path} cannot be used as it is now.</strong> Until it is mended, neither dates nor the next step are known.</p></section>`;
  return { isAsBefore, words: markup`${words}\n<div class="card">${findingsList(found)}</div>` };
}

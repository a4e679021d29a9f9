import type { Brand } from "./brand.ts";
import type { Edition } from "./edition.ts";
import type { Problem } from "./problem.ts";
import type { Settings } from "./settings.ts";
import type { Post, SourceMap, Topic } from "./topic.ts";

/** Everything a toolkit's files say, read once. Files that cannot be understood are missing here and named in `problems`. */
export interface Toolkit {
  /** The folder, absolute. */
  readonly root: string;
  readonly settings: Settings;
  readonly about: About;
  /** Sorted by slug. */
  readonly topics: readonly Topic[];
  /** Newest first. */
  readonly posts: readonly Post[];
  /** Sorted by id. */
  readonly brands: readonly Brand[];
  /** In the order of their cycles. */
  readonly editions: readonly Edition[];
  readonly problems: readonly Problem[];
  /** The texts behind front matter that cannot be understood: their faults are told as well. */
  readonly orphans: readonly { readonly body: string; readonly source: SourceMap }[];
}

/** Why the toolkit exists: `content/toolkit.md`. */
export interface About {
  readonly title: string;
  readonly summary: string;
  readonly body: string;
  readonly source: SourceMap;
}

/** The brand used unless another is named: the settings' own, else the first, else a plain one. */
export function defaultBrand({ settings, brands }: Pick<Toolkit, "settings" | "brands">): Brand {
  return brands.find(({ id }) => id === settings.brand) ?? brands[0] ?? plainBrand(settings);
}

/** Stands in for a toolkit without brands: a dark teal, 9:1 on white. */
function plainBrand(settings: Settings): Brand {
  return {
    id: "plain",
    name: settings.organisation ?? settings.toolkit,
    colours: { primary: "#1f4e5f" },
    social: {},
    words: {},
    source: settings.source,
  };
}

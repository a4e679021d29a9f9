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
}

/** Why the toolkit exists: `content/toolkit.md`. */
export interface About {
  readonly title: string;
  readonly summary: string;
  readonly body: string;
  readonly source: SourceMap;
}

import type { Edition, EditionContext } from "../domain/edition.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { planAhead } from "./ahead.ts";
import type { Cycle } from "./calendar.ts";

const postsShown = 3;
/** How many of the cycles to come a newsletter lists. */
export const cyclesShown = 2;

/** What an artefact says of its cycle: the note, the posts up to its send date, and the topics that come next. */
export function editionContext(
  toolkit: Pick<Toolkit, "topics" | "editions" | "settings" | "posts">,
  cycle: Cycle,
  edition: Edition | undefined,
): EditionContext {
  const ahead = planAhead(toolkit, cycle.index, cyclesShown + 1);
  const day = cycle.date?.slice(0, 10) ?? "";
  return {
    cycle: cycle.id,
    label: cycle.label,
    date: cycle.date,
    note: edition?.note ?? "",
    source: edition?.source,
    posts: toolkit.posts.filter(({ date }) => day === "" || date <= day).slice(0, postsShown),
    next: ahead.cycles
      .slice(1)
      .flatMap(({ cycle: { label }, topic }) =>
        topic ? [{ label, title: topic.title, summary: topic.summary }] : [],
      ),
  };
}

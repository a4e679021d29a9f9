import type { Edition } from "../domain/edition.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import { placeInTime, type Cycle } from "./calendar.ts";
import { isTimely, type PickingFacts, type Standing, type Use } from "./picking.ts";

type Sources = Pick<Toolkit, "topics" | "editions" | "settings">;

/** What came before, walked cycle by cycle. */
export interface Rotation {
  /** What is known before a cycle. Cycles are asked for in their order. */
  readonly before: (cycle: Cycle) => PickingFacts;
  /** Takes a suggestion as used. Editions count by themselves. */
  readonly record: (cycle: Cycle, slug: string) => void;
  /** The edition that is written for a cycle. */
  readonly editionOf: (id: CycleId) => Edition | undefined;
}

/**
 * Walks from the first edition on. A round is over when every topic that can come has come in it: from then on, each may
 * come again.
 * @param first index of the first cycle that is planned
 */
export function openRotation(toolkit: Sources, first: number): Rotation {
  const editions = inOrder(toolkit);
  const byId = new Map(editions.map(({ edition }) => [edition.cycle, edition]));
  const past = new Map<string, Use>();
  const ahead = usesAhead(editions);
  const round = openRound(toolkit.topics, ahead);
  const audiences = openAudiences(toolkit, Math.min(first, editions[0]?.use.at ?? first));
  let walked = 0;
  const take = (use: Use, slug: string) => {
    round.take(use, slug);
    past.set(slug, use);
    audiences.take(slug, use.at);
  };
  const gap = toolkit.settings.cycle.gap ?? 0;
  return {
    before: ({ id, index, date }) => {
      for (let next = editions[walked]; next && next.use.at < index; next = editions[walked]) {
        take(next.use, next.edition.topic);
        walked += 1;
      }
      const waiting = audiences.waiting(index);
      const standingOf = ({ slug }: Topic): Standing => {
        const coming = nextUse(ahead.get(slug), index, id);
        const last = past.get(slug);
        const isNear = (use: Use | undefined) => use !== undefined && Math.abs(use.at - index) <= gap;
        const shown = isNear(last) && !isNear(coming) ? last : (coming ?? last);
        return {
          last: shown,
          ahead: shown !== undefined && shown === coming,
          hasRun: coming !== undefined || round.has(slug),
          gap: gap > 0 && isNear(shown) ? gap : undefined,
          waiting: waiting(slug),
        };
      };
      return { cycle: id, on: date?.slice(0, 10) ?? "", standingOf };
    },
    record: ({ id, index, date }, slug) => {
      take({ cycle: id, at: index, on: date?.slice(0, 10) ?? "" }, slug);
    },
    editionOf: (id) => byId.get(id),
  };
}

interface Placed {
  readonly edition: Edition;
  readonly use: Use;
}

/** One edition a cycle, in the order of time; those with an id that is no cycle at all are left out. */
function inOrder({ editions, settings }: Sources): Placed[] {
  const placed = new Map<CycleId, Placed>();
  const sorted = editions.toSorted((a, b) => (a.source.path < b.source.path ? -1 : 1));
  for (const edition of sorted) {
    const place = placed.has(edition.cycle) ? undefined : placeInTime(settings.cycle, edition.cycle);
    if (place) placed.set(edition.cycle, { edition, use: { cycle: edition.cycle, ...place } });
  }
  return [...placed.values()].toSorted(
    (a, b) => a.use.at - b.use.at || (a.edition.cycle < b.edition.cycle ? -1 : 1),
  );
}

function usesAhead(editions: readonly Placed[]): Map<string, Use[]> {
  const uses = new Map<string, Use[]>();
  for (const { edition, use } of editions) {
    const own = uses.get(edition.topic);
    if (own) own.push(use);
    else uses.set(edition.topic, [use]);
  }
  return uses;
}

/** The first use from a cycle on that is not its own. */
function nextUse(uses: readonly Use[] | undefined, index: number, id?: CycleId): Use | undefined {
  return uses?.find(({ at, cycle }) => at >= index && cycle !== id);
}

interface Round {
  readonly has: (slug: string) => boolean;
  readonly take: (use: Use, slug: string) => void;
}

/** A topic that is taken again ends the round, unless another waits: then somebody wanted it twice. */
function openRound(topics: readonly Topic[], ahead: ReadonlyMap<string, readonly Use[]>): Round {
  const done = new Set<string>();
  const isOver = ({ cycle, at, on }: Use) =>
    topics.every(
      (topic) =>
        done.has(topic.slug) ||
        !isTimely(topic, cycle, on) ||
        nextUse(ahead.get(topic.slug), at + 1) !== undefined,
    );
  return {
    has: (slug) => done.has(slug),
    take: (use, slug) => {
      if (done.has(slug) && isOver(use)) done.clear();
      done.add(slug);
    },
  };
}

interface Audiences {
  readonly take: (slug: string, at: number) => void;
  readonly waiting: (index: number) => (slug: string) => Standing["waiting"];
}

/**
 * How long each audience has had nothing. Its share: where 3 of 12 ready topics speak to it, one cycle in 4.
 * @param origin the cycle from which waiting counts
 */
function openAudiences({ topics, settings }: Sources, origin: number): Audiences {
  const spoken = new Map(topics.map((topic) => [topic.slug, spokenTo(topic, settings.audiences)]));
  const ready = topics.filter(({ status }) => status === "ready");
  const titles = new Map(settings.audiences.map(({ id, title }) => [id, title]));
  const shares = new Map(
    settings.audiences.flatMap(({ id }): [string, number][] => {
      const speaking = ready.filter(({ slug }) => spoken.get(slug)?.includes(id)).length;
      return speaking > 0 ? [[id, ready.length / speaking]] : [];
    }),
  );
  const last = new Map<string, number>();
  return {
    take: (slug, at) => {
      for (const id of spoken.get(slug) ?? []) last.set(id, at);
    },
    waiting: (index) => {
      const found = [...shares].flatMap(([id, share]) => {
        const since = index - (last.get(id) ?? origin - 1);
        const audience = titles.get(id) ?? id;
        // Those that every topic speaks to wait for none of them.
        const isLate = share > 1 && since >= share;
        return isLate ? [{ id, audience, cycles: since - 1, lateness: since / share }] : [];
      });
      const all = found.toSorted((a, b) => b.lateness - a.lateness || (a.id < b.id ? -1 : 1));
      if (all.length === 0) return () => undefined;
      return (slug) => all.find(({ id }) => spoken.get(slug)?.includes(id));
    },
  };
}

/** Those that the topic has asks for; all of them where it has none for anyone. */
export function spokenTo(
  { actions }: Pick<Topic, "actions">,
  audiences: Sources["settings"]["audiences"],
): readonly string[] {
  const all = audiences.map(({ id }) => id);
  const asked = all.filter((id) => (actions[id]?.length ?? 0) > 0);
  return asked.length > 0 ? asked : all;
}

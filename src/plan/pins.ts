import type { Toolkit } from "../domain/toolkit.ts";
import { isPastReview, type CycleId, type Day, type Topic } from "../domain/topic.ts";
import { cycleById, cycleOn, placeInTime, type Cycle } from "./calendar.ts";
import { compareCandidates, inSeason } from "./picking.ts";

/** What keeps a pinned topic from coming in the cycle it is pinned to. */
export type PinFault = { readonly slug: string } & (
  | { readonly why: "no-cycle" | "past" | "skipped" }
  | { readonly why: "season" | "review"; readonly date: Day }
  /** `used`: the cycle that is too near; `ahead` when it comes later than the one pinned to. */
  | { readonly why: "gap"; readonly used: CycleId; readonly ahead: boolean; readonly gap: number }
  /** `picked` when the other has the cycle already; else both are pinned to it. */
  | { readonly why: "clash"; readonly other: string; readonly picked: boolean }
);

type Sources = Pick<Toolkit, "topics" | "editions" | "settings">;

/** Everything wrong with the pins of topics that are not retired. */
export function pinFaults(toolkit: Sources, today: Day): PinFault[] {
  const { settings, topics, editions } = toolkit;
  const pinned = topics.filter(({ pin, status }) => pin !== undefined && status !== "retired");
  if (pinned.length === 0) return [];
  const current = cycleOn(settings.cycle, today).index;
  const picked = new Map(editions.map(({ cycle, topic }) => [cycle, topic]));
  return [...byPin(pinned)].flatMap(([pin, group]) => {
    const cycle = cycleById(settings.cycle, pin);
    const early = cycle === undefined ? "no-cycle" : cycle.index < current ? "past" : undefined;
    if (early || !cycle) return group.map(({ slug }): PinFault => ({ slug, why: early ?? "no-cycle" }));
    return [
      ...group.flatMap((topic) => untimelyPin(topic, cycle)),
      ...(picked.has(pin) ? [] : group.flatMap((topic) => tooNear(toolkit, topic, cycle))),
      ...clashes(group, cycle, picked.get(pin)),
    ];
  });
}

function byPin(pinned: readonly Topic[]): Map<CycleId, Topic[]> {
  const groups = new Map<CycleId, Topic[]>();
  for (const topic of pinned) {
    const { pin = "" } = topic;
    groups.set(pin, groups.get(pin) ?? []);
    groups.get(pin)?.push(topic);
  }
  return groups;
}

function untimelyPin(topic: Topic, { date }: Cycle): PinFault[] {
  const { slug, season } = topic;
  const on = date?.slice(0, 10);
  if (on === undefined) return [{ slug, why: "skipped" }];
  const faults: PinFault[] = [];
  if (season && !inSeason(season, on)) faults.push({ slug, why: "season", date: on });
  // One that is a draft has its facts checked before it is ready.
  if (topic.status === "ready" && isPastReview(topic, on)) faults.push({ slug, why: "review", date: on });
  return faults;
}

/** The gap wins over a pin: somebody may pick it by hand all the same. */
function tooNear({ settings, editions }: Sources, { slug, status }: Topic, { index }: Cycle): PinFault[] {
  const { gap = 0 } = settings.cycle;
  if (status !== "ready" || gap === 0) return [];
  for (const { cycle: used, topic } of editions) {
    const at = topic === slug ? placeInTime(settings.cycle, used)?.at : undefined;
    if (at !== undefined && Math.abs(at - index) <= gap)
      return [{ slug, why: "gap", used, ahead: at > index, gap }];
  }
  return [];
}

/** All but the one that comes: the one that is picked, else the ready one that is suggested before the others. */
function clashes(group: readonly Topic[], cycle: Cycle, picked: string | undefined): PinFault[] {
  const facts = {
    cycle: cycle.id,
    on: cycle.date?.slice(0, 10) ?? "",
    standingOf: () => ({ hasRun: false }),
  };
  const [first, ...rest] = group.toSorted(
    (a, b) => Number(b.status === "ready") - Number(a.status === "ready") || compareCandidates(a, b, facts),
  );
  const losers = picked === undefined ? rest : group.filter(({ slug }) => slug !== picked);
  const other = picked ?? first?.slug ?? "";
  return losers.map(({ slug }) => ({ slug, why: "clash", other, picked: picked !== undefined }));
}

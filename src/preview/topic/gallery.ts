import type { Problem } from "../../domain/problem.ts";

/** What was rendered: its bytes, or why there are none. */
export interface Made {
  readonly content?: Buffer | undefined;
  readonly problems: readonly Problem[];
}

/**
 * What was rendered lately, by a digest of what it was made from: the same is not made twice, and what can no longer be made
 * can still be shown as it last was.
 */
export interface Gallery {
  /** Gives what is known, or makes it; what is being made is not made again beside it. */
  readonly make: (digest: string, place: string, make: () => Promise<Made>) => Promise<Made>;
  /** What is known of a digest; nothing while it is being made, or when it never was. */
  readonly known: (digest: string) => Made | undefined;
  /** The digest of what could last be made for a place, if it is still there. */
  readonly last: (place: string) => string | undefined;
}

/** Posters of a few topics with their mails, and the mails of some dozens of edits: what goes first is made again in milliseconds. */
const usualRoom = 16 * 1024 * 1024;

/** A place's last digest takes little; so many are kept. */
const mostPlaces = 1_000;

/** @param room in bytes: what was not asked for longest goes first */
export function openGallery(room: number = usualRoom): Gallery {
  const known = new Map<string, Made>();
  const underWay = new Map<string, Promise<Made>>();
  const last = new Map<string, string>();
  let held = 0;

  const touch = (digest: string): Made | undefined => {
    const made = known.get(digest);
    if (made === undefined) return undefined;
    known.delete(digest);
    known.set(digest, made);
    return made;
  };
  const keep = (digest: string, made: Made) => {
    held += weightOf(made) - weightOf(known.get(digest));
    known.delete(digest);
    known.set(digest, made);
    for (const [oldest, other] of known) {
      if (held <= room || oldest === digest) break;
      known.delete(oldest);
      held -= weightOf(other);
    }
  };
  const hang = (place: string, digest: string) => {
    last.delete(place);
    last.set(place, digest);
    for (const [oldest] of last) {
      if (last.size <= mostPlaces) break;
      last.delete(oldest);
    }
  };
  return {
    make: (digest, place, make) => {
      const before = touch(digest);
      if (before) {
        if (before.content) hang(place, digest);
        return Promise.resolve(before);
      }
      const waiting = underWay.get(digest);
      if (waiting) return waiting;
      const work = make()
        .then((made) => {
          keep(digest, made);
          if (made.content) hang(place, digest);
          return made;
        })
        .finally(() => underWay.delete(digest));
      underWay.set(digest, work);
      return work;
    },
    known: touch,
    last: (place) => {
      const digest = last.get(place);
      return digest !== undefined && known.has(digest) ? digest : undefined;
    },
  };
}

/** What cannot be made takes some room as well, so that there is an end to it. */
function weightOf(made: Made | undefined): number {
  return made ? (made.content?.length ?? 0) + 1_024 : 0;
}

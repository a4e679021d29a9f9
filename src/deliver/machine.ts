import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** The machine as it runs since it was started, and within it those processes that see each other (a container's own). */
const place = placeOf();

function placeOf(): string {
  try {
    const facts = [readFileSync("/proc/sys/kernel/random/boot_id"), readlinkSync("/proc/self/ns/pid")];
    return createHash("sha256").update(facts.join(" ")).digest("hex").slice(0, 8);
  } catch {
    // Elsewhere than on Linux nothing tells one machine from another of the same name.
    return "elsewhere";
  }
}

let named = 0;

/** A name that no other sender bears. Two senders in one process, one after the other, are two. */
export function ownerName(random: () => number): string {
  named += 1;
  return `${hostname()}:${process.pid}:${place}:${random().toString(36).slice(2, 10)}${named}`;
}

/** Senders of this process that have ended though the ledger could not be told. */
const over = new Set<string>();

/** Notes that this process does nothing under that name any more. */
export function noteEnded(owner: string): void {
  over.add(owner);
}

/**
 * True when the process of that name was on this very machine and has ended, or is this one and does nothing under that name
 * any more: nobody need wait until its lease is over.
 */
export function hasEnded(owner: string): boolean {
  if (over.has(owner)) return true;
  const [, pid, where] = /:(\d+):([0-9a-f]{8}):\w+$/.exec(owner) ?? [];
  if (pid === undefined || where !== place) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === "ESRCH";
  }
}

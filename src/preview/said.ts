import { randomBytes } from "node:crypto";
import type { PickedTopic, PickWish } from "./stage.ts";

/**
 * What was said to somebody who pressed a button. The page that shows it has an address of its own, so that a reload or
 * a change of a file neither does it again nor takes the answer away.
 */
export type Said =
  | { readonly kind: "picked"; readonly picked: PickedTopic; readonly replaced: boolean }
  | {
      readonly kind: "refused";
      readonly message: string;
      readonly hint: string;
      /** What was asked for, so that nothing need be typed again. */
      readonly wish: PickWish;
    };

export interface SaidBook {
  /** @returns the name to ask for it by */
  readonly keep: (said: Said) => string;
  readonly of: (name: string | null) => Said | undefined;
}

/** So many answers are kept: nobody goes back further. */
const mostKept = 100;

export function openSaid(): SaidBook {
  const kept = new Map<string, Said>();
  return {
    keep: (said) => {
      if (kept.size >= mostKept) kept.delete(kept.keys().next().value ?? "");
      const name = randomBytes(8).toString("hex");
      kept.set(name, said);
      return name;
    },
    of: (name) => (name === null ? undefined : kept.get(name)),
  };
}

import type { Stage } from "./stage.ts";

/** What is worked out from a stage, once for each: nothing on a stage changes. */
export function remembered<Value>(make: (stage: Stage) => Value): (stage: Stage) => Value {
  const known = new WeakMap<Stage, { readonly value: Value }>();
  return (stage) => {
    const before = known.get(stage);
    if (before) return before.value;
    const value = make(stage);
    known.set(stage, { value });
    return value;
  };
}

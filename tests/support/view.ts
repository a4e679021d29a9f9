import { viewShape, type Shape, type View } from "../../src/render/view.ts";

/** A view in which every name has a value, and every value is empty. */
export function emptyView(): View {
  return empty(viewShape) as View;
}

function empty(shape: Shape): unknown {
  if (shape.kind === "list") return [];
  if (shape.kind !== "group") return "";
  if (shape.optional) return null;
  return Object.fromEntries(Object.entries(shape.fields).map(([name, field]) => [name, empty(field)]));
}

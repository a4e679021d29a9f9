import { problem, type Problem } from "../../domain/problem.ts";
import { elementsOf, type PageElement } from "./page-tree.ts";
import { awkward, personOf } from "./probes.ts";
import { placeIn, samplePage, type SampleOrder, type SampleRoom } from "./sample-pages.ts";

/**
 * Proves that what stands in a list never becomes markup: the mail to somebody whose row is as odd as can be has the same
 * elements and attributes as everyone's. What the templates say is read elsewhere; this is what comes of it.
 */
export async function personFaults(room: SampleRoom, orders: readonly SampleOrder[]): Promise<Problem[]> {
  const full = orders.filter((order) => order.full && order.audience === undefined);
  const found = await Promise.all(full.map((order) => faultsOf(room, order)));
  return found.flat();
}

async function faultsOf(room: SampleRoom, order: SampleOrder): Promise<Problem[]> {
  const [plain, odd] = await Promise.all(
    ["Plain", awkward].map((value) =>
      samplePage(room, { ...order, recipient: personOf(room.columns, value) }),
    ),
  );
  for (const page of [plain, odd]) if (page && !("html" in page)) return [page];
  if (!plain || !odd || !("html" in plain) || !("html" in odd)) return [];
  const before = elementsOf(plain.root);
  const after = elementsOf(odd.root);
  const at = after.findIndex((element, index) => shapeOf(element) !== shapeOf(before[index]));
  if (at < 0 && before.length === after.length) return [];
  const place = placeIn(room, after[at]?.parent ?? after.at(-1));
  const details = { expression: "recipient", place: "name" } as const;
  return place ? [problem("template/unsafe-place", place.file.path, place, details)] : [];
}

function shapeOf(element: PageElement | undefined): string {
  return element ? [element.name, ...element.attributes.keys()].join(" ") : "";
}

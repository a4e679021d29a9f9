import { describe, expect, it } from "vitest";
import { compareWith, baselineOf } from "../../../src/check/baseline.ts";
import { unique } from "../../../src/check/check.ts";
import { problemLine } from "../../../src/check/report.ts";
import { problem } from "../../../src/domain/problem.ts";

const at = { line: 7, column: 5 };
const tooLong = (artefact: string, word = "Donaudampf") =>
  problem("poster/word-too-long", "a.md", at, { artefact, word });

describe("a fault of many artefacts", () => {
  it("is told once, with how many more have it", () => {
    const found = [
      tooLong("poster.A3.large-print.pdf"),
      tooLong("poster.A5.pdf"),
      tooLong("poster.A3.pdf"),
      tooLong("poster.A3.pdf"),
      tooLong("poster.A3.pdf", "Schiff"),
    ];
    const told = unique(found);
    expect(told.map(problemLine)).toEqual([
      'a.md:7:5  error  poster/word-too-long  The word "Donaudampf" is wider than its place on poster.A3.pdf and 2 others. Use a shorter word or add a hyphen.',
      'a.md:7:5  error  poster/word-too-long  The word "Schiff" is wider than its place on poster.A3.pdf. Use a shorter word or add a hyphen.',
    ]);
    // Told again, or found in another order, it reads the same.
    expect(unique([...told, ...told])).toEqual(told);
    expect(unique(found.toReversed()).map(problemLine).toSorted()).toEqual(told.map(problemLine));
  });

  it("is told once however much there is too much of it", () => {
    const noRoom = (artefact: string, over: string) =>
      problem("poster/no-room", "a.md", at, { artefact, variant: "poster", over });
    const tooLarge = (artefact: string, size: string) =>
      problem("output/too-large", "a.md", at, { artefact, size, limit: "102 KB" });
    const found = [
      noRoom("poster.A3.pdf", "4 mm"),
      noRoom("poster.brand.A3.pdf", "9 mm"),
      tooLarge("email.html", "103 KB"),
      tooLarge("email.staff.html", "105 KB"),
      tooLarge("newsletter.html", "107 KB"),
    ];
    expect(unique(found).map((one) => problemLine(one).split("  ").at(-1))).toEqual([
      "email.html is 103 KB; Gmail cuts messages off at 102 KB. Shorten the topic. 2 others are too large as well.",
      'The text of poster.A3.pdf does not fit at the smallest allowed size: it is 4 mm too much. Shorten it, or give shorter words under "variants.poster". 1 other has no room either.',
    ]);
  });

  it("stays known when the first of them is mended", () => {
    const before = unique([tooLong("poster.A3.pdf"), tooLong("poster.A5.pdf")]);
    const after = unique([tooLong("poster.A5.pdf")]);
    const lineAt = () => "Donaudampf";
    expect(compareWith(baselineOf(before, "full", lineAt), after, lineAt).fresh).toEqual([]);
  });
});

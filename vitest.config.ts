import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Values in, values out: these share a process, so that what they import is loaded once. */
const pure = ["check", "domain", "plan", "toolkit"].map((room) => `tests/unit/${room}/**/*.test.ts`);

/** From the slowest on, so that none is left to run alone at the end. */
const rooms = ["e2e", "contract", "unit"];

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- It is no array.
    const sorted = await super.sort(files);
    const turn = ({ moduleId }: TestSpecification) =>
      rooms.findIndex((room) => moduleId.includes(`/tests/${room}/`)) >>> 0;
    return sorted.toSorted((a, b) => turn(a) - turn(b));
  }
}

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest leaves one core free; most of our tests wait for child processes of their own.
    maxWorkers: "100%",
    sequence: { sequencer: SlowestFirst },
    // It imports JSON in a way that Node does not take.
    server: { deps: { inline: ["@actions/workflow-parser"] } },
    projects: [
      {
        extends: true,
        test: {
          name: "pure",
          include: pure,
          isolate: false,
          setupFiles: ["tests/support/after-each-file.ts"],
        },
      },
      { extends: true, test: { name: "whole", include: ["tests/**/*.test.ts"], exclude: pure } },
    ],
  },
});

import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What measures or changes the process it runs in. All others share one for each worker: what they import is loaded once. */
const alone = ["tests/contract/bounces.test.ts", "tests/unit/cli/examine.test.ts"];

/** From the slowest on, so that none is left to run alone at the end. */
const rooms = ["e2e", "contract", "unit"];

/** A file that runs alone ends the process that the files before it shared. */
const isAlone = ({ project }: TestSpecification) => project.config.isolate;

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- It is no array.
    const sorted = await super.sort(files);
    const turn = ({ moduleId }: TestSpecification) =>
      rooms.findIndex((room) => moduleId.includes(`/tests/${room}/`)) >>> 0;
    return sorted.toSorted((a, b) => Number(isAlone(b)) - Number(isAlone(a)) || turn(a) - turn(b));
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
    setupFiles: ["tests/support/after-each-file.ts"],
    projects: [
      { extends: true, test: { name: "alone", include: alone } },
      {
        extends: true,
        test: { name: "together", include: ["tests/**/*.test.ts"], exclude: alone, isolate: false },
      },
    ],
  },
});

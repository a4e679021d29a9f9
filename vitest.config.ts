import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest leaves one core free; most of our tests wait for child processes of their own.
    maxWorkers: "100%",
    // It imports JSON in a way that Node does not take.
    server: { deps: { inline: ["@actions/workflow-parser"] } },
  },
});

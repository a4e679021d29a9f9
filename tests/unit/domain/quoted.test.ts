import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { quoted } from "../../../src/domain/quoted.ts";

const texts = [
  "staff",
  "my list.csv",
  `name="Sean O'Brien"`,
  'organisation~"Trust"',
  "cost=$HOME",
  `"a" and 'b' or $(date) \`id\``,
  "ends in \\",
  "ends in \\\\",
  `it's \\"there\\"`,
  `it's \\`,
];

it.skipIf(process.platform === "win32").each(texts)("%s comes through a shell as it is", (text) => {
  expect(execFileSync("sh", ["-c", `printf %s ${quoted(text)}`], { encoding: "utf8" })).toBe(text);
});

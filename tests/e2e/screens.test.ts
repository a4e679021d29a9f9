import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, it } from "vitest";
import { emptyFolder, expectCode, runCli } from "../support/cli.ts";
import { matchesGolden } from "../support/golden.ts";

const repository = path.resolve(import.meta.dirname, "../..");
/** Words of its own, the topic's words, and a brand with another colour. */
const topics = ["fit-notes", "contact-points", "vaccines"];
const pictures = ["screen", "social", "social.1080x1080"];

describe("the pictures of shipped topics look as they did", { timeout: 120_000 }, () => {
  const out = emptyFolder();

  beforeAll(async () => {
    for (const topic of topics) {
      const brand = topic === "vaccines" ? ["--brand", "fernhithe-trust"] : [];
      const wanted = ["--variant", "screen,social", "--format", "png", "--out", out, ...brand];
      expectCode(await runCli(["render", topic, ...wanted, "-C", repository]), 0);
    }
  }, 120_000);

  it.each(topics.flatMap((topic) => pictures.map((picture) => ({ topic, picture }))))(
    "$topic: $picture",
    ({ topic, picture }) => {
      const brand = topic === "vaccines" ? picture.replace(/^(\w+)/, "$1.fernhithe-trust") : picture;
      matchesGolden(`screens/${topic}.${picture}`, readFileSync(path.join(out, topic, `${brand}.png`)));
    },
  );
});

import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { keepEdition, keptPath, readKept } from "../../../src/toolkit/kept.ts";
import { chanceFrom } from "../../support/chance.ts";
import { emptyFolder } from "../../support/cli.ts";

const cycle = "2026-12";
const text = "---\ntitle: Lamps\n---\n\nOff.\n";
const one = { on: "2026-12-01", text };

describe("what is kept of an edition", () => {
  it("comes back as it was, whatever stands in it", async () => {
    const chance = chanceFrom(7);
    const pieces = [
      " ",
      "\n",
      "\t",
      "---\n",
      "# ",
      "- ",
      ": ",
      "'",
      '"',
      "\\",
      "é",
      "😀",
      "\u0085",
      "\u2028",
      "%",
      "|",
      "a",
      "\u0007",
      "{{x}}",
    ];
    for (let round = 0; round < 60; round += 1) {
      const root = emptyFolder();
      const odd = () => Array.from({ length: chance.below(30) }, () => chance.oneOf(pieces)).join("");
      const kept = {
        as: "sent",
        on: "2026-12-01",
        digest: "1",
        note: odd(),
        text: odd(),
        parts: { [`a:${odd()}`]: odd() },
      } as const;
      await keepEdition(root, cycle, "lamps", kept);
      expect(await readKept(root, cycle, "lamps")).toEqual([kept]);
    }
  });

  it("is one for each content, for the occasion that tells most; a pick gives way", async () => {
    const root = emptyFolder();
    const occasions = async () =>
      (await readKept(root, cycle, "lamps")).map(({ as, digest }) => [as, digest]);
    expect(await occasions()).toEqual([]);
    await keepEdition(root, cycle, "lamps", { ...one, as: "picked" });
    expect(await occasions()).toEqual([["picked", undefined]]);
    await keepEdition(root, cycle, "lamps", { ...one, as: "approved", digest: "1" });
    await keepEdition(root, cycle, "lamps", { ...one, as: "approved", digest: "2" });
    await keepEdition(root, cycle, "lamps", { ...one, as: "scheduled", digest: "1" });
    expect(await occasions()).toEqual([
      ["approved", "2"],
      ["scheduled", "1"],
    ]);
    await keepEdition(root, cycle, "lamps", { ...one, as: "sent", digest: "1" });
    const written = readFileSync(path.join(root, keptPath(cycle)), "utf8");
    await keepEdition(root, cycle, "lamps", { ...one, on: "2026-12-09", as: "approved", digest: "1" });
    expect(readFileSync(path.join(root, keptPath(cycle)), "utf8")).toBe(written);
    expect(await readKept(root, cycle, "other")).toEqual([]);
    await keepEdition(root, cycle, "other", { ...one, as: "picked" });
    expect(await occasions()).toEqual([]);
  });

  it("stands in the order in which it went out", async () => {
    const root = emptyFolder();
    const sent = (digest: string) => keepEdition(root, cycle, "lamps", { ...one, as: "sent", digest });
    for (const digest of ["1", "2", "1"]) await sent(digest);
    const written = readFileSync(path.join(root, keptPath(cycle)), "utf8");
    expect((await readKept(root, cycle, "lamps")).map(({ digest }) => digest)).toEqual(["2", "1"]);
    await keepEdition(root, cycle, "lamps", { ...one, on: "2026-12-09", as: "sent", digest: "1" });
    expect(readFileSync(path.join(root, keptPath(cycle)), "utf8")).toBe(written);
  });

  it("is refused rather than overwritten when it cannot be read", async () => {
    const root = emptyFolder();
    mkdirSync(path.join(root, "content", "kept"), { recursive: true });
    for (const broken of ["<<<<<<< HEAD\ntopic: a\n=======\n", "topic: lamps\n", "topic: [\n", ""]) {
      writeFileSync(path.join(root, keptPath(cycle)), broken);
      await expect(readKept(root, cycle, "lamps")).rejects.toThrow(
        "content/kept/2026-12.yaml cannot be read",
      );
      for (const as of ["picked", "sent"] as const)
        await expect(keepEdition(root, cycle, "lamps", { ...one, as, digest: "1" })).rejects.toThrow(
          "cannot be read",
        );
      expect(readFileSync(path.join(root, keptPath(cycle)), "utf8")).toBe(broken);
    }
  });

  it("is not written through a link that leads out of the toolkit", async () => {
    for (const linked of ["content", "content/kept"]) {
      const [root, elsewhere] = [emptyFolder(), emptyFolder()];
      if (linked !== "content") mkdirSync(path.join(root, "content"));
      symlinkSync(elsewhere, path.join(root, linked), "junction");
      for (const as of ["picked", "sent"] as const)
        await expect(keepEdition(root, cycle, "lamps", { ...one, as, digest: "1" })).rejects.toThrow(
          "leads out of the toolkit",
        );
      expect(readdirSync(elsewhere)).toEqual([]);
    }
  });
});

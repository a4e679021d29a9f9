import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Approval } from "../../../src/domain/edition.ts";
import { addApproval, createEdition, replaceTopic } from "../../../src/toolkit/editions.ts";
import { parseMarkdownFile } from "../../../src/toolkit/front-matter.ts";
import { chanceFrom, type Chance } from "../../support/chance.ts";
import { emptyFolder } from "../../support/cli.ts";

const file = "content/editions/2026-12.md";

/** A toolkit with this record of a cycle. */
function withEdition(text: string) {
  const root = emptyFolder();
  mkdirSync(path.join(root, "content/editions"), { recursive: true });
  writeFileSync(path.join(root, file), text);
  return { root, read: () => readFileSync(path.join(root, file), "utf8") };
}

const approval: Approval = { by: "Ann: A", role: "staff", on: "2026-11-22", digest: "0123456789abcdef" };
const picked = { on: "2026-11-22", why: 'Asked for: "now" # really' };

/** A record as somebody may have written it by hand: comments, spaces and empty lines anywhere. */
function byHand(chance: Chance): { front: string; body: string; comments: readonly string[] } {
  const comments: string[] = [];
  const note = () => {
    comments.push(`# note ${comments.length} – "quoted" & 'odd': {x}`);
    return comments.at(-1) ?? "";
  };
  const behind = () => (chance.once(3) ? `  ${note()}` : "");
  const above = (indent = "") => (chance.once(3) ? `${indent}${note()}\n` : "");
  const blocks = [
    () => `cycle: ${chance.oneOf(["2026-12", "'2026-12'"])}${behind()}\n`,
    () => `topic: ${chance.oneOf(["old", '"old"'])}${behind()}\n`,
    () =>
      chance.once(3)
        ? `picked: {on: 2026-11-01,   why: 'It''s time'}${behind()}\n`
        : `picked:${behind()}\n${above("  ")}  on: 2026-11-01${behind()}\n${above("  ")}  why: "Because: we can"${behind()}\n`,
    () => `extra: ${chance.oneOf(["007", "[a,  b]", "yes", "1.10", "'  spaced '"])}${behind()}\n`,
    () => `list:${behind()}\n${above("  ")}  - 12:30${behind()}\n  - { a: 1 }\n`,
  ];
  const written = chance.shuffled(blocks).map((block) => `${above()}${chance.once(4) ? "\n" : ""}${block()}`);
  const body = chance.oneOf([
    "",
    "\n",
    "Hello",
    "\n\n  Dear all,  \n\n---\n\n# not a comment\r\r\n{{x}}\t\n\n",
  ]);
  return { front: `${written.join("")}${above()}`, body: body.replaceAll("\r", ""), comments };
}

const valuesOf = (text: string) => parseMarkdownFile(text, file).value as Record<string, unknown>;

describe("a record that was edited by hand", () => {
  it("keeps its comments, its other keys and its note, whatever is approved or picked", async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const { front, body, comments } = byHand(chanceFrom(seed));
      const text = `---\n${front}---\n${body}`;
      const { root, read } = withEdition(text);
      const steps: readonly [() => Promise<void>, object][] = [
        [() => addApproval(root, "2026-12", approval), { approvals: [approval] }],
        [
          () => addApproval(root, "2026-12", { ...approval, by: "Bo" }),
          { approvals: [approval, { ...approval, by: "Bo" }] },
        ],
        [
          () => replaceTopic(root, { cycle: "2026-12", topic: "new", picked }, "old"),
          { topic: "new", picked, approvals: undefined },
        ],
      ];
      for (const [step, changed] of steps) {
        await step();
        const after = read();
        const at = `seed ${seed}\n${text}\n=>\n${after}`;
        expect(after.endsWith(`\n---\n${body}`), at).toBe(true);
        expect({ ...valuesOf(text), ...changed }, at).toEqual({ ...valuesOf(after), ...(changed as object) });
        for (const comment of comments) expect(after, at).toContain(comment);
      }
    }
  });

  it("keeps a comment above approvals that go", async () => {
    const approvals = `approvals:\n  - { by: Bo, role: staff, on: 2026-11-02, digest: 0123456789abcdef }\n`;
    for (const behind of ["", "extra: 1\n"]) {
      const front = `cycle: 2026-12\ntopic: old\n# Bo was asked twice.\n${approvals}${behind}`;
      const { root, read } = withEdition(`---\n${front}---\n`);
      await replaceTopic(root, { cycle: "2026-12", topic: "new", picked }, "old");
      expect(read()).toContain("# Bo was asked twice.");
      expect(read()).not.toContain("approvals");
    }
  });

  it("keeps line ends as on Windows", async () => {
    const { root, read } = withEdition("---\r\ncycle: 2026-12\r\ntopic: old\r\n---\r\n\r\nDear all,\r\n");
    await addApproval(root, "2026-12", approval);
    expect(read()).toMatch(/^---\r\ncycle: 2026-12\r\n[^]*\r\n---\r\n\r\nDear all,\r\n$/);
    expect(read().replaceAll("\r\n", "")).not.toContain("\n");
  });
});

describe("two at the same moment", () => {
  it("create one record; the other is told", async () => {
    const { root } = withEdition("---\ncycle: 2026-12\ntopic: old\n---\n");
    const made = await Promise.all(
      ["a", "b", "c"].map((topic) => createEdition(root, { cycle: "2027-01", topic, picked })),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    const winner = ["a", "b", "c"][made.indexOf(true)];
    expect(readFileSync(path.join(root, "content/editions/2027-01.md"), "utf8")).toContain(
      `topic: ${winner}\n`,
    );
  });

  it("do not replace what the other has just put there", async () => {
    const { root, read } = withEdition("---\ncycle: 2026-12\ntopic: old\n---\n");
    const done = await Promise.allSettled(
      ["a", "b", "c"].map((topic) => replaceTopic(root, { cycle: "2026-12", topic, picked }, "old")),
    );
    expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected", "rejected"]);
    const winner = ["a", "b", "c"][done.findIndex(({ status }) => status === "fulfilled")];
    expect(read()).toContain(`topic: ${winner}\n`);
    await expect(replaceTopic(root, { cycle: "2026-12", topic: "d", picked }, "old")).rejects.toMatchObject({
      code: "already-picked",
      message: `Somebody has picked "${winner}" for 2026-12 at the same moment.`,
    });
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import type { RuleId } from "../../../src/domain/problem.ts";
import { optionsOf, ruleIds, rules } from "../../../src/domain/rules.ts";
import type { CheckOptions } from "../../../src/cli/commands/check.ts";
import { checkHere } from "../../support/inside.ts";
import { documentOf, tempToolkit } from "../../support/cli.ts";
import { pageIds, readRulePage, shownFiles, type RulePage, type ShownFile } from "../../support/rule-page.ts";

interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

const pages = ruleIds.filter((id) => pageIds().includes(id)).map(readRulePage);
/** The options of a rule besides its level, with their defaults. */
const tunedBy = (id: string) =>
  Object.entries(rules[id as RuleId]).filter(
    ([name]) => name !== "level" && optionsOf(id as RuleId).includes(name),
  );

describe("the pages of the rules", () => {
  const front = /^# `(\S+)`\n\n(Error|Warning|Off unless asked for)\. (\S[^\n|]*[.!?)])\n\n## /;
  const levels = { error: "Error", warn: "Warning", off: "Off unless asked for" };

  it("are one for each rule", () => {
    expect(pageIds()).toEqual(ruleIds.toSorted());
  });

  it.for(pages)("$id: level, why, what is wrong and right, on what ground", ({ id, text, sections }) => {
    const [, title, level] = front.exec(text) ?? [];
    expect({ title, level }).toEqual({ title: id, level: levels[rules[id as RuleId].level] });
    const settings = tunedBy(id).length > 0 ? ["Settings"] : [];
    expect([...sections.keys()]).toEqual(["Why", "Wrong", "Right", ...settings, "Source"]);
    for (const [name, section] of sections) expect(section, name).not.toBe("");
    expect(sections.get("Source")).toMatch(/\]\(https:\/\/\S+\)|^(Our own rule|Trade practice)\b/);
  });

  const tuned = pages.filter(({ sections }) => sections.has("Settings"));
  it.for(tuned)("$id: every setting with its default", ({ id, sections }) => {
    const said = (sections.get("Settings") ?? "").toLowerCase();
    for (const [name, value] of tunedBy(id)) {
      expect(said).toContain(`\`${name}\``);
      const defaults = Array.isArray(value)
        ? value
        : typeof value === "object"
          ? Object.keys(value)
          : [value];
      for (const one of defaults) {
        const shown = typeof one === "number" ? one.toLocaleString("en-GB") : String(one).toLowerCase();
        expect(said).toContain(shown);
      }
    }
  });
});

/** From the cheapest on: an example is rendered only as far as its rule needs. */
const quick: CheckOptions = { quick: true };
const depths: readonly CheckOptions[] = [quick, {}, { full: true }];

/** What `check` says of the toolkit "tiny" with these files in it. */
async function checked(files: readonly ShownFile[], depth: CheckOptions, rule?: RuleId): Promise<Finding[]> {
  const toolkit = tempToolkit("tiny");
  for (const { path, content } of files) toolkit.write(path, content);
  const settings = toolkit.read("onetopic.yaml");
  if (rule && rules[rule].level === "off" && !/^checks:/m.test(settings))
    toolkit.write("onetopic.yaml", `${settings}checks:\n  ${rule}: warn\n`);
  return documentOf<{ findings: Finding[] }>(await checkHere(toolkit, depth)).findings;
}

/** The one topic that a section shows, if it shows nothing else and needs no settings of its own. */
function onlyTopic({ id, sections }: RulePage, section: string): ShownFile | undefined {
  const [file, ...others] = shownFiles(sections.get(section));
  const isPlain = /^content\/topics\/[a-z\d-]+\.md$/.test(file?.path ?? "") && others.length === 0;
  return isPlain && rules[id as RuleId].level !== "off" ? file : undefined;
}

/**
 * Single topics are checked in one go, each under a name of its own: page to findings. This saves two thirds of the time.
 * Whoever does not get there what its page says is checked again by itself.
 */
async function checkedTogether(section: string): Promise<Map<string, Finding[]>> {
  const topics = pages.flatMap((page) => {
    const file = onlyTopic(page, section);
    return file ? [{ id: page.id, path: `content/topics/${page.id.replace("/", "-")}.md`, file }] : [];
  });
  const findings = await checked(
    topics.map(({ path, file }) => ({ ...file, path })),
    quick,
  );
  return new Map(
    topics.map(({ id, path, file }) => [
      id,
      findings.filter((one) => one.path === path).map((one) => ({ ...one, path: file.path })),
    ]),
  );
}

describe("the examples of the rules", () => {
  let wrong: Awaited<ReturnType<typeof checkedTogether>>;
  let right: typeof wrong;
  beforeAll(async () => {
    wrong = await checkedTogether("Wrong");
    right = await checkedTogether("Right");
  });

  const shown = pages.filter(({ sections }) => shownFiles(sections.get("Wrong")).length > 0);
  it.for(shown)("$id: what is wrong is found, what is right is not", async ({ id, sections }) => {
    const rule = id as RuleId;
    const files = shownFiles(sections.get("Wrong"));
    const isWanted = (found: readonly Finding[]) =>
      found.length > 0 && found.every((one) => one.rule === rule);
    let depth: CheckOptions = quick;
    let found = wrong.get(id) ?? [];
    if (!isWanted(found)) {
      for (depth of depths) {
        found = await checked(files, depth, rule);
        if (found.length > 0) break;
      }
    }
    const told = found.map((one) => `${one.path}:${one.line} ${one.rule} ${one.message}`).join("\n");
    expect(new Set(found.map((one) => one.rule)), told).toEqual(new Set([rule]));
    const places = found.map(({ path, line }) => `${path}:${line}`);
    for (const { path, lines } of files)
      for (const line of lines) expect(places, told).toContain(`${path}:${line}`);
    if (depth === quick && right.get(id)?.length === 0) return;
    expect(await checked(shownFiles(sections.get("Right")), depth, rule)).toEqual([]);
  });
});

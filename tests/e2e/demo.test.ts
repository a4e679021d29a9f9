import { cpSync, existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  documentOf,
  emptyFolder,
  expectCode,
  runCli,
  runInside,
  snapshot,
  toolkitIn,
} from "../support/cli.ts";

describe.concurrent("demo", { timeout: 120_000 }, () => {
  it("does the whole main job in a new folder, and says after each step which command and where to look", async () => {
    const cwd = emptyFolder();
    const home = emptyFolder();
    const run = expectCode(await runCli(["demo"], { cwd, env: { HOME: home, CI: "true" } }), 0);
    for (const step of ["pick", "check", "render", "send", "status"])
      expect(run.stdout).toMatch(new RegExp(`^ +onetopic ${step}\\b`, "m"));
    const places = [...run.stdout.matchAll(/onetopic-demo\/[^\s,;:*]+/g)].map(([place]) => place);
    expect(places.length).toBeGreaterThanOrEqual(4);
    for (const place of places) expect(existsSync(path.join(cwd, place)), `${place} is not there`).toBe(true);
    expect(run.stdout, "a place to look at must be a name, not a pattern").not.toMatch(/Look:.*\*/);
    const demo = toolkitIn(path.join(cwd, "onetopic-demo"));
    expect(demo.list("var/outbox").filter((name) => name.endsWith(".eml"))).toHaveLength(6);
    const [slug = ""] = demo.list("out");
    for (const name of ["newsletter.html", "email.eml", "poster.pdf", "poster.png", "manifest.json"])
      expect(demo.list(`out/${slug}`)).toContain(name);
    expectCode(await demo.spawn("check", "--strict", "--quick"), 0);
    expect([...snapshot(home).keys()], "nothing is written outside its folder").toEqual([]);
    expect(toolkitIn(cwd).list(".")).toEqual(["onetopic-demo"]);

    const again = expectCode(await runCli(["demo", "--json"], { cwd }), 0);
    expect(documentOf<{ toolkit: string }>(again).toolkit).toBe(demo.root);
    expect(demo.list("var/outbox")).toHaveLength(6);
  });

  it("never writes into a folder that holds something else", async () => {
    const mine = toolkitIn(path.join(emptyFolder(), "mine"));
    mine.write("notes.txt", "precious");
    const before = snapshot(mine.root);
    for (const args of [
      ["demo", "mine"],
      ["demo", mine.root],
    ]) {
      const run = expectCode(await runInside(args, path.dirname(mine.root)), 1);
      expect(run.stderr).toMatch(/mine.*holds something else[\s\S]*onetopic demo/);
    }
    expect(snapshot(mine.root)).toEqual(before);
    const file = await mine.run("demo", "notes.txt");
    expect([1, 2]).toContain(file.code);
    expect(file.stderr).not.toMatch(/\n\s+at /);
  });
});

describe.concurrent("the repository itself", { timeout: 120_000 }, () => {
  const repository = path.resolve(import.meta.dirname, "../..");

  it("is a toolkit in which every command that only looks works at once", async () => {
    const run = (...args: string[]) => runCli([...args, "-C", repository], { cwd: emptyFolder() });
    const { summary } = documentOf<{ summary: { errors: number; warnings: number; topics: number } }>(
      expectCode(await run("check", "--strict", "--quick", "--json"), 0),
    );
    expect(summary).toMatchObject({ errors: 0, warnings: 0, topics: 20 });
    const { topics } = documentOf<{ topics: { status: string }[] }>(
      expectCode(await run("topics", "--json"), 0),
    );
    expect(topics.filter(({ status }) => status === "ready").length).toBeGreaterThanOrEqual(14);
    expectCode(await run("plan", "--json"), 0);
  });

  it("can be picked from and sent as a dry run, as it is in a clone", async () => {
    const clone = toolkitIn(path.join(emptyFolder(), "clone"));
    for (const part of ["onetopic.yaml", "content"])
      cpSync(path.join(repository, part), clone.path(part), { recursive: true });
    expectCode(await clone.spawn("pick", "--auto"), 0);
    expect(expectCode(await clone.spawn("send", "--to", "everyone"), 0).stdout).toContain("nothing was sent");
  });
});

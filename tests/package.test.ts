import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
  readonly engines?: { readonly node?: string };
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> };
const npm = (args: readonly string[], cwd?: string) =>
  execFileSync(process.platform === "win32" ? "npm.cmd" : "npm", args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "ignore"],
  });

describe("the lockfile", () => {
  it("holds every platform's packages, so that `npm ci` works on all of them", () => {
    const missing = Object.entries(lock.packages).flatMap(([from, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${from}/node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });

  it("names no download host but the public registry", () => {
    const hosts = Object.values(lock.packages).flatMap(({ resolved }) =>
      resolved ? [new URL(resolved).host] : [],
    );
    expect(hosts.filter((host) => host !== "registry.npmjs.org")).toEqual([]);
  });

  it("runs no install script but those that are known to need no network", () => {
    const known = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).allowScripts as object);
    const found = Object.entries(lock.packages).flatMap(([name, { hasInstallScript, optional }]) =>
      hasInstallScript && !optional ? [name.replace("node_modules/", "")] : [],
    );
    expect(found.filter((name) => !known.includes(name) && name !== "")).toEqual([]);
  });

  it("asks for no newer Node than onetopic does", () => {
    const takes20 = (range: string) =>
      range.split("||").some((part) => Number(/\d+/.exec(part)?.[0] ?? 0) <= 20);
    const newer = Object.entries(lock.packages).filter(([, { engines }]) => !takes20(engines?.node ?? ""));
    expect(newer.map(([name]) => name)).toEqual([]);
  });
});

describe("files made from definitions", () => {
  it("are up to date", () => {
    expect(execFileSync(process.execPath, ["scripts/generate.mjs", "--check"], { encoding: "utf8" })).toBe(
      "",
    );
  });
});

describe("the package, packed and installed in an empty folder", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "onetopic-pack-"));
  const installed = path.join(folder, "node_modules", "onetopic");
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [path.join(installed, "bin", "onetopic.js"), ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ONETOPIC_NOW: "2026-11-22T10:00:00Z" },
      stdio: ["ignore", "pipe", "ignore"],
    });

  beforeAll(() => {
    npm(["pack", "--ignore-scripts", "--pack-destination", folder]);
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["-xzf", tarball, "-C", "node_modules/onetopic", "--strip-components=1"], {
      cwd: folder,
    });
    // What `npm install` would put beside it, without asking the network: only what is no tool of development.
    const names = Object.entries(lock.packages).flatMap(([name, { dev, devOptional }]) =>
      !dev && !devOptional && /^node_modules\/(@[^/]+\/)?[^/]+$/.test(name) ? [name] : [],
    );
    for (const name of names) {
      if (!existsSync(name)) continue;
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      symlinkSync(path.resolve(name), path.join(folder, name), "junction");
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("holds what it runs on, and nothing of development", () => {
    const top = readdirSync(installed);
    expect(top).toEqual(
      expect.arrayContaining([
        "bin",
        "content",
        "dist",
        "docs",
        "onetopic.yaml",
        "schema",
        "templates",
        "LICENSE",
        "README.md",
      ]),
    );
    for (const name of ["src", "tests", "bench", "var", "out"]) expect(top).not.toContain(name);
  });

  it("has every part of the program in a form that loads", () => {
    const parts = readdirSync(path.join(installed, "dist", "bundle"));
    // Programs of their own are at work as soon as they are loaded.
    const programs = new Set(["check-helper.js", "stage-check.js"]);
    const loaded = parts.filter((name) => name.endsWith(".js") && !programs.has(name));
    expect(loaded.length).toBeGreaterThan(50);
    const imports = loaded.map((name) => `await import("./dist/bundle/${name}");`).join("\n");
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", imports], {
      cwd: installed,
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
  });

  it("does the whole main job", () => {
    expect(run("demo")).toContain("That was the whole job.");
    const outbox = readdirSync(path.join(folder, "onetopic-demo", "var", "outbox"));
    expect(outbox.filter((name) => name.endsWith(".eml"))).toHaveLength(6);
  });
});

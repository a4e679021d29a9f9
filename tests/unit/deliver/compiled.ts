import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const project = resolve(import.meta.dirname, "../../..");

/** The `deliver` room as plain JavaScript, for processes of their own: Node 20 cannot run TypeScript. */
export interface Compiled {
  /** Starts a program that may import from `deliver/…`; its arguments are in `process.argv`. */
  start(
    program: string,
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): ChildProcess;
  remove(): void;
}

/** Compiles the room once. Inside `node_modules`, so that packages are found from there. */
export function compileDeliver(): Compiled {
  const cache = join(project, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "onetopic-deliver-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const settings = {
    extends: join(project, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      rootDir: join(project, "src"),
      outDir: folder,
      typeRoots: [join(project, "node_modules/@types")],
    },
    include: [join(project, "src/deliver"), join(project, "src/plan/delivery.ts")],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
    "bin/tsc",
  );
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  if (status !== 0) {
    remove();
    throw new Error(`The deliver room does not compile:\n${stdout}`);
  }
  return {
    start: (program, args, environment = {}) => {
      const file = join(folder, "program.mjs");
      const base = pathToFileURL(folder).href;
      writeFileSync(file, program.replaceAll('"deliver/', `"${base}/deliver/`));
      return spawn(process.execPath, [file, ...args], {
        env: { ...process.env, ...environment },
        stdio: ["ignore", "pipe", "pipe"],
      });
    },
    remove,
  };
}

/** Gives all the process wrote, and how it ended. */
export function ended(
  child: ChildProcess,
): Promise<{ code: number | null; signal: string | null; text: string }> {
  return new Promise((done) => {
    let text = "";
    child.stdout?.on("data", (chunk) => (text += String(chunk)));
    child.stderr?.on("data", (chunk) => (text += String(chunk)));
    child.on("close", (code, signal) => done({ code, signal, text }));
  });
}

/** Resolves once the process has written the word. */
export function said(child: ChildProcess, word: string): Promise<void> {
  return new Promise((done, fail) => {
    let text = "";
    const listen = (chunk: unknown): void => {
      text += String(chunk);
      if (text.includes(word)) done();
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.on("close", () => fail(new Error(`The process ended without ${word}: ${text}`)));
  });
}

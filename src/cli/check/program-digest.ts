import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "../context.ts";
import { digestOf } from "./store.ts";

/** A name for exactly this program: its own files, the packages that it uses, and the Node that runs it. */
export async function programDigest(): Promise<string> {
  const manifest = await readFile(path.join(packageRoot, "package.json"), "utf8");
  const { dependencies } = JSON.parse(manifest) as { dependencies: Readonly<Record<string, string>> };
  const own = await Promise.all(["dist", "data"].map(filesOf));
  const packages = await Promise.all([
    ...Object.keys(dependencies).map((name) => installed(path.join(name, "package.json"))),
    // What npm installed, packages of packages included.
    installed(".package-lock.json"),
  ]);
  return digestOf(process.version, process.platform, process.arch, manifest, ...own.flat(), ...packages);
}

/** The names and contents of the package's own files in a folder. */
async function filesOf(folder: string): Promise<(string | Uint8Array)[]> {
  const names = await readdir(path.join(packageRoot, folder), { recursive: true });
  const files = names.filter((name) => /\.(js|json|txt)$/.test(name)).toSorted();
  return [
    ...files,
    ...(await Promise.all(files.map((name) => readFile(path.join(packageRoot, folder, name))))),
  ];
}

/** A file of `node_modules`: in this package's own folder, or above it; empty when there is none. */
async function installed(name: string): Promise<string> {
  for (let folder = packageRoot; ; folder = path.dirname(folder)) {
    try {
      return await readFile(path.join(folder, "node_modules", name), "utf8");
    } catch {
      if (folder === path.dirname(folder)) return "";
    }
  }
}

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "../context.ts";
import { digestOf } from "./store.ts";

/** A name for exactly this program: its own files, the packages that it uses, and the Node that runs it. */
export async function programDigest(): Promise<string> {
  const manifest = await readFile(path.join(packageRoot, "package.json"), "utf8");
  const { dependencies } = JSON.parse(manifest) as { dependencies: Readonly<Record<string, string>> };
  const code = await readdir(path.join(packageRoot, "dist"), { recursive: true });
  const files = code.filter((name) => name.endsWith(".js")).toSorted();
  const texts = await Promise.all(files.map((name) => readFile(path.join(packageRoot, "dist", name))));
  const packages = await Promise.all(Object.keys(dependencies).map(installedVersion));
  return digestOf(process.version, process.platform, process.arch, manifest, ...files, ...texts, ...packages);
}

/** The version of a package as it is installed: in this package's own folder, or above it. */
async function installedVersion(name: string): Promise<string> {
  for (let folder = packageRoot; ; folder = path.dirname(folder)) {
    try {
      return await readFile(path.join(folder, "node_modules", name, "package.json"), "utf8");
    } catch {
      if (folder === path.dirname(folder)) return "";
    }
  }
}

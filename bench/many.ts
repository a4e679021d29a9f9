/* What the measurements have in common. */
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** The shipped toolkit with its topics repeated under other names. */
export async function manyTopics(total: number): Promise<{ root: string; sources: Map<string, string> }> {
  const root = await mkdtemp(path.join(tmpdir(), "onetopic-bench-"));
  await cp("onetopic.yaml", path.join(root, "onetopic.yaml"));
  await cp("content", path.join(root, "content"), { recursive: true });
  const folder = path.join(root, "content", "topics");
  const files = await readdir("content/topics");
  await rm(folder, { recursive: true });
  await mkdir(folder);
  const sources = new Map<string, string>();
  for (let at = 0; at < total; at += 1) {
    const file = files[at % files.length] ?? "";
    const slug = at < files.length ? path.parse(file).name : `${path.parse(file).name}-${at}`;
    const source = distinct(await readFile(path.join("content/topics", file), "utf8"), at);
    sources.set(slug, source);
    await writeFile(path.join(folder, `${slug}.md`), source);
  }
  return { root, sources };
}

/** The same topic under another title, in an order of its own, and with a sentence that no other has. */
function distinct(source: string, at: number): string {
  return `${source
    .replace(/^title: "?(.{1,60}?)"?$/m, `title: "$1-${at}"`)
    .replace(/^order: .*$/m, `order: ${at}`)
    .trimEnd()}\n\nThis is topic ${at} of many.\n`;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Resident memory of a process and its children, in megabytes; 0 where `ps` is not to be had. */
export function memoryOf(pid: number): number {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" });
  const rows = (stdout ?? "").split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  return rows
    .filter(([own, parent]) => own === pid || parent === pid)
    .reduce((sum, [, , kb = 0]) => sum + kb / 1024, 0);
}

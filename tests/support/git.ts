import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { emptyFolder } from "./cli.ts";

const settings = path.join(emptyFolder(), "gitconfig");
writeFileSync(
  settings,
  '[user]\nname = Test\nemail = test@example.org\n[init]\ndefaultBranch = main\n[core]\nautocrlf = false\n[protocol "file"]\nallow = always\n',
);

/** Runs git in a folder, with no settings but our own. */
export function git(cwd: string, ...args: readonly string[]): string {
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, ...others } = process.env;
  const env = { ...others, GIT_CONFIG_GLOBAL: settings, GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** Makes a folder a repository with all its files in one commit. */
export function repositoryIn(folder: string): void {
  git(folder, "init", "--quiet");
  commitAll(folder, "All files");
}

export function commitAll(folder: string, message: string): void {
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--allow-empty", "--message", message);
}

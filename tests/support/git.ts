import { execFileSync } from "node:child_process";
import { devNull } from "node:os";

const settings = Object.entries({
  "user.name": "Test",
  "user.email": "test@example.org",
  "init.defaultBranch": "main",
  "core.autocrlf": "false",
  "protocol.file.allow": "always",
});
const inEnvironment = Object.fromEntries([
  ["GIT_CONFIG_COUNT", String(settings.length)],
  ...settings.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]),
]) as Record<string, string>;

/** Runs git in a folder, with no settings but our own. */
export function git(cwd: string, ...args: readonly string[]): string {
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, ...others } = process.env;
  const env = { ...others, GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: "1", ...inEnvironment };
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

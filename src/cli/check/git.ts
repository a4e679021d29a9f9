import { execFile } from "node:child_process";
import path from "node:path";
import { usageError, type UserError } from "../../domain/user-error.ts";
import type { Changes } from "../../plan/affected.ts";

/** What git answered. */
interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Git = (...args: readonly string[]) => Promise<Answer>;

/**
 * Asks git what changed since a point in its history: the commits since both lines parted, what is not committed yet,
 * and new files. Nothing is written, no shell is used, and no program of the repository is run.
 * @param root the toolkit's folder, which may lie below the repository's
 * @throws UserError (exit 2) when git cannot say
 */
export async function changedSince(
  root: string,
  ref: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Changes> {
  const git = gitIn(root, env);
  const prefix = (await ask(git, "rev-parse", "--show-prefix")).slice(0, -1);
  const base = await startOf(git, ref);
  const [changed, fresh, links] = await Promise.all([
    ask(git, "diff", "--name-only", "-z", "--no-renames", "--no-relative", "--no-ext-diff", base, "--"),
    ask(git, "ls-files", "-z", "--others", "--exclude-standard", "--full-name", "--"),
    ask(git, "ls-files", "-z", "--stage", "--", "content", "templates"),
  ]);
  const names = [...new Set([...listOf(changed), ...listOf(fresh)])];
  const paths = names.map((name) => belowToolkit(prefix, name)).toSorted();
  const editions = paths.filter((name) => name.startsWith("content/editions/"));
  return {
    paths,
    formerTopics: editions.length > 0 ? await topicsBefore(git, base, editions) : [],
    // The mode of a symbolic link. Who reads through it cannot be told from names.
    hasLinks: listOf(links).some((entry) => entry.startsWith("120000 ")),
  };
}

/** Where the line of work that is checked out parted from the one named. */
async function startOf(git: Git, ref: string): Promise<string> {
  if (ref.startsWith("-") || ref.trim() === "") {
    throw usageError(
      "bad-ref",
      `"${ref}" is not the name of a branch, a tag or a commit.`,
      'Write for example "--changed origin/main".',
    );
  }
  const named = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  if (named.code !== 0) throw unknownRef(ref, await isShallow(git));
  const parted = await git("merge-base", named.stdout.trim(), "HEAD");
  if (parted.code !== 0) throw noCommonStart(ref, await isShallow(git));
  return parted.stdout.trim();
}

function unknownRef(ref: string, shallow: boolean): UserError {
  const hint = shallow
    ? `This copy has only a part of the history. Get all of it: "fetch-depth: 0" for actions/checkout, "git fetch --unshallow" elsewhere.`
    : `Get it with "git fetch", or name another branch, such as origin/main.`;
  return usageError("unknown-ref", `git knows no branch, tag or commit "${ref}" here.`, hint);
}

function noCommonStart(ref: string, shallow: boolean): UserError {
  const message = `git cannot say where this work and "${ref}" parted.`;
  const hint = shallow
    ? `This copy has only a part of the history. Get all of it: "fetch-depth: 0" for actions/checkout, "git fetch --unshallow" elsewhere.`
    : "They have no commit in common. Name a branch that this work was begun from.";
  return usageError("no-common-start", message, hint);
}

async function isShallow(git: Git): Promise<boolean> {
  return (await git("rev-parse", "--is-shallow-repository")).stdout.trim() === "true";
}

/** The topics that editions named before they were changed or taken away. */
async function topicsBefore(git: Git, base: string, editions: readonly string[]): Promise<string[]> {
  const { stdout } = await git(
    "grep",
    "-z",
    "--no-color",
    "-I",
    "-e",
    "topic",
    base,
    "--",
    "content/editions",
  );
  // Each line is `<commit>:<file>\0<text>`.
  return stdout.split("\n").flatMap((line) => {
    const [where = "", text = ""] = line.split("\0");
    const topic = /^["']?topic["']?\s*:\s*["']?([^\s"'#]+)/.exec(text)?.[1];
    return topic !== undefined && editions.includes(where.slice(base.length + 1)) ? [topic] : [];
  });
}

/** Relative to the toolkit, from relative to the repository: `../` for what lies above it. */
function belowToolkit(prefix: string, name: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : path.posix.relative(`/${prefix}`, `/${name}`);
}

function listOf(output: string): string[] {
  return output.split("\0").filter((entry) => entry !== "");
}

async function ask(git: Git, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await git(...args);
  if (code === 0) return stdout;
  const said = stderr.split("\n").find((line) => line.trim() !== "") ?? "nothing";
  throw usageError(
    "no-git",
    '"--changed" needs a toolkit in a git repository.',
    `Leave the option out to check everything. git says: ${said}`,
  );
}

function gitIn(root: string, env: Readonly<Record<string, string | undefined>>): Git {
  // A hook has these set for the repository's own folder; here git finds the repository by itself.
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_PREFIX, ...others } = env;
  const options = {
    cwd: root,
    env: { ...others, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
    maxBuffer: 256 * 1024 * 1024,
    windowsHide: true,
  };
  const always = [
    "--no-pager",
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.quotePath=false",
  ];
  return (...args) =>
    new Promise((resolve, reject) => {
      execFile("git", [...always, ...args], options, (error, stdout, stderr) => {
        if (error && typeof error.code !== "number") reject(cannotRun(error));
        else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
    });
}

function cannotRun(error: Error): UserError {
  return usageError(
    "no-git",
    `git cannot be run: ${error.message.split("\n")[0]}.`,
    'Install git, or leave "--changed" out to check everything.',
  );
}

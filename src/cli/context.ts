import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import type { Toolkit } from "../domain/toolkit.ts";
import { UserError, usageError } from "../domain/user-error.ts";
import type { Output } from "./output.ts";

/** The package's own folder, which holds `templates/`, `content/` and `schema/`. */
export const packageRoot = path.dirname(fileURLToPath(import.meta.resolve("#package/package.json")));

/** The version of this program. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}

/** What every command is given: the world, passed in as values. */
export interface Context {
  readonly out: Output;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when questions may be asked. */
  readonly interactive: boolean;
  readonly now: Date;
  /** `-C DIR`. */
  readonly toolkitFolder?: string | undefined;
  /** `--ledger PLACE`. */
  readonly ledger?: string | undefined;
  /** Stops work that takes long. Its reason bears the name of the signal as its message. */
  readonly signal: AbortSignal;
}

/** The toolkit around the current folder, or the one named with `-C`. Its faults have the levels of its settings. */
export async function openToolkit(context: Context): Promise<Toolkit> {
  // Loaded here, so that help and version need not wait for it.
  const { loadToolkit } = await import("../toolkit/load.ts");
  const { applyLevels } = await import("../domain/rules.ts");
  const toolkit = await loadToolkit(await findRoot(context));
  return { ...toolkit, problems: applyLevels(toolkit.problems, toolkit.settings.checks) };
}

/** The folder of the toolkit around the current folder, or of the one named with `-C`. */
export async function findRoot(context: Context): Promise<string> {
  const { findToolkit } = await import("../toolkit/load.ts");
  const { exists } = await import("../toolkit/files.ts");
  const from = context.toolkitFolder ? path.resolve(context.cwd, context.toolkitFolder) : context.cwd;
  if (!(await exists(from))) {
    throw usageError("no-folder", `There is no folder ${from}.`, 'Name the toolkit\'s folder with "-C DIR".');
  }
  return findToolkit(from);
}

/**
 * Fills `${NAME}` in a setting from the environment, else from the toolkit's `.env`. The values never show in output.
 * @param write how a value is written where it stands, such as percent-encoded in an address
 * @throws UserError (exit 2) naming the variable that is missing
 */
export async function fillSecrets(
  context: Context,
  root: string,
  setting: string,
  write: (value: string) => string = (value) => value,
): Promise<string> {
  if (!setting.includes("${")) return setting;
  const fromFile = await readEnvFile(root);
  return setting.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = context.env[name] ?? fromFile[name];
    if (value === undefined || value === "") {
      throw usageError(
        "secret-missing",
        `The settings need ${name}, which is not in the environment or in .env.`,
        `Set ${name}, or write it into the file .env beside onetopic.yaml (git ignores it).`,
      );
    }
    context.out.redact(value);
    context.out.redact(encodeURIComponent(value));
    return write(value);
  });
}

async function readEnvFile(root: string): Promise<Record<string, string | undefined>> {
  try {
    return parseEnv(await readFile(path.join(root, ".env"), "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return {};
    throw usageError(
      "cannot-read",
      `${path.join(root, ".env")} cannot be read: ${message}.`,
      "Make it a plain text file.",
    );
  }
}

/** The answer is missing and nobody can be asked: names the flag that gives it. */
export function needsFlag(what: string, flag: string): UserError {
  return usageError("missing-answer", `${what} is missing.`, `Give it with ${flag}.`);
}

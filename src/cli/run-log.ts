import { appendFileSync, chmodSync, mkdirSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { UserError } from "../domain/user-error.ts";

/** One older file is kept beside it. */
const largest = 1024 * 1024;

/** Where `run` says what it did, below the toolkit. */
export const runLog = "var/log/run.log";

/**
 * Adds lines to the log of `run`; nobody else on this machine may read it. A full one moves to `run.log.1`, in the place
 * of the one before.
 * @throws UserError (exit 2) when it cannot be written
 */
export function writeRunLog(root: string, lines: readonly string[]): void {
  const file = path.join(root, runLog);
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    if (sizeOf(file) > largest) renameSync(file, `${file}.1`);
    appendFileSync(file, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch (error) {
    throw new UserError(
      "cannot-write",
      `${runLog} cannot be written: ${(error as Error).message}.`,
      "Check the folder, its permissions and the space left.",
      { exit: 2, cause: error },
    );
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Who logs in to a ledger, and anybody's address. */
const loginOrAddress =
  /(postgres(?:ql)?:\/\/[^\s"'@/]*@)|[^\s"'<>()[\]{},;:/]+@[^\s"'<>()[\]{},;:/]+[^\s"'<>()[\]{},;:/.]/g;

/**
 * A text without anybody's address: what is written to a log, or by a job, may be read by many. Where a ledger is stays in
 * it, without who logs in.
 */
export function withoutAddresses(text: string): string {
  return text.replace(loginOrAddress, (_, login?: string) =>
    login === undefined ? "(address)" : "postgres://",
  );
}

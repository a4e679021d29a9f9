import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { lacking, type Skip } from "./tools.ts";

const python = "/usr/bin/python3";

/**
 * Verifies every signature of every message with dkimpy (Debian: python3-dkim and python3-nacl). Where they are missing the
 * test is skipped, but not in CI on Linux, where they are installed.
 * @param records what stands in DNS, by name
 * @returns for each message, for each of its signatures: true, false, or what is wrong with it
 */
export function verifyDkim(
  skip: Skip,
  records: Readonly<Record<string, string>>,
  messages: readonly Buffer[],
): unknown[][] {
  if (spawnSync(python, ["-c", "import dkim, nacl"]).status !== 0) {
    if (process.platform === "linux") lacking(skip, "python3-dkim");
    skip("There is no python3-dkim on this machine");
  }
  const input = JSON.stringify({ records, messages: messages.map((one) => one.toString("latin1")) });
  const script = fileURLToPath(new URL("dkim-verify.py", import.meta.url));
  const { stdout, stderr } = spawnSync(python, [script], { input, encoding: "utf8" });
  if (stderr !== "") throw new Error(stderr);
  return JSON.parse(stdout) as unknown[][];
}

/** A public key as it stands in DNS (RFC 6376, 3.6.1; RFC 8463, 4.2). `der` is its SubjectPublicKeyInfo. */
export function dkimRecord(kind: "rsa" | "ed25519", der: Buffer): string {
  return `v=DKIM1; k=${kind}; p=${(kind === "rsa" ? der : der.subarray(-32)).toString("base64")}`;
}

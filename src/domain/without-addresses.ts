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

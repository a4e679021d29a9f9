/** A text without anybody's address: what is written to a log, by a job, or about a whole send, may be read by many. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s"'<>()[\]{},;:/]+@[^\s"'<>()[\]{},;:/]+[^\s"'<>()[\]{},;:/.]/g, "(address)");
}

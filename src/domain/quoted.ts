/**
 * As it is typed: in quotation marks where a shell would take it apart, so that it can be copied. Double ones are known to
 * every shell; single ones keep what a shell would fill in.
 */
export function quoted(text: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(text)) return text;
  if (/[$`!]/.test(text) || (text.includes('"') && !text.includes("'")))
    return `'${text.replaceAll("'", "'\\''")}'`;
  // A backslash in front of a quotation mark would make it part of the text.
  return `"${text.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
}

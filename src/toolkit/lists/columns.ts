/** Headers that stand for the address by themselves, by how sure they are. */
const surely: readonly RegExp[] = [
  /^e_?mail$/,
  /^(e_?mail|mail)_?(address|addresses|addr|adresse|id)$|^mail$|^primary_e_?mail(_address)?$|^e_?mail_?1$/,
];
/** `Work email`, `Email (work)`, `NHS e-mail address`. */
const likely =
  /(^|_)e_?mail(_address|_adresse|_addr)?(_(work|business|office|nhs|main|personal|private|home|\d))?$/;
/** `Email opt in` and `Has email` say something about an address. */
const about =
  /^(has|no|is|can|may|do|dont|send|sent|last|first|date|opt|wants|allow|receives?|prefers?|consent|use)_|_(opt|sent|status|consent|verified|type)$/;

export interface Columns {
  /** The key of each column in `fields`; empty where a column has no name. */
  readonly keys: readonly string[];
  /** Which column holds the address. */
  readonly emailAt: number;
  /** Other columns that could hold it. */
  readonly others: readonly number[];
}

/** `Job title` is `recipient.job_title` in templates. */
export function columnName(header: string): string {
  return header
    .normalize("NFC")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "_")
    .replace(/^_|_$/g, "");
}

/**
 * Finds out which column holds the address: one called "email" before "email address" or "mail", these before "work
 * email", and of several alike the first. Its key is `email`. A name that comes twice gets a number.
 * @returns nothing when no header stands for an address
 */
export function readColumns(headers: readonly string[]): Columns | undefined {
  const names = headers.map(columnName);
  const ranked = names
    .map((name, at) => ({ at, rank: rankOf(name) }))
    .filter(({ rank }) => rank !== undefined)
    .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || a.at - b.at);
  const [best, ...others] = ranked.map(({ at }) => at);
  if (best === undefined) return undefined;
  const taken = new Set(["email"]);
  const keys = names.map((name, at) => {
    if (at === best || name === "") return at === best ? "email" : "";
    let key = name;
    for (let count = 2; taken.has(key); count += 1) key = `${name}_${count}`;
    taken.add(key);
    return key;
  });
  return { keys, emailAt: best, others: others.toSorted((a, b) => a - b) };
}

function rankOf(name: string): number | undefined {
  const sure = surely.findIndex((pattern) => pattern.test(name));
  if (sure >= 0) return sure;
  return likely.test(name) && !about.test(name) ? surely.length : undefined;
}

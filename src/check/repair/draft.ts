import type { RuleId } from "../../domain/problem.ts";

export type Lines = readonly string[];
/** Changes lines, but not their number. */
export type Step = (lines: Lines) => string[];
export type Guard = (before: string, after: string) => boolean;

/** One line that was put right. */
export interface Repair {
  readonly line: number;
  readonly column: number;
  readonly rule: RuleId;
}

/** So many characters may be read again to find the lines that resist: about two seconds of the most tangled file. */
const mostRead = 3_000_000;

/** Lines as they are put right, with what was done. */
export class Draft {
  lines: string[];
  readonly repairs: Repair[] = [];
  readonly #isOn: (rule: RuleId) => boolean;
  #read = 0;

  constructor(lines: string[], isOn: (rule: RuleId) => boolean) {
    this.lines = lines;
    this.#isOn = isOn;
  }

  /** Takes a step over some lines, as far as the guard lets it: a line that resists stays, the others change. */
  take(rule: RuleId, from: number, to: number, step: Step, guard: Guard): void {
    const change = this.#change(rule, from, to, step);
    if (!change) return;
    const halve = (changed: readonly number[]) => {
      const now = this.lines.slice(from, to);
      const some = [...now];
      for (const at of changed) some[at] = change.after[at] ?? "";
      const text = some.join("\n");
      if (guard(now.join("\n"), text)) return this.#accept(rule, from, now, some);
      this.#read += text.length;
      if (changed.length === 1 || this.#read > mostRead) return;
      const middle = changed.length >> 1;
      halve(changed.slice(0, middle));
      halve(changed.slice(middle));
    };
    halve(change.changed);
  }

  /** Takes a step that only mends as a whole, and then takes back what it could do without. */
  takeFewest(rule: RuleId, from: number, to: number, step: Step, mends: Guard, isIdle: Guard): void {
    const change = this.#change(rule, from, to, step);
    if (!change) return;
    const { before, changed } = change;
    let after = change.after;
    const text = after.join("\n");
    if (changed.length * text.length > mostRead || !mends(before.join("\n"), text)) return;
    for (const at of changed) {
      const without = after.with(at, before[at] ?? "");
      if (isIdle(without.join("\n"), after.join("\n"))) after = without;
    }
    this.#accept(rule, from, before, after);
  }

  /** Gives the last line its end. */
  end(): void {
    const last = this.lines.length - 1;
    if (this.lines[last] === "") return;
    this.#note(last, this.lines[last]?.length ?? 0, "file/spaces");
    this.lines = [...this.lines, ""];
  }

  #change(rule: RuleId, from: number, to: number, step: Step) {
    if (!this.#isOn(rule)) return undefined;
    const before = this.lines.slice(from, to);
    const after = step(before);
    const changed = before.flatMap((line, at) => (line === after[at] ? [] : [at]));
    return changed.length === 0 ? undefined : { before, after, changed };
  }

  #note(index: number, offset: number, rule: RuleId): void {
    const line = index + 1;
    const isKnown = this.repairs.some((one) => one.line === line && one.rule === rule);
    if (!isKnown) this.repairs.push({ line, column: offset + 1, rule });
  }

  #accept(rule: RuleId, from: number, before: Lines, after: Lines): void {
    for (const [at, line] of before.entries()) {
      const changed = after[at] ?? "";
      if (line !== changed) this.#note(from + at, firstDifference(line, changed), rule);
    }
    this.lines = [...this.lines.slice(0, from), ...after, ...this.lines.slice(from + after.length)];
  }
}

function firstDifference(before: string, after: string): number {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at += 1;
  return at;
}

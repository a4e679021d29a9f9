import type { Unread } from "../deliver/bounces/files.ts";
import type { Incoming } from "../deliver/bounces/mbox.ts";
import type { ReportKind } from "../deliver/bounces/report.ts";
import type { Effect, Finding } from "../deliver/bounces/settle.ts";
import { count } from "../domain/count.ts";
import { table, type Output } from "./output.ts";

/** More lines than this help nobody; `--json` lists all. */
const mostLines = 50;
const redrawEvery = 100;

const nounOf: Readonly<Record<ReportKind, readonly [one: string, many: string]>> = {
  hard: ["hard bounce", "hard bounces"],
  soft: ["soft bounce", "soft bounces"],
  complaint: ["complaint", "complaints"],
  unsubscribe: ["unsubscribe", "unsubscribes"],
  "auto-reply": ["automatic reply", "automatic replies"],
  other: ["other message", "other messages"],
};

const wordsOf: Readonly<Record<Effect, readonly [done: string, dry: string]>> = {
  suppressed: ["now on the do-not-mail list", "would go onto the do-not-mail list"],
  counted: ["counted", "would be counted"],
  "suppressed-before": ["was on the do-not-mail list already", "is on the do-not-mail list already"],
  "read-before": ["read before: nothing changed", "read before: nothing would change"],
  "not-ours": ["nothing: was never mailed", "nothing: was never mailed"],
  none: ["nothing changed", "nothing"],
};

interface Line {
  readonly file: string;
  readonly finding: Finding;
}

/** Tells what reports came to: a table and a sum for people, one document for scripts. */
export class BounceTeller {
  readonly #out: Output;
  readonly #about: {
    readonly isDry: boolean;
    readonly softLimit: number;
    readonly named: string | undefined;
  };
  readonly #all: object[] = [];
  readonly #lines: Line[] = [];
  readonly #misread: Unread[] = [];
  readonly #kinds = new Map<ReportKind, number>();
  readonly #effects = new Map<Effect, number>();
  #hidden = 0;
  #messages = 0;
  #lastFile: string | undefined;
  #drawnAt = 0;

  constructor(out: Output, about: { isDry: boolean; softLimit: number; named: string | undefined }) {
    this.#out = out;
    this.#about = about;
  }

  /** A file that could not be read at all. */
  unread(unread: Unread): void {
    this.#messages += 1;
    this.#misread.push(unread);
  }

  found({ file, isCut }: Incoming, finding: Finding): void {
    const { kind, effect, note, address } = finding;
    if (file !== this.#lastFile) this.#messages += 1;
    this.#lastFile = file;
    this.#draw();
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    this.#effects.set(effect, (this.#effects.get(effect) ?? 0) + 1);
    if (this.#out.json) this.#all.push({ file, ...finding, address: address ?? null });
    const cut = isCut ? "; only its first 256 kB were read" : "";
    if (note === "unreadable") this.#misread.push({ file, fault: `it is no message that can be read${cut}` });
    if (note === "no-address") this.#misread.push({ file, fault: `it is a report, but names nobody${cut}` });
    if (kind === "other" || kind === "auto-reply") return;
    if (this.#lines.length < mostLines) this.#lines.push({ file, finding });
    else this.#hidden += 1;
  }

  finish(): void {
    const { isDry } = this.#about;
    if (this.#drawnAt > 0) this.#out.redraw("");
    this.#out.document({
      bounces: this.#all,
      unread: this.#misread,
      summary: {
        messages: this.#messages,
        dryRun: isDry,
        kinds: Object.fromEntries(this.#kinds),
        effects: Object.fromEntries(this.#effects),
      },
    });
    this.#printTable();
    for (const line of this.#sum()) this.#out.print(line);
    this.#printMisread();
    this.#printNext();
  }

  #printTable(): void {
    if (this.#lines.length === 0) return;
    const words = this.#about.isDry ? 1 : 0;
    this.#out.print(
      table(this.#out, this.#lines, [
        { title: "Address", text: ({ finding }) => finding.address ?? "(not named)" },
        { title: "What", text: ({ finding }) => nounOf[finding.kind][0] },
        { title: "Status", text: ({ finding }) => finding.status ?? "" },
        { title: "What follows", text: ({ finding }) => wordsOf[finding.effect][words], wraps: true },
        { title: "File", text: ({ file }) => file },
      ]),
    );
    if (this.#hidden > 0) this.#out.print(`… and ${count(this.#hidden, "more", "more")}; --json lists all.`);
    this.#out.print();
  }

  *#sum(): Generator<string> {
    const kinds = [...this.#kinds].map(([kind, n]) => count(n, ...nounOf[kind]));
    yield `${count(this.#messages, "message", "messages")} read${kinds.length > 0 ? `: ${kinds.join(", ")}` : ""}.`;
    const of = (effect: Effect) => this.#effects.get(effect) ?? 0;
    const would = this.#about.isDry ? "would be" : of("suppressed") === 1 ? "was" : "were";
    if (of("suppressed") > 0)
      yield `${count(of("suppressed"), "person", "people")} ${would} put on the do-not-mail list.`;
    if (of("counted") > 0)
      yield `${count(of("counted"), "soft bounce", "soft bounces")} counted: ${this.#about.softLimit} messages in a row put a person on the list.`;
    if (of("read-before") > 0)
      yield `${count(of("read-before"), "report was", "reports were")} read before and changed nothing.`;
    if (of("not-ours") > 0)
      yield `${count(of("not-ours"), "report", "reports")} changed nothing: no message of ours is named, and nobody who was mailed.`;
    if ((this.#kinds.get("other") ?? 0) > 0)
      yield "Other messages are late notices, receipts and letters. Somebody may want to read them.";
  }

  #printMisread(): void {
    if (this.#misread.length === 0) return;
    this.#out.warn(
      `Not understood: ${count(this.#misread.length, "message", "messages")}. Please look at them yourself.`,
    );
    for (const { file, fault } of this.#misread.slice(0, mostLines)) this.#out.warn(`  ${file}: ${fault}`);
  }

  #printNext(): void {
    const { isDry, named } = this.#about;
    const again = `onetopic bounces${named === undefined ? "" : ` ${quoted(named)}`}`;
    if (isDry) this.#out.say(`This was a dry run: nothing was changed. To do it: ${again}`);
    else if ((this.#effects.get("suppressed") ?? 0) > 0)
      this.#out.say("See the do-not-mail list: onetopic suppress list");
    else this.#out.say(`Run it again when new mail has come in, such as once a day: ${again}`);
  }

  #draw(): void {
    const now = performance.now();
    if (!this.#out.live || now - this.#drawnAt < redrawEvery) return;
    this.#drawnAt = now;
    this.#out.redraw(`Message ${this.#messages}`);
  }
}

/** As a shell takes it: names of variables must not be filled in there. */
function quoted(text: string): string {
  return /^[\w./\\:@+-]+$/.test(text) ? text : `'${text}'`;
}

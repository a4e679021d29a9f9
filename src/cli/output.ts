import { styleText } from "node:util";
import { UserError } from "../domain/user-error.ts";

type Style = Parameters<typeof styleText>[0];

/** Where a command writes: results to stdout, everything else to stderr. */
export interface Output {
  readonly json: boolean;
  /** Columns of the terminal, or a wide line where there is none. */
  readonly width: number;
  /** True when results go to a terminal: a person looks on. */
  readonly terminal: boolean;
  /** True when stderr is a terminal, so that a line may be redrawn. */
  readonly live: boolean;
  /** A result, for people. Nothing is printed with `--json`. */
  readonly print: (line?: string) => void;
  /** A whole file, as it is: line ends and all. Nothing is printed with `--json`. */
  readonly file: (content: string) => void;
  /** The one JSON document of `--json`. */
  readonly document: (value: unknown) => void;
  /** JSON objects, each on a line of its own; written in one piece. */
  readonly event: (...values: readonly unknown[]) => void;
  /** Something said along the way; silent with `--quiet`. */
  readonly say: (line?: string) => void;
  /** A warning: said even with `--quiet`. */
  readonly warn: (line: string) => void;
  readonly detail: (line: string) => void;
  /** Draws over the last line of stderr; an empty text wipes it. Only with `live`. */
  readonly redraw: (text: string) => void;
  /** Draws these lines over those that it drew last, in one piece and without wiping the screen first. Only with `terminal`. */
  readonly paint: (lines: readonly string[]) => void;
  readonly style: (style: Style, text: string) => string;
  /** The same styles, for what is said on stderr. */
  readonly sayStyle: (style: Style, text: string) => string;
  /** From here on, these values never show in anything that is written. */
  readonly redact: (secret: string) => void;
  /** The text without those values, for what is shown elsewhere. */
  readonly conceal: (text: string) => string;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly colour: boolean;
}

/** The colours that `style` sets, as a pattern. */
const colourMark = "\u001b\\[\\d{1,2}m";
/** What else a terminal would obey: a title must not paint over what was said before. */
const controls = new RegExp(`(?![\\t\\n]|${colourMark})\\p{Cc}`, "gu");

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export function createOutput(
  streams: { readonly stdout: Stream; readonly stderr: Stream },
  { json, quiet, verbose, colour }: OutputOptions,
): Output {
  let secrets: readonly string[] = [];
  let painted = 0;
  const hide = (text: string): string => {
    let shown = text;
    for (const secret of secrets) shown = shown.replaceAll(secret, "•••");
    return shown;
  };
  const clean = (text: string): string => hide(text).replace(controls, "");
  // Inside JSON only texts are cleaned: a secret of digits must not spoil a number.
  const cleanText = (_key: string, value: unknown) => (typeof value === "string" ? clean(value) : value);
  const write = (stream: Stream, line: string) => stream.write(`${clean(line)}\n`);
  const styled = (stream: Stream) => (style: Style, text: string) =>
    colour && stream.isTTY ? styleText(style, text, { validateStream: false }) : text;
  const { stdout, stderr } = streams;
  return {
    json,
    width: Math.max(40, Math.min(stdout.columns ?? 100, 120)),
    terminal: Boolean(stdout.isTTY) && !json,
    live: Boolean(stderr.isTTY) && !quiet && !json,
    print: (line = "") => void (json || write(stdout, line)),
    file: (content) => void (json || stdout.write(hide(content))),
    document: (value) => void (json && stdout.write(`${JSON.stringify(value, cleanText, 2)}\n`)),
    event: (...values) =>
      void (json && stdout.write(values.map((one) => `${JSON.stringify(one, cleanText)}\n`).join(""))),
    say: (line = "") => void (quiet || write(stderr, line)),
    warn: (line) => void write(stderr, line),
    detail: (line) => void (verbose && write(stderr, line)),
    redraw: (text) => void stderr.write(`\r\u001b[2K${clean(text)}`),
    paint: (lines) => {
      // Up to the first line of before; each line is wiped behind its end, and what is left over below the last one.
      const up = painted > 0 ? `\u001b[${painted}A` : "";
      stdout.write(`${up}\r${lines.map((line) => `${clean(line)}\u001b[K\n`).join("")}\u001b[J`);
      painted = lines.length;
    },
    style: styled(stdout),
    sayStyle: styled(stderr),
    conceal: hide,
    // One or two letters are no secret, and would turn up in any word.
    redact: (secret) => {
      if (secret.length <= 2 || secrets.includes(secret)) return;
      // The longest first: the rest of a secret that begins with another would show.
      secrets = [...secrets, secret].toSorted((a, b) => b.length - a.length);
    },
  };
}

/** Tells of a failure: a sentence and the next step, or the error document of `--json`. */
export function reportFailure(out: Output, error: UserError): void {
  const { code, message, hint, place } = error;
  // On one line: `send` and its like promise one JSON object a line, faults included.
  out.event({ error: { code, message, hint, ...place } });
  const where = place.line === undefined ? "" : `${place.path}:${place.line}:${place.column ?? 1}  ${code}  `;
  out.warn(`${out.sayStyle("red", "Error")}  ${where}${message}`);
  if (hint !== "") out.warn(`       ${hint}`);
}

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Takes what room is left, and wraps. At most one column. */
  readonly wraps?: boolean;
}

/** A plain table that fits the width: one column may wrap, the others keep their width. */
export function table<Row>(
  out: Pick<Output, "width" | "style">,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): string {
  const gap = 2;
  const cells = rows.map((row) => columns.map((column) => column.text(row)));
  const widths = columns.map((column, at) =>
    cells.reduce(
      (widest, line) => Math.max(widest, displayWidth(line[at] ?? "")),
      displayWidth(column.title),
    ),
  );
  const wrapAt = columns.findIndex(({ wraps }) => wraps);
  if (wrapAt >= 0) {
    const others = widths.reduce((sum, width, at) => (at === wrapAt ? sum : sum + width + gap), 0);
    widths[wrapAt] = Math.max(16, Math.min(widths[wrapAt] ?? 0, out.width - others));
  }
  const head = columns.map(({ title }, at) => out.style("bold", pad(title, widths[at] ?? 0)));
  const lines = cells.flatMap((line) => wrapRow(line, widths, wrapAt));
  return [head.join("  ").trimEnd(), ...lines].join("\n");
}

function wrapRow(cells: readonly string[], widths: readonly number[], wrapAt: number): string[] {
  const wrapped = cells.map((cell, at) => (at === wrapAt ? wrapText(cell, widths[at] ?? 40) : [cell]));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    wrapped
      .map((lines, at) => pad(lines[row] ?? "", widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Text in lines of at most so many columns; a longer word stands alone. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** Colours take no room. */
const colourCodes = /\p{Cc}\[\d+m/gu;

function displayWidth(text: string): number {
  return [...text.replace(colourCodes, "")].length;
}

import { count } from "../domain/count.ts";
import { duration } from "./meter.ts";
import { wrapText, type Output } from "./output.ts";
import type { Look, WatchedRun, WatchedSender } from "./watch-look.ts";

const barWidth = 20;
/** So many senders are named on a screen. */
const mostNamed = 12;

/** `10:05:09 UTC`. */
function clockTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}

const number = (value: number) => value.toLocaleString("en-GB");
const perSecond = (rate: number) => `${rate.toFixed(rate < 10 ? 1 : 0)} a second`;

/** Those of the list who are to get a message, or got it: what `done` is counted against. */
function messagesOf({ tally }: WatchedRun): { readonly done: number; readonly all: number } {
  const { accepted, rejected, unknown, pending, deferred } = tally;
  const done = accepted + rejected + unknown;
  return { done, all: done + pending + deferred };
}

function nameOf({ run }: WatchedRun): string {
  return `${run.variant} to ${run.list}`;
}

/** Why nothing moves though somebody waits. */
function standstill({ run, goesOn }: WatchedRun, { senders }: Pick<Look, "senders">): string | undefined {
  if (run.control) {
    const { order, reason } = run.control;
    return `${order}${reason === undefined ? "" : `: ${reason.replace(/[.!?]$/, "")}`}`;
  }
  const isSent = senders.some((sender) => sender.run === run.id && sender.isAlive);
  return goesOn && !isSent ? "nobody is sending it" : undefined;
}

/** What is left in time, for a run or for all; nothing while nobody can say. */
function outlook({ rate, end, at }: Look): string {
  const speed = rate ? `, ${perSecond(rate)}` : "";
  return end === undefined
    ? speed
    : `${speed}, ${duration((end - at) / 1_000)} left, until about ${clockTime(end).slice(0, 5)} UTC`;
}

/** One line, for a log or a screen that cannot be drawn on. */
export function plainLine(look: Look): string {
  const runs = look.runs.map((one) => {
    const { done, all } = messagesOf(one);
    const still = standstill(one, look);
    return `${nameOf(one)}: ${number(done)} of ${number(all)}${still === undefined ? "" : ` (${still})`}`;
  });
  return `${clockTime(look.at)}  ${runs.join("; ")}${outlook(look)}; ${sendersInWords(look, ({ isAlive }) => isAlive)}`;
}

/** `2 senders, 1 waiting`. */
function sendersInWords(
  { senders, waiting }: Look,
  counts: (sender: WatchedSender) => boolean = () => true,
): string {
  const idle = waiting.filter(counts).length;
  return `${count(senders.filter(counts).length, "sender")}${idle > 0 ? `, ${idle} waiting` : ""}`;
}

/** Everything, line by line, none longer than the screen is wide. */
export function screenLines(look: Look, title: string, out: Pick<Output, "width" | "style">): string[] {
  const senders = [...look.senders, ...look.waiting];
  const lines = [
    ...look.runs.flatMap((one) => runLines(one, look)),
    "",
    sendersInWords(look),
    ...senders.slice(0, mostNamed).map(senderLine),
    ...(senders.length > mostNamed ? [`  and ${senders.length - mostNamed} more`] : []),
    "",
    look.isDone ? "Nothing is left to wait for." : "Ctrl+C ends watching; the sending goes on.",
  ];
  const short = (line: string) => (line.length < out.width ? line : `${line.slice(0, out.width - 2)}…`);
  const broken = lines.flatMap((line) => fitting(line, out.width - 1)).map(short);
  return [out.style("bold", short(`${title}, ${clockTime(look.at)}`)), ...broken];
}

/** A line, or where it is too long several, set in a little further. */
function fitting(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const margin = /^ */.exec(line)?.[0] ?? "";
  const [first = "", ...more] = wrapText(line.trim(), width - margin.length - 2);
  return [`${margin}${first}`, ...more.map((rest) => `${margin}  ${rest}`)];
}

function runLines(one: WatchedRun, look: Look): string[] {
  const { run, tally, open } = one;
  const { done, all } = messagesOf(one);
  const full = Math.floor((barWidth * done) / Math.max(1, all));
  const bar = "█".repeat(full) + "░".repeat(barWidth - full);
  const still = standstill(one, look);
  const states: [number, string][] = [
    [tally.accepted, "accepted"],
    [tally.rejected, "rejected"],
    [tally.unknown, "unknown"],
    [tally.deferred, "deferred"],
    [open.onWire, "on the wire"],
    [tally.pending, "not tried yet"],
  ];
  const counts = states.filter(([amount]) => amount > 0).map(([amount, name]) => `${number(amount)} ${name}`);
  return [
    "",
    `${nameOf(one)}, through ${run.transport}`,
    `  ${bar} ${number(done)} of ${number(all)}${still === undefined ? outlook(look) : ""}`,
    `  ${counts.join(", ")}`,
    ...(still === undefined ? [] : [`  ${still}`]),
  ];
}

function senderLine({ host, pid, version, run, sent, rate, silentFor, isAlive }: WatchedSender): string {
  const name = `${host}, process ${pid}`.padEnd(32);
  const seconds = Math.round(silentFor / 1_000);
  const seen = isAlive ? `seen ${seconds} s ago` : `silent for ${duration(seconds)}: taken for dead`;
  const speed = rate === undefined ? "" : `, ${perSecond(rate)}`;
  const done = run === undefined ? "waiting" : `${number(sent)} sent${speed}`;
  return `  ${name} ${seen}, ${done}, onetopic ${version}`;
}

/** The same for scripts: one object, names as elsewhere. */
export function lookDocument(look: Look, cycle: string): Readonly<Record<string, unknown>> {
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  const round = (rate: number | undefined) => (rate === undefined ? null : Math.round(rate * 10) / 10);
  return {
    event: "status",
    cycle,
    time: time(look.at),
    countedAt: time(look.countedAt),
    done: look.isDone,
    rate: round(look.rate),
    expectedEnd: time(look.end),
    runs: look.runs.map(({ run, tally, open }) => ({
      run: run.id,
      variant: run.variant,
      list: run.list,
      transport: run.transport,
      control: run.control?.order ?? null,
      reason: run.control?.reason ?? null,
      ...tally,
      sending: open.onWire,
    })),
    workers: [...look.senders, ...look.waiting].map(
      ({ host, pid, version, run, sent, rate, startedAt, silentFor, isAlive }) => ({
        host,
        pid,
        version,
        run: run ?? null,
        startedAt: time(startedAt),
        lastSeen: time(look.at - silentFor),
        alive: isAlive,
        sent,
        rate: round(rate),
      }),
    ),
  };
}

import type { DeliveryEvent } from "../deliver/events.ts";
import type { Tally } from "../domain/delivery.ts";
import { EXIT, type ExitCode } from "../domain/user-error.ts";
import type { Context } from "./context.ts";
import { count } from "../domain/count.ts";
import type { Output } from "./output.ts";

/** How often a line says how far things are where there is no terminal to draw on, in messages. */
const plainEvery = 1000;

/**
 * Follows a send to its end: a line that moves for people, one JSON object a line for scripts.
 * @param resume the command that goes on; none for a test
 * @returns 0 when everyone was accepted, 1 when some were not, 130 when stopped
 */
export async function follow(
  context: Context,
  events: AsyncIterable<DeliveryEvent>,
  messages: number,
  resume: string | undefined,
): Promise<ExitCode> {
  const { out, signal } = context;
  const started = performance.now();
  let done = 0;
  let tally: Tally | undefined;
  let isPaused = false;
  const wipe = () => void (out.live && out.redraw(""));
  for await (const event of events) {
    out.event(event);
    if (event.event === "summary") tally = event;
    else if (event.event === "paused") {
      isPaused = true;
      wipe();
      out.warn(`Paused: ${event.reason.replace(/[^.!?]$/, "$&.")} ${event.hint}`);
    } else if (event.event === "waiting") {
      wipe();
      out.say(
        `Waiting until ${new Date(event.until).toISOString().slice(11, 19)} UTC (${waitWords[event.because]}). Ctrl+C stops; "${resume ?? "the same command"}" goes on.`,
      );
    } else if (event.event !== "attempting") {
      done += 1;
      if (event.event !== "accepted") {
        wipe();
        out.say(`  row ${event.row} ${event.address}: ${event.event}: ${event.reply}`);
      }
      tellProgress(out, done, messages, started);
    }
  }
  wipe();
  return tally ? tellEnd(context, tally, isPaused, signal.aborted, resume) : EXIT.done;
}

const waitWords = {
  retry: "the server asked to try later",
  rate: "the limits of the settings",
  line: "the connection failed",
} as const;

function tellProgress(out: Output, done: number, messages: number, started: number): void {
  const perSecond = done / Math.max(0.001, (performance.now() - started) / 1000);
  const left = Math.max(0, messages - done) / Math.max(perSecond, 0.001);
  const line = `Sending ${done.toLocaleString("en-GB")} of ${messages.toLocaleString("en-GB")}, ${perSecond.toFixed(perSecond < 10 ? 1 : 0)} a second, ${Math.ceil(left)} s left`;
  if (out.live) out.redraw(line);
  else if (done % plainEvery === 0) out.say(line);
}

function tellEnd(
  { out }: Context,
  tally: Tally,
  isPaused: boolean,
  isStopped: boolean,
  resume: string | undefined,
): ExitCode {
  printTally(out, tally);
  const open = tally.pending + tally.deferred;
  if (resume !== undefined && open > 0)
    out.say(
      `${isStopped ? "Stopped. " : ""}${count(open, "message is", "messages are")} still to go. Go on with: ${resume}`,
    );
  if (tally.unknown > 0)
    out.say(
      `For ${count(tally.unknown, "person", "people")} nobody can say whether the message arrived. They are not tried again by themselves; --retry-unknown does.`,
    );
  if (isStopped) return EXIT.cancelled;
  return isPaused || tally.rejected + tally.deferred + tally.unknown > 0 ? EXIT.findings : EXIT.done;
}

/** The closing equation, a line for each part that is not empty. */
export function printTally(out: Output, tally: Tally): void {
  const names: [keyof Tally, string][] = [
    ["accepted", "accepted by the server"],
    ["rejected", "rejected"],
    ["deferred", "deferred, to be tried again"],
    ["pending", "not tried yet"],
    ["unknown", "outcome unknown"],
    ["suppressed", "on the do-not-mail list"],
    ["excluded", "excluded"],
    ["duplicates", "duplicates"],
    ["invalid", "not an address"],
  ];
  for (const [key, name] of names) {
    if (tally[key] > 0) out.print(`  ${tally[key].toLocaleString("en-GB").padStart(9)}  ${name}`);
  }
  out.print(
    `  ${tally.audience.toLocaleString("en-GB").padStart(9)}  ${tally.audience === 1 ? "row" : "rows"} of the list in all`,
  );
}

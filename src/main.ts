import { isError, runProgram } from "./cli/program.ts";
import { EXIT } from "./domain/user-error.ts";

/** Ctrl+C, the end of a service. */
const stops = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs the command line of a process and sets its exit code. The first signal asks work that takes long to end well; a
 * second one stops at once.
 */
export async function main(process: NodeJS.Process): Promise<void> {
  const abort = new AbortController();
  // The closed window of a terminal. Without one it may be `nohup`, which asks to go on.
  for (const signal of process.stderr.isTTY ? [...stops, "SIGHUP"] : stops) {
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(EXIT.cancelled);
      // A service that is told to end has done what it was asked; Ctrl+C breaks something off.
      abort.abort(new DOMException(signal, "AbortError"));
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    // The reader of a pipe may leave early (`onetopic topics | head`), a window may be closed: that is no fault.
    stream.on("error", (error) => {
      // Work that takes long stops cleanly; what is on the wire is finished and recorded.
      if (isError(error, "EPIPE") || isError(error, "EIO")) abort.abort();
      else throw error;
    });
  }
  process.exitCode = await runProgram(process, abort.signal);
}

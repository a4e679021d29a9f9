import { isError, runProgram } from "./cli/program.ts";
import { EXIT } from "./domain/user-error.ts";

/**
 * Runs the command line of a process and sets its exit code. A second Ctrl+C stops at once.
 */
export async function main(process: NodeJS.Process): Promise<void> {
  const abort = new AbortController();
  process.on("SIGINT", () => {
    if (abort.signal.aborted) process.exit(EXIT.cancelled);
    abort.abort();
  });
  process.on("SIGTERM", () => abort.abort());
  for (const stream of [process.stdout, process.stderr]) {
    // The reader of a pipe may leave early (`onetopic topics | head`): that is no fault.
    stream.on("error", (error) => {
      // Work that takes long stops cleanly; what is on the wire is finished and recorded.
      if (isError(error, "EPIPE")) abort.abort();
      else throw error;
    });
  }
  process.exitCode = await runProgram(process, abort.signal);
}

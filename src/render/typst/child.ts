import { Worker } from "node:worker_threads";

/**
 * The child process around the compiler: a template that never ends, or a fault in Typst itself, costs this process and
 * not ours. It passes messages on; the folder of the fonts is its one argument.
 */

const worker = new Worker(new URL("./compiler.js", import.meta.url), {
  workerData: { fontsDir: process.argv[2] },
});
worker.on("message", (result: object) => process.send?.(result));
worker.on("error", (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  process.exitCode = 1;
  process.disconnect?.();
});
process.on("message", (job) => worker.postMessage(job));

// Not exit(): that would wait for the thread, and Typst does not let itself be stopped.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

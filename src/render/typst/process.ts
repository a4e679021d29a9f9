import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { TypstJob, TypstResult } from "./job.ts";

/** Nobody listens here, and nothing is kept here: the compiler can neither fetch packages nor find fetched ones. */
const deadEnd = { proxy: "http://127.0.0.1:9", folder: resolve("/onetopic-has-no-files-here") };

/** One child process with a compiler in it. It takes one job at a time. */
export class TypstProcess {
  readonly #child: ChildProcess;
  readonly #timeoutMs: number;
  /** What the child says before it dies. */
  #lastWords = "";
  /** How many posters it has made. */
  posters = 0;

  constructor(fontsDir: string, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#child = fork(childFile(), [fontsDir], {
      serialization: "advanced",
      execArgv: [],
      env: quietEnvironment(),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2000);
    });
    // A job that waits for an answer hears of it by "exit"; without a listener a failed hand-over would end our process.
    this.#child.on("error", () => {});
    this.#hold(false);
  }

  get alive(): boolean {
    return this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Compiles. A compiler that takes too long or dies is an answer with a diagnostic, and the process is of no more use. */
  async compile(job: TypstJob): Promise<TypstResult> {
    if (!this.alive) return this.#died();
    const done = new AbortController();
    const timer = setTimeout(() => done.abort(), this.#timeoutMs);
    this.#hold(true);
    try {
      const answer = once(this.#child, "message", { signal: done.signal }).then(
        ([result]) => result as TypstResult,
      );
      const end = once(this.#child, "exit", { signal: done.signal }).then(() => this.#died());
      this.#child.send(job);
      return await Promise.race([answer, end]);
    } catch (error) {
      await this.kill();
      const late = (error as Error).name === "AbortError";
      return late
        ? failed(`it took longer than ${this.#timeoutMs / 1000} seconds and was stopped`)
        : this.#died();
    } finally {
      clearTimeout(timer);
      done.abort();
      this.#hold(false);
    }
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.ref();
    this.#child.kill("SIGKILL");
    await exited;
  }

  #died(): TypstResult {
    const lines = this.#lastWords.trim().split("\n");
    const reason = lines.find((line) => /error|panic/i.test(line)) ?? lines[0];
    return failed(`the typesetter stopped${reason ? `: ${reason}` : ""}`);
  }

  /** An idle child must not keep our process from ending, a working one must. */
  #hold(hold: boolean): void {
    const stderr = this.#child.stderr as { ref?(): void; unref?(): void } | null;
    for (const handle of [this.#child, this.#child.channel, stderr]) {
      if (hold) handle?.ref?.();
      else handle?.unref?.();
    }
  }
}

function failed(message: string): TypstResult {
  return { diagnostics: [{ message }], pages: 0, answers: {} };
}

/** The built one, also when this file runs unbuilt, as under vitest: Node 20 cannot fork TypeScript. */
function childFile(): string {
  return fileURLToPath(import.meta.resolve("#package/dist/render/typst/child.js"));
}

function quietEnvironment(): NodeJS.ProcessEnv {
  const { proxy, folder } = deadEnd;
  const proxies = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy, NO_PROXY: "" };
  const lowerCase = Object.fromEntries(
    Object.entries(proxies).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const folders = { HOME: folder, XDG_CACHE_HOME: folder, XDG_DATA_HOME: folder };
  return { ...process.env, ...proxies, ...lowerCase, ...folders };
}

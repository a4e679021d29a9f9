import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import path from "node:path";

const now = "2026-11-22T10:00:00Z";
const program = path.resolve("bin/onetopic.js");
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** The workers, each in a process of its own. One that ends is replaced. */
export class Crew {
  readonly ledger: string;
  readonly #home: string;
  #running: ChildProcess[] = [];
  #isOver = false;
  endedAlone = 0;

  constructor(home: string, ledger: string) {
    this.#home = home;
    this.ledger = ledger;
  }

  async start(): Promise<void> {
    await mkdir(this.#home, { recursive: true });
    const env = { ...process.env, ONETOPIC_NOW: now, ONETOPIC_LEDGER: this.ledger, CI: "1" };
    const child = spawn(process.execPath, [program, "worker", "--json"], {
      cwd: this.#home,
      env,
      stdio: "ignore",
    });
    this.#running.push(child);
    child.once("close", () => {
      if (this.#isOver || !this.#running.includes(child)) return;
      this.#running = this.#running.filter((one) => one !== child);
      this.endedAlone += 1;
      void pause(0.5).then(() => (this.#isOver ? undefined : this.start()));
    });
  }

  /** Kills one of them, and starts another. */
  async replaceOne(): Promise<void> {
    const at = Math.floor(Math.random() * this.#running.length);
    const [victim] = this.#running.splice(at, 1);
    victim?.kill("SIGKILL");
    await this.start();
  }

  /** Asks all to stop; gives how they ended. */
  async stop(): Promise<(number | null)[]> {
    this.#isOver = true;
    return Promise.all(
      this.#running.map(async (child) => {
        if (child.exitCode !== null) return child.exitCode;
        child.kill("SIGTERM");
        const [code] = (await once(child, "close")) as [number | null];
        return code;
      }),
    );
  }

  end(): void {
    this.#isOver = true;
    for (const child of this.#running) child.kill("SIGKILL");
  }
}

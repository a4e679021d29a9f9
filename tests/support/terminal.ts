import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { atEndOfFile } from "./at-end.ts";
import { now } from "./cli.ts";
import { lacking, type Skip } from "./tools.ts";

const bin = fileURLToPath(new URL("../../bin/onetopic.js", import.meta.url));

/** A real terminal of 80 columns and 24 lines, in which the real program runs. */
export interface Terminal {
  /** Types text, or presses a key by the name that tmux gives it. */
  readonly press: (...keys: readonly string[]) => void;
  /** The screen, once it shows this. A screen that never does is a failure. */
  readonly shows: (wanted: RegExp) => Promise<string>;
}

let servers = 0;

/** Runs a command of onetopic in a terminal. Where tmux is missing the test is skipped, but not in CI on Linux. */
export function openTerminal(skip: Skip, cwd: string, args: readonly string[]): Terminal {
  servers += 1;
  const socket = `onetopic-test-${process.pid}-${servers}`;
  const env = { ...process.env, ONETOPIC_NOW: now, TZ: "UTC", CI: "", NO_COLOR: "1", TMUX: "" };
  const tmux = (...rest: readonly string[]) =>
    spawnSync("tmux", ["-L", socket, "-f", "/dev/null", ...rest], { cwd, env, encoding: "utf8" });
  const words = [process.execPath, bin, ...args].map((one) => `'${one.replaceAll("'", String.raw`'\''`)}'`);
  // What it ends with shows as well, and the screen stays until the test is over.
  const line = `${words.join(" ")}; echo "ended with $?"; exec cat`;
  const { error, status, stderr } = tmux("new-session", "-d", "-x", "80", "-y", "24", "sh", "-c", line);
  if (error) {
    if (process.platform === "linux") lacking(skip, "tmux");
    skip("There is no tmux on this machine");
  }
  if (status !== 0) throw new Error(`tmux: ${stderr}`);
  atEndOfFile(() => spawnSync("tmux", ["-L", socket, "kill-server"]));
  const screen = () => tmux("capture-pane", "-p").stdout;
  return {
    press: (...keys) => void tmux("send-keys", ...keys),
    shows: async (wanted) => {
      for (const end = performance.now() + 20_000; performance.now() < end;) {
        const shown = screen();
        if (wanted.test(shown)) return shown;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`The screen never showed ${String(wanted)}:\n${screen()}`);
    },
  };
}

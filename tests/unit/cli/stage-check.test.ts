import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { tempToolkit } from "../../support/cli.ts";
import { liveOn, type OpenedLive } from "../../support/live.ts";

const good = "content/topics/good.md";
let opened: OpenedLive | undefined;
afterEach(() => opened?.close());

/** The numbers of the processes that this one has started and that still run. */
function children(): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  return rows
    .filter((row) => row.includes("stage-check.js") && row.trim().split(/\s+/)[1] === String(process.pid))
    .map((row) => Number.parseInt(row, 10));
}

const told = ({ live }: OpenedLive) => live.shown().problems.map(({ rule }) => rule);

// It starts a program, which must be the built one.
describe.skipIf(process.platform === "win32")("a check in a process of its own", () => {
  it("finds what a check here finds, also of what is shown as it was, and begins anew when its process is gone", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.edit(good, "All is well.", "All is [well](javascript:x).");
    opened = await liveOn(toolkit.root, {}, true);
    const { live, faults } = opened;
    await live.settled();
    expect([live.shown().isChecked, live.shown().fault, faults]).toEqual([true, undefined, []]);
    expect(told(opened)).toContain("link/unsafe");
    expect(children()).toHaveLength(1);

    // Nothing of the topic is in its file any more, and what is shown of it is judged all the same.
    toolkit.edit(good, "title: Good", "title: [");
    await live.change([good]);
    await live.settled();
    expect([...live.shown().stage.stale]).toEqual([good]);
    expect(told(opened)).toEqual(expect.arrayContaining(["link/unsafe", "yaml/syntax"]));

    const [first] = children();
    process.kill(first as number, "SIGKILL");
    toolkit.edit(good, "title: [", "title: Better");
    await expect.poll(children).toEqual([]);
    await live.change([good]);
    await live.settled();
    expect([live.shown().isChecked, live.shown().fault, faults]).toEqual([true, undefined, []]);
    expect(children()).not.toContain(first);

    await opened.close();
    opened = undefined;
    expect(children()).toEqual([]);
  });

  it("that is stopped from outside says so, and what to do", async () => {
    const toolkit = tempToolkit("tiny");
    opened = await liveOn(toolkit.root, {}, true);
    const { live } = opened;
    await expect.poll(children).toHaveLength(1);
    process.kill(children()[0] as number, "SIGKILL");
    await live.settled();
    expect(live.shown().fault?.code).toBe("check-ended");
  });
});

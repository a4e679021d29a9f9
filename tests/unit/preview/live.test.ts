import { cpSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { followTheWorld, isOver } from "../../../src/preview/follow.ts";
import { openLive, type Change, type Live } from "../../../src/preview/live.ts";
import type { Stage } from "../../../src/preview/stage.ts";
import { UserError } from "../../../src/domain/user-error.ts";
import { emptyFolder, now, tempToolkit } from "../../support/cli.ts";
import { liveOn, type OpenedLive } from "../../support/live.ts";

const good = "content/topics/good.md";
let opened: OpenedLive | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function tinyLive() {
  const toolkit = tempToolkit("tiny");
  opened = await liveOn(toolkit.root);
  return { toolkit, ...opened };
}

function changesOf(live: Live): Change[] {
  const changes: Change[] = [];
  live.subscribe((change) => changes.push(change));
  return changes;
}

describe("what pages show", () => {
  it("follows a change at once, and the check of it later", async () => {
    const { toolkit, live } = await tinyLive();
    await live.settled();
    expect(live.shown().isChecked).toBe(true);
    const changes = changesOf(live);
    toolkit.edit(good, "All is well.", "All is [well](javascript:x).");
    await live.change([good]);
    expect(changes.map(({ files }) => files)).toEqual([[good]]);
    expect(live.shown().isChecked).toBe(false);
    await live.settled();
    expect(live.shown().isChecked).toBe(true);
    expect(live.shown().problems.map(({ rule }) => rule)).toContain("link/unsafe");
    expect(changes.map(({ version }) => version)).toEqual(
      changes.map((_, at) => (changes[0]?.version ?? 0) + at),
    );
  });

  it("keeps what was found through several changes, but not the fault of a file that was mended", async () => {
    const { toolkit, live } = await tinyLive();
    const told = () => live.shown().problems.map(({ rule, path }) => `${path} ${rule}`);
    expect(live.shown().wasChecked).toBe(false);
    toolkit.edit(good, "All is well.", "All is [well](javascript:x).");
    toolkit.write("content/topics/other.md", "---\ntitle: [\n---\n");
    await live.change([good, "content/topics/other.md"]);
    await live.settled();
    const found = [`${good} link/unsafe`, "content/topics/other.md yaml/syntax"];
    expect(told()).toEqual(expect.arrayContaining(found));
    for (const title of ["One", "Two"]) {
      toolkit.edit(good, /^title: .*$/m, `title: ${title}`);
      await live.change([good]);
      expect([live.shown().isChecked, live.shown().wasChecked]).toEqual([false, true]);
      expect(told()).toEqual(expect.arrayContaining(found));
    }
    rmSync(toolkit.path("content/topics/other.md"));
    await live.change(["content/topics/other.md"]);
    expect(live.shown().isChecked).toBe(false);
    expect(told()).toContain(found[0]);
    expect(told()).not.toContain(found[1]);
  });

  it("keeps its compiled templates as long as they say the same", async () => {
    const { toolkit, live } = await tinyLive();
    const { templates } = live.shown().stage;
    toolkit.edit(good, "title: Good", "title: Better");
    await live.change([good]);
    expect(live.shown().stage.templates).toBe(templates);
    toolkit.write("templates/partials/footer.html.hbs", "<p>Mine</p>");
    await live.change(["templates/partials/footer.html.hbs"]);
    expect(live.shown().stage.templates).not.toBe(templates);
  });

  it("keeps the templates of before while those of now are faulty", async () => {
    const { toolkit, live } = await tinyLive();
    const file = "templates/partials/footer.html.hbs";
    toolkit.write(file, "<p>{{#if</p>");
    await live.change([file]);
    const { stage } = live.shown();
    expect([...stage.stale]).toEqual([file]);
    expect(stage.studio.templateProblems).toEqual([]);
    expect(stage.toolkit.problems.map(({ path }) => path)).toEqual([file]);
    toolkit.write(file, "<p>Mended</p>");
    await live.change([file]);
    expect(live.shown().stage.stale.size).toBe(0);
  });

  it("is the last toolkit there was, with the reason, when there is none any more", async () => {
    const { toolkit, live, faults } = await tinyLive();
    const settings = toolkit.read("onetopic.yaml");
    rmSync(toolkit.path("onetopic.yaml"));
    await live.change(["onetopic.yaml"]);
    expect(live.shown().fault?.code).toBe("no-toolkit");
    expect(live.shown().stage.toolkit.topics.map(({ title }) => title)).toEqual(["Good"]);
    toolkit.write("onetopic.yaml", settings);
    await live.change(["onetopic.yaml"]);
    expect([live.shown().fault, faults]).toEqual([undefined, []]);
  });

  it("learns of what was sent and written to the outbox, and of nothing when it only looked", async () => {
    const { toolkit, live } = await tinyLive();
    const { stage } = live.shown();
    await live.settled();
    const { version, mark } = live.shown();
    await live.happened();
    expect(live.shown().version).toBe(version);
    toolkit.write("var/outbox/0123456789abcdef0123456789abcdef.eml", "To: ann@example.org\n\n");
    await live.happened();
    expect(live.shown().version).toBe(version + 1);
    expect(live.shown().mark).not.toBe(mark);
    expect(live.shown().stage).toBe(stage);
  });
});

/** A stage of which only what is read here is there. */
const stageWith = (parts: Partial<Stage>) =>
  ({
    toolkit: { problems: [] },
    mark: async () => "",
    standing: async () => ({ state: "sent", next: { command: "", why: "" } }),
    findings: async () => [],
    ...parts,
  }) as unknown as Stage;

describe("reading", () => {
  const conceal = (text: string) => text;

  it("is done once for what changes while it goes on", async () => {
    const begun: (() => void)[] = [];
    let readings = 0;
    const live = await openLive({
      open: async (last) => {
        readings += 1;
        if (last) await new Promise<void>((resolve) => begun.push(resolve));
        return stageWith({});
      },
      onFault: () => {},
      conceal,
    });
    const changes = changesOf(live);
    const done = live.change(["a"]);
    for (const file of ["d", "b", "c", "b"]) void live.change([file]);
    begun.shift()?.();
    await expect.poll(() => begun.length).toBe(1);
    begun.shift()?.();
    await done;
    expect(readings).toBe(3);
    expect(changes.filter(({ files }) => files.length > 0).map(({ files }) => files)).toEqual([
      ["a"],
      ["b", "c", "d"],
    ]);
    await live.close();
  });

  it("ends the check of what is out of date", async () => {
    const ended: string[] = [];
    const begun: string[] = [];
    const stageNamed = (name: string) =>
      stageWith({
        findings: (signal) =>
          new Promise((resolve, reject) => {
            begun.push(name);
            if (name === "second") resolve([]);
            signal.addEventListener("abort", () => {
              ended.push(name);
              reject(new Error("ended"));
            });
          }),
      });
    const faults: unknown[] = [];
    const live = await openLive({
      open: async (last) => stageNamed(last ? "second" : "first"),
      onFault: (fault) => faults.push(fault),
      conceal,
    });
    await expect.poll(() => begun).toEqual(["first"]);
    await live.change(["a"]);
    await live.settled();
    expect([ended, begun, faults]).toEqual([["first"], ["first", "second"], []]);
    expect([live.shown().isChecked, live.shown().fault]).toEqual([true, undefined]);
    await live.close();
  });

  it("tells a fault of ours in words, where what is shown is kept", async () => {
    const faults: unknown[] = [];
    const fault = new Error("unforeseen");
    let isFirst = true;
    const first = stageWith({
      standing: () => Promise.reject(new UserError("x", "No ledger.", "Make one.")),
    });
    const live = await openLive({
      open: async () => {
        if (!isFirst) throw fault;
        isFirst = false;
        return first;
      },
      onFault: (one) => faults.push(one),
      conceal,
    });
    await live.settled();
    expect(live.shown().standing).toMatchObject({ message: "No ledger.", hint: "Make one." });
    await live.change(["a"]);
    expect([live.shown().fault?.code, live.shown().stage, faults]).toEqual(["bug", first, [fault]]);
    await live.close();
  });
});

describe("time", () => {
  it("is up for a stage at midnight where the toolkit is at home, and at the send date", async () => {
    const { live } = await tinyLive();
    const { stage } = live.shown();
    const date = "2026-11-22T15:00:00.000Z";
    const before = { ...stage, cycle: { ...stage.cycle, date } };
    for (const [later, is] of [
      [now, false],
      ["2026-11-22T14:59:59Z", false],
      [date, true],
      ["2026-11-23T00:00:00Z", true],
    ] as const)
      expect(isOver(before, new Date(later)), later).toBe(is);
    expect(isOver(stage, new Date("2026-11-22T23:59:59Z"))).toBe(false);
    expect(isOver(stage, new Date("2026-11-23T00:00:00Z"))).toBe(true);
  });

  it("makes a new stage when a day begins, and lets a send show, while somebody looks on", async () => {
    const { toolkit, live, context } = await tinyLive();
    await live.settled();
    const lookAway = live.lookOn();
    const world = followTheWorld(live, () => context.now, 5);
    toolkit.write("var/outbox/0123456789abcdef0123456789abcdef.eml", "To: ann@example.org\n\n");
    const { version } = live.shown();
    await new Promise<void>((resolve) => void live.subscribe(() => resolve()));
    expect(live.shown().version).toBeGreaterThan(version);
    await world.close();
    const { stage } = live.shown();
    const later = followTheWorld(live, () => new Date("2026-11-23T10:00:00Z"), 5);
    await expect.poll(() => live.shown().stage).not.toBe(stage);
    await later.close();
    lookAway();
    expect(live.isWatched()).toBe(false);
  });

  it("is not looked at while nobody looks on, until somebody comes", async () => {
    const { toolkit, live, context } = await tinyLive();
    await live.settled();
    live.subscribe(() => {});
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const clock = vi.fn<() => Date>(() => context.now);
    const world = followTheWorld(live, clock);
    toolkit.write("var/outbox/0123456789abcdef0123456789abcdef.eml", "To: ann@example.org\n\n");
    const { version } = live.shown();
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    expect([live.isWatched(), clock.mock.calls.length]).toEqual([false, 0]);
    await world.look();
    expect(live.shown().version).toBe(version + 1);
    await world.close();
  });
});

describe("a folder that comes to lead out of the toolkit", () => {
  it("is shown as it was, and told", async () => {
    const { toolkit, live } = await tinyLive();
    const elsewhere = join(emptyFolder(), "topics");
    renameSync(toolkit.path("content/topics"), elsewhere);
    symlinkSync(elsewhere, toolkit.path("content/topics"), "junction");
    await live.change(["content/topics"]);
    const { stage, problems } = live.shown();
    expect([...stage.stale]).toEqual([good]);
    expect(problems.map(({ rule, path: at }) => [rule, at])).toContainEqual(["file/unreadable", good]);
  });
});

describe("a toolkit that is moved away", () => {
  it("is not taken for one that lies above it", async () => {
    const outer = tempToolkit("tiny");
    const inner = outer.path("inner");
    cpSync(outer.path("content"), `${inner}/content`, { recursive: true });
    cpSync(outer.path("onetopic.yaml"), `${inner}/onetopic.yaml`);
    opened = await liveOn(inner);
    rmSync(`${inner}/onetopic.yaml`);
    await opened.live.change(["onetopic.yaml"]);
    expect(opened.live.shown()).toMatchObject({ isGone: true, fault: { code: "no-toolkit" } });
  });

  it("is told as gone, never as one from which nothing was sent, until it is back", async () => {
    const { toolkit, live, context, faults } = await tinyLive();
    await live.settled();
    const world = followTheWorld(live, () => context.now, 60_000);
    const { standing } = live.shown();
    const away = `${toolkit.root}-away`;
    renameSync(toolkit.root, away);
    try {
      await live.happened();
      await world.look();
      expect(live.shown()).toMatchObject({ standing, isGone: true, fault: { code: "no-folder" } });
      expect((await live.shown().stage.editions.sent(["2026-12"])).fault?.code).toBe("no-folder");
      await expect(live.shown().stage.standing()).rejects.toMatchObject({ code: "no-folder" });
    } finally {
      renameSync(away, toolkit.root);
    }
    await world.look();
    expect([live.shown().isGone, live.shown().fault, faults]).toEqual([false, undefined, []]);
    await world.close();
  });
});

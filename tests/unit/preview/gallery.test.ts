import { describe, expect, it } from "vitest";
import { openGallery, type Made } from "../../../src/preview/topic/gallery.ts";

const made = (text: string): Made => ({ content: Buffer.from(text), problems: [] });

describe("what was rendered lately", () => {
  it("is made once, also when it is asked for twice at the same time", async () => {
    const gallery = openGallery();
    let times = 0;
    const make = async () => {
      times += 1;
      return made("x");
    };
    const [one, other] = await Promise.all([gallery.make("d", "p", make), gallery.make("d", "p", make)]);
    expect([one === other, (await gallery.make("d", "p", make)) === one, times]).toEqual([true, true, 1]);
  });

  it("is shown as it last was when it can no longer be made", async () => {
    const gallery = openGallery();
    await gallery.make("good", "poster", async () => made("x"));
    await gallery.make("bad", "poster", async () => ({ problems: [] }));
    expect([gallery.last("poster"), gallery.known("bad")?.content]).toEqual(["good", undefined]);
    // Undone: what is known already counts as the last again.
    await gallery.make("better", "poster", async () => made("y"));
    await gallery.make("good", "poster", () => Promise.reject(new Error("It is known.")));
    expect(gallery.last("poster")).toBe("good");
  });

  it("takes no more room than it may, and forgets what was asked for longest ago", async () => {
    const gallery = openGallery(11_000);
    const big = "x".repeat(4_000);
    for (const name of ["a", "b"]) await gallery.make(name, name, async () => made(big));
    gallery.known("a");
    await gallery.make("c", "c", async () => made(big));
    expect(["a", "b", "c"].map((name) => gallery.known(name) !== undefined)).toEqual([true, false, true]);
    expect(gallery.last("b")).toBeUndefined();
  });

  it("does not remember an accident", async () => {
    const gallery = openGallery();
    await expect(gallery.make("d", "p", () => Promise.reject(new Error("once")))).rejects.toThrow("once");
    expect((await gallery.make("d", "p", async () => made("x"))).content?.toString()).toBe("x");
  });
});

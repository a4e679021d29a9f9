import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyFolder, tempToolkit, toolkitIn } from "../../support/cli.ts";
import { cookieOf, pathOf, servedPreview, type ServedPreview } from "../../support/live.ts";

const settings = "toolkit: Many\ncycle: { every: month, starts: 2026-11-03 }\n";

async function overviewOf(root: string, query = ""): Promise<string> {
  const served = await servedPreview(root);
  try {
    const cookie = cookieOf(await served.ask(pathOf(served.server.address)));
    return (await served.ask(`/${query}`, { headers: { cookie } })).text;
  } finally {
    await served.close();
  }
}

describe("the overview of a toolkit", () => {
  it("without topics says how to write the first", async () => {
    const toolkit = toolkitIn(emptyFolder());
    toolkit.write("onetopic.yaml", settings);
    const text = await overviewOf(toolkit.root);
    expect(text).toContain('data-copy="onetopic new"');
    expect(text).not.toContain("Coming");
  });

  it("with faulty settings says so first, names no dates, and still lists the topics", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.edit("onetopic.yaml", "cycle:", "cycle: [");
    const text = await overviewOf(toolkit.root);
    expect(text).toMatch(
      /onetopic\.yaml cannot be used as it is now\.[\s\S]*onetopic\.yaml:\d+:\d+[\s\S]*id="topics"/,
    );
    expect(text).toContain('href="/topics/good"');
    expect(text).toContain('<td data-name="Next">–</td>');
    expect(text).not.toContain("Send date");
  });
});

describe("the overview of many topics", () => {
  let served: ServedPreview;
  let cookie = "";
  beforeAll(async () => {
    const toolkit = toolkitIn(emptyFolder());
    toolkit.write("onetopic.yaml", settings);
    for (let at = 0; at < 250; at += 1) {
      const status = at % 5 === 0 ? "draft" : "ready";
      const title = `Topic ${String(at).padStart(3, "0")}${at === 7 ? " <b>odd</b>" : ""}`;
      toolkit.write(
        `content/topics/t-${at}.md`,
        `---\ntitle: ${title}\nsummary: One.\nstatus: ${status}\n---\n\nText.\n`,
      );
    }
    served = await servedPreview(toolkit.root);
    cookie = cookieOf(await served.ask(pathOf(served.server.address)));
  });
  afterAll(() => served.close());

  const titles = async (query: string) => {
    const { text } = await served.ask(`/${query}`, { headers: { cookie } });
    return [...text.matchAll(/<th scope="row"><a [^>]*>(.*?)<\/a>/g)].map(([, title]) => title);
  };

  it("comes a hundred at a time, each of them once", async () => {
    const pages = await Promise.all(["", "?page=2", "?page=3"].map(titles));
    expect(pages.map((page) => page.length)).toEqual([100, 100, 50]);
    expect(new Set(pages.flat()).size).toBe(250);
    for (const odd of ["0", "-1", "x", "1e9", "2.5"])
      expect((await titles(`?page=${odd}`)).length, odd).toBeGreaterThan(0);
  });

  it("is found by words and status, in the order asked for", async () => {
    expect(await titles("?q=TOPIC%20007")).toEqual(["Topic 007 &lt;b&gt;odd&lt;/b&gt;"]);
    expect(await titles("?q=t-249")).toEqual(["Topic 249"]);
    expect(await titles("?status=draft&q=topic%2000")).toEqual(["Topic 000", "Topic 005"]);
    expect(await titles("?q=no-such")).toEqual([]);
    expect(await titles("?by=no-such")).toEqual(await titles(""));
    const { text } = await served.ask("/?by=next", { headers: { cookie } });
    const next = [...text.matchAll(/data-name="Next">(.*?)</g)].map(([, cycle = ""]) => cycle);
    expect(next.slice(0, 3)).toEqual(["November 2026", "December 2026", "January 2027"]);
    expect(next.at(-1)).toBe("–");
    const times = next.map((cycle) => (cycle === "–" ? Infinity : Date.parse(`1 ${cycle}`)));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });
});

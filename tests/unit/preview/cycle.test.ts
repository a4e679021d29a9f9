import { afterEach, describe, expect, it } from "vitest";
import { runInside, tempToolkit, type TestToolkit } from "../../support/cli.ts";
import { cookieOf, pathOf, servedPreview, type ServedPreview } from "../../support/live.ts";

let preview: ServedPreview | undefined;
afterEach(async () => {
  await preview?.close();
  preview = undefined;
});

/** @returns gives the text of a page */
async function looking(toolkit: TestToolkit): Promise<(path: string) => Promise<string>> {
  const served = (preview = await servedPreview(toolkit.root));
  const cookie = cookieOf(await served.ask(pathOf(served.server.address)));
  return async (path) => (await served.ask(path, { headers: { cookie } })).text;
}

async function ran(toolkit: TestToolkit, ...args: readonly string[]): Promise<string> {
  const run = await runInside(args, toolkit.root);
  if (run.code !== 0) throw new Error(run.stderr);
  return run.stdout;
}

describe("the page of a cycle", () => {
  it("offers no other topic where the edition has gone out, as the command takes none", async () => {
    const toolkit = tempToolkit("library");
    toolkit.write("people/readers.csv", "email,name,audience\nann@example.org,Ann,schools\n");
    await ran(toolkit, "pick", "lost-cards", "--cycle", "2026-11");
    const look = await looking(toolkit);
    const other = "/calendar/2026-11?topic=quiet-hours";
    expect(await look(other)).toContain("Replace</button>");
    await ran(toolkit, "send", "2026-11", "--to", "readers", "--confirm", "1");
    const page = await look(other);
    expect(page).toContain("has gone to 1 person, so its topic stays.");
    expect(page).not.toContain("Replace</button>");
    const refused = await runInside(["pick", "quiet-hours", "--cycle", "2026-11", "--replace"], toolkit.root);
    expect(refused.stderr).toContain("has gone to 1 person, so its topic stays.");
  });

  it.each(["/", "/calendar", "/calendar/2026-12"])(
    "knows no date while the settings have none: %s",
    async (at) => {
      const toolkit = tempToolkit("tiny");
      const settings = toolkit.read("onetopic.yaml");
      toolkit.write("onetopic.yaml", settings.replace(/^cycle:.*$/m, ""));
      const look = await looking(toolkit);
      const page = await look(at);
      expect(page).toContain("neither dates nor the next step are known");
      expect(page).not.toMatch(/\d{1,2} (?:November|December) 2026|can come/);
      toolkit.write("onetopic.yaml", settings);
      await preview?.live.change(["onetopic.yaml"]);
      expect(await look(at)).toContain("December 2026");
    },
  );
});

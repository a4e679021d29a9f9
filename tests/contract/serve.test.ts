import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { documentOf, eventsOf, expectCode, finish, startCli, tempToolkit } from "../support/cli.ts";

/** The first object that a started program prints. */
async function firstEvent(child: ReturnType<typeof startCli>): Promise<Record<string, unknown>> {
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, "line")) as [string];
  return JSON.parse(line) as Record<string, unknown>;
}

const send = ["send", "--to", "people.csv", "--yes", "--json"] as const;

describe("serve", { timeout: 60_000 }, () => {
  it("takes the one click of a message that was sent, tells nobody's token or address, and stops when asked", async (test) => {
    const toolkit = tempToolkit("tiny");
    toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
    toolkit.write("people.csv", "email\nann@readers.example\nbo@readers.example\n");
    toolkit.write(
      "onetopic.yaml",
      `${toolkit.read("onetopic.yaml")}unsubscribe: { url: "https://tiny.example/u/{token}" }\n`,
    );
    const child = startCli(["serve", "--port", "0", "--json"], { cwd: toolkit.root });
    test.onTestFinished(() => void child.kill("SIGKILL"));
    const ended = finish(child);
    const { event, port } = await firstEvent(child);
    expect(event).toBe("listening");
    expectCode(await toolkit.run(...send), 0);
    const mail = toolkit
      .list("var/outbox")
      .map((file) => toolkit.read(`var/outbox/${file}`).replace(/\r\n[ \t]+/g, " "))
      .find((raw) => /^To: .*ann@/m.test(raw));
    const [, token = ""] =
      /^List-Unsubscribe: <https:\/\/tiny\.example\/u\/([0-9a-f]+)>/m.exec(mail ?? "") ?? [];
    const url = `http://127.0.0.1:${String(port)}/u/${token}`;
    const page = await fetch(url);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Stop these messages?")]);
    const click = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
    });
    expect(click.status).toBe(200);
    const taken = await startAgain(port);
    expect(taken.stderr).toContain("another program has this port");
    child.kill("SIGTERM");
    const run = expectCode(await ended, 0);
    expect(eventsOf(run)).toEqual([
      { event: "listening", host: "127.0.0.1", port },
      { event: "unsubscribed", token: `${token.slice(0, 8)}…`, by: "one-click", at: expect.any(String) },
      { event: "stopped" },
    ]);
    expect(run.stderr).toBe("");
    const list = documentOf<{ suppressions: unknown[] }>(await toolkit.run("suppress", "list", "--json"));
    expect(list.suppressions).toMatchObject([{ address: "ann@readers.example" }]);
    const next = expectCode(await toolkit.run(...send, "--variant", "newsletter"), 0);
    expect(eventsOf(next).at(-1)).toMatchObject({ accepted: 1, suppressed: 1 });

    async function startAgain(busy: unknown) {
      return expectCode(await toolkit.run("serve", "--port", String(busy)), 2);
    }
  });
});

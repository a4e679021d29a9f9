import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { chmodSync, mkdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { documentOf, emptyFolder, expectCode, runCli, snapshot, tempToolkit } from "../support/cli.ts";
import { startSmtp } from "../support/smtp.ts";

interface Report {
  readonly faults: number;
  readonly checks: readonly { check: string; state: string; says: string; hint?: string }[];
}

const stateOf = ({ checks }: Report) => Object.fromEntries(checks.map(({ check, state }) => [check, state]));

describe.concurrent("doctor", { timeout: 60_000 }, () => {
  it("finds nothing wrong with a good machine and toolkit, asks the mail server only when told, and writes nothing", async (test) => {
    const smtp = await startSmtp();
    test.onTestFinished(() => smtp.close());
    const toolkit = tempToolkit("tiny");
    toolkit.write(
      "onetopic.yaml",
      `${toolkit.read("onetopic.yaml")}transport: smtp://127.0.0.1:${smtp.port}\n`,
    );
    const before = snapshot(toolkit.root);
    const plain = documentOf<Report>(expectCode(await toolkit.spawn("doctor", "--json"), 0));
    expect(stateOf(plain)).toMatchObject({
      node: "good",
      typesetter: "good",
      toolkit: "good",
      folder: "good",
      ledger: "good",
      transport: "note",
      time: "good",
    });
    expect(smtp.connections()).toBe(0);
    const asked = documentOf<Report>(expectCode(await toolkit.run("doctor", "--online", "--json"), 0));
    expect(stateOf(asked)).toMatchObject({ transport: "good" });
    expect([smtp.connections(), smtp.received]).toEqual([1, []]);
    expect(snapshot(toolkit.root)).toEqual(before);
  });

  it("names each thing that is wrong, with what to do", async (test) => {
    const web = createServer((socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    web.listen(0, "127.0.0.1");
    await once(web, "listening");
    test.onTestFinished(() => void web.close());
    const toolkit = tempToolkit("tiny");
    const { port } = web.address() as AddressInfo;
    toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}transport: smtp://127.0.0.1:${port}\n`);
    toolkit.write("content/topics/bad.md", "---\ntitle: 1\n");
    toolkit.write("var/ledger.sqlite", "not a ledger at all, but long enough to be looked at as one");
    chmodSync(toolkit.path("var"), 0o755);
    mkdirSync(toolkit.path("out"), { recursive: true });
    const report = documentOf<Report>(expectCode(await toolkit.run("doctor", "--online", "--json"), 1));
    expect(stateOf(report)).toMatchObject({ toolkit: "fault", ledger: "fault", transport: "fault" });
    if (process.platform !== "win32") expect(stateOf(report)).toMatchObject({ privacy: "note" });
    expect(report.faults).toBe(3);
    for (const { state, says, hint } of report.checks) {
      expect(says).toMatch(/[.!?]$/);
      if (state !== "good") expect(hint ?? says).toMatch(/\S/);
    }
  });

  it("works without a toolkit as well", async () => {
    const report = documentOf<Report>(
      expectCode(await runCli(["doctor", "--json"], { cwd: emptyFolder() }), 0),
    );
    expect(stateOf(report)).toMatchObject({ node: "good", typesetter: "good", toolkit: "note" });
  });
});

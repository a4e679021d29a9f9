import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { emptyFolder, expectCode, startCli, tempToolkit } from "../support/cli.ts";
import type { Postgres } from "../support/postgres-server.ts";
import { startPostgres } from "../support/postgres.ts";
import { smtpFor } from "../support/smtp.ts";

/* What a worker says of itself over HTTP: the real program, a real PostgreSQL, a real mail server. */

let server: Postgres | undefined;
let missing: string | undefined;
beforeAll(async () => {
  server = await startPostgres((note) => (missing = note)).catch((fault: Error) => {
    if (missing === undefined) throw fault;
    return undefined;
  });
});
afterAll(() => server?.close());

describe("a worker that is asked how it is", () => {
  it("says what it sent, and that it is alive but not ready while the ledger is away", async (test) => {
    if (!server) return test.skip(missing);
    const smtp = await smtpFor(test);
    const ledger = server.newDatabase();
    const toolkit = tempToolkit("tiny");
    toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
    toolkit.write("people.csv", "email\nann@readers.example\nbob@readers.example\n");
    const away = ["--ledger", ledger, "--transport", `smtp://127.0.0.1:${smtp.port}`];
    expectCode(await toolkit.run("send", "2026-11", "--to", "people.csv", "--yes", "--enqueue", ...away), 0);
    const worker = startCli(
      ["worker", "--listen", "0", "--json", "--transport", `smtp://127.0.0.1:${smtp.port}`],
      {
        cwd: emptyFolder(),
        env: { ONETOPIC_LEDGER: ledger },
      },
    );
    onTestFinished(() => void worker.kill("SIGKILL"));
    const said: Record<string, unknown>[] = [];
    const told = async (event: string) => {
      for (;;) {
        const found = said.find((line) => line["event"] === event);
        if (found) return found;
        await Promise.race([once(worker.stdout, "data"), once(worker, "exit")]);
        if (worker.exitCode !== null) throw new Error(`It ended: ${JSON.stringify(said)}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    createInterface(worker.stdout).on("line", (line) => said.push(JSON.parse(line) as (typeof said)[number]));
    const { message } = await told("listening");
    const [base = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(message)) ?? [];
    const get = async (path: string) => {
      const answer = await fetch(`${base}/${path}`);
      return { status: answer.status, body: await answer.text() };
    };
    await told("left");
    // Whoever watches sees it wait; it holds nothing, so its lease is nobody's concern.
    const database = ledger.slice(ledger.lastIndexOf("/") + 1);
    const senders = () => server!.ask(database, "select count(*), count(run) from onetopic.senders");
    await expect.poll(senders, { timeout: 15_000 }).toBe("1|0");
    expect(await get("healthz")).toMatchObject({ status: 200 });
    expect(await get("readyz")).toEqual({
      status: 200,
      body: '{"status":"ready","ledger":true,"lease":null}',
    });
    const { body } = await get("metrics");
    expect(body).toContain('\nonetopic_messages_total{outcome="accepted"} 2\n');
    expect(body).toContain("\nonetopic_run 0\n");
    await server.kill();
    // What was found out is as good for a second.
    await expect.poll(async () => (await get("readyz")).status, { timeout: 15_000 }).toBe(503);
    expect(await get("healthz")).toMatchObject({ status: 200 });
    await server.start();
    await expect.poll(async () => (await get("readyz")).status, { timeout: 15_000 }).toBe(200);
    worker.kill("SIGTERM");
    const [code] = (await once(worker, "exit")) as [number];
    expect(code).toBe(0);
    expect(senders()).toBe("0|0");
    for (const line of said) {
      expect(line).toMatchObject({
        time: expect.any(String),
        level: expect.any(String),
        worker: expect.any(String),
      });
      expect(JSON.stringify(line)).not.toContain("@readers.example");
    }
  });
});

import { request } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";

import { workerMetrics } from "../../../src/deliver/metrics.ts";
import {
  startWorkerServer,
  isOwnName,
  type WorkerServerOptions,
} from "../../../src/deliver/worker-server.ts";
import { UserError } from "../../../src/domain/user-error.ts";

async function started(more: Partial<WorkerServerOptions> = {}) {
  const clock = { now: 1_000 };
  const metrics = workerMetrics("1.2.3", () => clock.now);
  const options = { host: "127.0.0.1", port: 0, metrics, lease: async () => true, now: () => clock.now };
  const endpoint = await startWorkerServer({ ...options, ...more });
  onTestFinished(() => endpoint.close());
  const ask = (path: string, init: { method?: string; host?: string } = {}) =>
    new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
      (resolve, reject) => {
        const { method = "GET", host = `127.0.0.1:${endpoint.port}` } = init;
        request({ port: endpoint.port, path, method, headers: { host } }, (response) => {
          const { statusCode: status = 0, headers } = response;
          text(response).then((body) => resolve({ status, headers, body }), reject);
        })
          .on("error", reject)
          .end();
      },
    );
  return { clock, metrics, ask, endpoint };
}

const lost = new UserError("ledger-unreachable", "The ledger cannot be reached.", "See that it runs.");
const about = { row: 2, address: "ann@example.org", attempts: 1, messageId: "<1@example.org>" };

describe("the small server of a worker", () => {
  it("is alive whatever the ledger does, and ready only while the ledger answers and the lease is held", async () => {
    let answer: () => Promise<boolean | undefined> = async () => undefined;
    const { clock, ask } = await started({ lease: () => answer() });
    const ready = async () => {
      clock.now += 1_001;
      const { status, body } = await ask("/readyz");
      return [status, JSON.parse(body)] as unknown;
    };
    expect(await ready()).toEqual([200, { status: "ready", ledger: true, lease: null }]);
    answer = async () => true;
    expect(await ready()).toEqual([200, { status: "ready", ledger: true, lease: true }]);
    answer = async () => false;
    expect(await ready()).toEqual([503, { status: "not ready", ledger: true, lease: false }]);
    answer = () => Promise.reject(lost);
    expect(await ready()).toEqual([503, { status: "not ready", ledger: false, lease: null }]);
    expect(await ask("/healthz")).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect((await ask("/metrics")).body).toContain("\nonetopic_ledger_up 0\n");
  });

  it("asks the ledger once a second, however many ask", async () => {
    let asked = 0;
    const { clock, ask } = await started({ lease: async () => (asked += 1) > 0 });
    await Promise.all(Array.from({ length: 20 }, () => ask("/readyz")));
    expect(asked).toBe(1);
    clock.now += 1_001;
    await ask("/metrics");
    expect(asked).toBe(2);
  });

  it("tells what was sent, as Prometheus reads it, and nobody's address", async () => {
    const { clock, metrics, ask } = await started();
    metrics.work({ id: 7 });
    for (const messageId of ["<1@example.org>", "<2@example.org>", "<3@example.org>"])
      metrics.see({ event: "attempting", ...about, messageId });
    clock.now += 300;
    metrics.see({ event: "accepted", reply: "250 ann@example.org", ...about });
    metrics.see({ event: "rejected", reply: "550 5.1.1", ...about, messageId: "<2@example.org>" });
    metrics.fault("ledger-unreachable");
    metrics.fault('b"ad\n');
    const { status, headers, body } = await ask("/metrics");
    expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    expect([headers["cache-control"], headers["x-content-type-options"]]).toEqual(["no-store", "nosniff"]);
    for (const line of [
      'onetopic_build_info{version="1.2.3"} 1',
      'onetopic_messages_total{outcome="accepted"} 1',
      'onetopic_messages_total{outcome="rejected"} 1',
      'onetopic_messages_total{outcome="deferred"} 0',
      'onetopic_faults_total{code="ledger-unreachable"} 1',
      'onetopic_faults_total{code="other"} 1',
      'onetopic_attempt_seconds_bucket{le="0.25"} 0',
      'onetopic_attempt_seconds_bucket{le="0.5"} 2',
      "onetopic_attempts_under_way 1",
      "onetopic_run 7",
      "onetopic_ledger_up 1",
      "onetopic_lease_held 1",
    ])
      expect(body.split("\n")).toContain(line);
    expect(body).toMatch(/^process_resident_memory_bytes \d+/m);
    expect(body).not.toContain("@");
    // Each line is a remark or a sample. Source: Prometheus, exposition formats, text-based format.
    const sample =
      /^[a-z_][a-z\d_]*(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? (\d[\d.e+-]*|NaN|Nan|\+Inf)( \d+)?$/;
    for (const line of body.trimEnd().split("\n"))
      if (!line.startsWith("# ") && line !== "") expect(line).toMatch(sample);
    metrics.work(undefined);
    expect((await ask("/metrics")).body).toMatch(/^onetopic_attempts_under_way 0\n(.*\n)*onetopic_run 0$/m);
  });

  it("answers nothing else, and nobody who came by another's name", async () => {
    const { ask, endpoint } = await started();
    expect((await ask("/")).status).toBe(404);
    expect((await ask("/metrics", { method: "POST" })).status).toBe(405);
    expect((await ask("/metrics", { host: "evil.example" })).status).toBe(421);
    expect((await ask("/healthz", { host: `localhost:${endpoint.port}` })).status).toBe(200);
  });

  it("says in words when it cannot listen", async () => {
    const { endpoint } = await started();
    await expect(started({ port: endpoint.port })).rejects.toMatchObject({
      code: "cannot-listen",
      exit: 2,
      hint: expect.stringContaining("--listen PORT"),
    });
  });
});

describe("whether a name is ours", () => {
  it.each([
    "127.0.0.1",
    "10.0.0.5:9464",
    "[::1]:9464",
    "localhost",
    "worker-1:9464",
    "mail.example.org",
    "Box.example.",
  ])("%s is", (name) => expect(isOwnName(name, ["box.example", "mail.example.org"])).toBe(true));

  it.each([
    undefined,
    "",
    "evil.example",
    "127.0.0.1.evil.example",
    "box.example.evil",
    "a b.c",
    "[evil.example]",
  ])("%s is not", (name) => expect(isOwnName(name, ["box.example"])).toBe(false));
});

import { onTestFinished } from "vitest";
import { describe, expect, it } from "vitest";

import { parseTransport } from "../../../src/deliver/transports/parse.ts";
import { startSmtp } from "../../support/smtp.ts";
import { listOf, newSetting, only, people } from "./setting.ts";

async function smtp(options: Parameters<typeof startSmtp>[0] = {}) {
  const server = await startSmtp(options);
  onTestFinished(() => server.close());
  const transport = parseTransport(`smtp://127.0.0.1:${server.port}`, { root: "/", timeout: 5_000 });
  return { server, transport };
}

describe("a run", () => {
  it("probe", async () => {
    const { server, transport } = await smtp();
    const { freeze, send } = await newSetting();
    const run = await freeze(listOf(...people(20)));
    const events = await send(run, transport);
    expect(only(events, "summary")).toMatchObject([{ audience: 20, accepted: 20 }]);
    expect(server.received).toHaveLength(20);
    console.log(events.slice(0, 4), server.connections(), server.received[0]);
  });
});

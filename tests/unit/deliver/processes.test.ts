import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { UserError } from "../../../src/domain/user-error.ts";
import { openLedger } from "../../../src/deliver/open-ledger.ts";
import { takeSenderLock } from "../../../src/deliver/lock.ts";
import { parseTransport } from "../../../src/deliver/transports/parse.ts";
import { certificate, startSmtp } from "../../support/smtp.ts";
import { type Compiled, compileDeliver, ended, said } from "./compiled.ts";
import {
  attemptOf,
  edition,
  emptyFolder,
  fakeClock,
  listOf,
  newSetting,
  only,
  people,
  request,
} from "./setting.ts";

let compiled: Compiled;
beforeAll(() => {
  compiled = compileDeliver();
});
afterAll(() => compiled.remove());

/** Sends the newest run of a ledger: arguments are the ledger, the transport, the toolkit's folder. */
const sending = `
import { openLedger } from "deliver/open-ledger.js";
import { takeSenderLock } from "deliver/lock.js";
import { deliver } from "deliver/send.js";
import { systemClock } from "deliver/clock.js";
import { parseTransport } from "deliver/transports/parse.js";

const [file, transport, root] = process.argv.slice(2);
const lock = takeSenderLock(file + ".lock", systemClock);
const ledger = await openLedger(file, systemClock);
const [run] = await ledger.runs();
await ledger.adopt(run);
const toMessage = (to, messageId) => ({
  from: "news@trust.example", to: to.address, messageId,
  raw: Buffer.from("To: " + to.address + "\\r\\nMessage-ID: " + messageId + "\\r\\n\\r\\n" + "Hello. ".repeat(2000) + "\\r\\n"),
});
const options = {
  ledger, run, toMessage, senderDomain: "trust.example", clock: systemClock, random: Math.random,
  transport: parseTransport(transport, { root, timeout: 10000 }), limits: { connections: 4 },
  retry: { first: 100, longest: 1000, giveUpAfter: 60000, attempts: 5, timeout: 10000 },
};
for await (const { event } of deliver(options)) console.log(event);
await ledger.close();
lock.release();
`;

const holding = `
import { takeSenderLock } from "deliver/lock.js";
// Kept: what nobody refers to any more is closed when memory is tidied up.
globalThis.lock = takeSenderLock(process.argv[2], { now: () => Date.UTC(2026, 11, 1) });
console.log("held");
setInterval(() => {}, 1000);
`;

function refusal(work: () => unknown): UserError {
  try {
    work();
  } catch (fault) {
    if (fault instanceof UserError) return fault;
    throw fault;
  }
  throw new Error("Nothing was refused.");
}

describe("a process that is killed while it sends", () => {
  async function frozen(list: readonly string[]) {
    const file = join(emptyFolder(), "ledger.sqlite");
    const { freeze, ledger } = await newSetting(file);
    await freeze(listOf(...list));
    await ledger.close();
    return file;
  }

  it.each([1, 7, 40])("by SMTP, at message %i: nobody is mailed twice, nobody lost", async (at) => {
    const list = people(60);
    const file = await frozen(list);
    const victims: { kill?: () => void } = {};
    const server = await startSmtp({
      onReceived: () => {
        if (server.received.length === at) victims.kill?.();
      },
    });
    onTestFinished(() => server.close());
    const transport = `smtp://127.0.0.1:${server.port}`;
    const child = compiled.start(sending, [file, transport, "/"]);
    victims.kill = () => child.kill("SIGKILL");
    expect(await ended(child)).toMatchObject({ signal: "SIGKILL" });
    const before = server.received.length;
    expect(before).toBeGreaterThanOrEqual(at);
    expect(before).toBeLessThan(list.length);

    const { ledger, send } = await newSetting(file);
    const [run] = await ledger.runs();
    const [summary] = only(await send(run!, parseTransport(transport, { root: "/" })), "summary");
    const unknown = (await ledger.rows(run!)).filter(({ state }) => state === "unknown");
    expect(summary).toMatchObject({
      audience: 60,
      accepted: 60 - unknown.length,
      unknown: unknown.length,
      pending: 0,
    });
    // At most one per connection, and the one that was being answered is among them.
    expect(unknown.length).toBeGreaterThanOrEqual(1);
    expect(unknown.length).toBeLessThanOrEqual(4);
    const reached = server.received.map(({ to }) => to);
    expect(new Set(reached).size).toBe(reached.length);
    const listed = new Set([...reached, ...unknown.map(({ address }) => address)]);
    expect([...listed].toSorted()).toEqual(list.toSorted());
  });

  it("into the outbox: everyone has exactly one message, and nothing is unknown", async () => {
    const root = emptyFolder();
    const file = await frozen(people(80));
    const child = compiled.start(sending, [file, "outbox:out", root]);
    let accepted = 0;
    child.stdout?.on("data", (text) => {
      accepted += String(text).split("accepted").length - 1;
      if (accepted >= 10) child.kill("SIGKILL");
    });
    expect(await ended(child)).toMatchObject({ signal: "SIGKILL" });
    const { text: again, code } = await ended(compiled.start(sending, [file, "outbox:out", root]));
    expect(again).toMatch(/summary\n$/);
    expect(code).toBe(0);
    const ledger = await openLedger(file, fakeClock());
    onTestFinished(() => ledger.close());
    const [run] = await ledger.runs(edition);
    expect(await ledger.tally(run!)).toMatchObject({ audience: 80, accepted: 80 });
    const files = readdirSync(join(root, "out")).filter((name) => name.endsWith(".eml"));
    const addresses = files.map(
      (name) => /^To: (.*)$/m.exec(readFileSync(join(root, "out", name), "utf8"))?.[1],
    );
    expect(addresses.toSorted()).toEqual(people(80).toSorted());
  });
});

/** Puts people on the do-not-mail list, one by one, as the unsubscribe endpoint does. */
const suppressing = `
import { openLedger } from "deliver/open-ledger.js";
const ledger = await openLedger(process.argv[2], { now: Date.now });
console.log("open");
for (let i = 0; i < 400; i += 1) await ledger.suppress([{ address: i + "@x.example", key: i + "@x.example" }], "asked");
await ledger.close();
`;

it("a ledger is written by several processes at once, and they wait for each other", async () => {
  const file = join(emptyFolder(), "ledger.sqlite");
  const { freeze, ledger } = await newSetting(file);
  const run = await freeze(listOf(...people(300)));
  await ledger.adopt(run);
  const child = compiled.start(suppressing, [file]);
  const end = ended(child);
  await said(child, "open");
  for (let count = 0; count < 300; count += 1) {
    const [one] = (await ledger.claim(request(run, { limits: { perHour: 1_000 } }))).deliveries;
    const attempt = attemptOf(one!);
    expect(await ledger.begin(attempt)).toBe(true);
    await ledger.settle({ attempt, outcome: { kind: "accepted", reply: "" } });
  }
  expect(await end).toMatchObject({ code: 0 });
  expect(await ledger.suppressions()).toHaveLength(400);
  expect(await ledger.tally(run)).toMatchObject({ accepted: 300 });
});

describe("the sender's lock", () => {
  it("is held by one process, says who, and is free once that one is killed", async () => {
    const file = join(emptyFolder(), "var", "sender.lock");
    const holder = compiled.start(holding, [file]);
    onTestFinished(() => void holder.kill("SIGKILL"));
    await said(holder, "held");
    const fault = refusal(() => takeSenderLock(file, fakeClock()));
    expect(fault).toMatchObject({ code: "busy", exit: 1 });
    expect(fault.message).toContain(String(holder.pid));
    expect(fault.message).toContain("2026-12-01");
    expect(fault.hint).toMatch(/same command again/);

    holder.kill("SIGKILL");
    await ended(holder);
    const lock = takeSenderLock(file, fakeClock());
    expect(JSON.parse(readFileSync(`${file}.json`, "utf8"))).toMatchObject({ pid: process.pid });
    lock.release();
  });

  it("is refused within one process as well, until it is released", () => {
    const file = join(emptyFolder(), "sender.lock");
    const lock = takeSenderLock(file, fakeClock());
    expect(refusal(() => takeSenderLock(file, fakeClock()))).toMatchObject({ code: "busy" });
    lock.release();
    lock.release();
    expect(existsSync(`${file}.json`)).toBe(false);
    takeSenderLock(file, fakeClock()).release();
  });

  it("says when it cannot be taken at all", () => {
    const file = join(emptyFolder(), "file");
    writeFileSync(file, "");
    expect(refusal(() => takeSenderLock(join(file, "sender.lock"), fakeClock()))).toMatchObject({
      code: "lock-unusable",
      exit: 2,
    });
  });
});

describe("a certificate of one's own organisation", () => {
  it.each(["smtps", "smtp"])("is trusted over %s when NODE_EXTRA_CA_CERTS names it", async (scheme) => {
    const server = await startSmtp(scheme === "smtps" ? { tls: true } : { starttls: true });
    onTestFinished(() => server.close());
    const folder = emptyFolder();
    const file = join(folder, "ledger.sqlite");
    const { freeze, ledger } = await newSetting(file);
    await freeze(listOf(...people(3)));
    await ledger.close();
    writeFileSync(join(folder, "ca.pem"), certificate);
    const url = `${scheme}://localhost:${server.port}?tls=required`;
    const child = compiled.start(sending, [file, url, "/"], { NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") });
    expect(await ended(child)).toMatchObject({ code: 0 });
    expect(server.received).toMatchObject([
      { isEncrypted: true },
      { isEncrypted: true },
      { isEncrypted: true },
    ]);
  });
});

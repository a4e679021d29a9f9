import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

import type { DeliveryOutcome, Message, Tally } from "../../../src/domain/delivery.ts";
import type { ListRow, Recipient, RecipientList } from "../../../src/domain/recipient.ts";
import type { Limits, RetryPolicy } from "../../../src/domain/settings.ts";
import type { Clock } from "../../../src/deliver/clock.ts";
import type { DeliveryEvent } from "../../../src/deliver/events.ts";
import type { Ledger } from "../../../src/deliver/ledger.ts";
import { openLedger } from "../../../src/deliver/open-ledger.ts";
import type { Attempt, Claimed, ClaimRequest, NewRun, Run } from "../../../src/deliver/records.ts";
import { deliver, type DeliverOptions } from "../../../src/deliver/send.ts";
import type { Transport, TransportFactory } from "../../../src/deliver/transports/transport.ts";
import { parseTransport } from "../../../src/deliver/transports/parse.ts";
import type { Selection, Staging } from "../../../src/deliver/staging.ts";
import { startSmtp, type TestServer } from "../../support/smtp.ts";

/** Gives an empty folder that is gone after the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "onetopic-deliver-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export function recipient(address: string, row = 2): Recipient {
  return { address, key: address.toLowerCase(), fields: { email: address, name: "Ann" }, row };
}

/** A list as read, with the addresses in its rows. */
export function listOf(...addresses: readonly string[]): RecipientList {
  return {
    name: "staff.csv",
    rows: addresses.length,
    encoding: "UTF-8",
    delimiter: ",",
    recipients: addresses.map((address, index) => recipient(address, index + 2)),
    faults: [],
  };
}

export function people(count: number, domain = "example.org"): string[] {
  return Array.from({ length: count }, (_, index) => `person${index + 1}@${domain}`);
}

export const edition: NewRun = {
  cycle: "2026-12",
  topic: "flu",
  variant: "email",
  list: "staff.csv",
  contentDigest: "digest-of-content",
  transport: "smtp://127.0.0.1:25",
};

export const sender = "news@trust.example";

/** So many turns of the event loop a message between two ends in this process takes at the most, and some more. */
const enoughTurns = 100;

/** Noon of a day; time passes only while somebody sleeps, and only when nothing else can go on. */
export function fakeClock(
  start = Date.UTC(2026, 11, 1, 12),
): Clock & { readonly slept: number[]; time: number } {
  const clock = {
    time: start,
    slept: [] as number[],
    now: () => clock.time,
    sleep: async (milliseconds: number, signal?: AbortSignal) => {
      for (let turn = 0; turn < enoughTurns; turn += 1) {
        if (signal?.aborted) return;
        await new Promise((resolve) => setImmediate(resolve));
      }
      clock.slept.push(milliseconds);
      clock.time += Math.max(0, milliseconds);
    },
  };
  return clock;
}

export function messageTo(to: Recipient, messageId: string): Message {
  const raw = [
    `From: ${sender}`,
    `To: ${to.address}`,
    `Message-ID: ${messageId}`,
    "Subject: Flu",
    "",
    "Hello.",
    "",
  ];
  return { from: sender, to: to.address, messageId, raw: Buffer.from(raw.join("\r\n")) };
}

export const fewTries: RetryPolicy = {
  first: 60_000,
  longest: 3_600_000,
  giveUpAfter: 86_400_000,
  attempts: 3,
  timeout: 5_000,
};

/** The rows of a list in their order, as they are read. */
export async function* rowsOf({ recipients, faults }: RecipientList): AsyncGenerator<ListRow> {
  const again = (row: number, value: string): ListRow => ({ kind: "person", to: recipient(value, row) });
  const rows = [
    ...recipients.map((to): [number, ListRow] => [to.row, { kind: "person", to }]),
    ...faults.map((fault): [number, ListRow] => [
      fault.row,
      fault.kind === "invalid" ? fault : again(fault.row, fault.value),
    ]),
  ];
  for (const [, row] of rows.toSorted(([a], [b]) => a - b)) yield row;
}

type RunWanted = Partial<NewRun>;

export interface Setting {
  readonly ledger: Ledger;
  readonly clock: ReturnType<typeof fakeClock>;
  /** Plans and freezes a list as the `send` command would. */
  freeze(
    list: RecipientList,
    run?: RunWanted,
    excluded?: readonly string[],
    more?: Partial<Selection>,
  ): Promise<Run>;
  /** Gives the closing equation of the plan alone. */
  plan(list: RecipientList, run?: RunWanted, excluded?: readonly string[]): Promise<Tally>;
  stage(list: RecipientList, selection?: Partial<Selection>): Promise<Staging>;
  /** Sends to the end; gives what happened. */
  send(run: Run, transport: TransportFactory, more?: Partial<DeliverOptions>): Promise<DeliveryEvent[]>;
}

/** Opens one ledger, each time as another process would. */
export type Open = (clock: Clock) => Promise<Ledger>;

/** A ledger in a file of its own, with a clock that does not run by itself. */
export async function newSetting(
  place: string | Open = join(emptyFolder(), "ledger.sqlite"),
): Promise<Setting> {
  const clock = fakeClock();
  const ledger = await (typeof place === "string" ? openLedger(place, clock) : place(clock));
  onTestFinished(() => ledger.close());
  const stage: Setting["stage"] = async (list, selection = {}) => {
    const staged = ledger.stage();
    await staged.read({ ...edition, audiences: [], ...selection }, rowsOf(list));
    return staged;
  };
  const stageFor = (
    list: RecipientList,
    run: RunWanted,
    excluded: readonly string[],
    more: Partial<Selection> = {},
  ) => {
    const { cycle, variant, transport } = { ...edition, ...run };
    const out = { name: "out.csv", rows: () => rowsOf(listOf(...excluded)) };
    return stage(list, { cycle, variant, transport, exclude: [out], ...more });
  };
  return {
    ledger,
    clock,
    stage,
    plan: async (list, run = {}, excluded = []) => (await stageFor(list, run, excluded)).tally(),
    freeze: async (list, run = {}, excluded = [], more = {}) =>
      ledger.freeze({ ...edition, ...run }, await stageFor(list, run, excluded, more)),
    send: async (run, transport, more = {}) => {
      await ledger.adopt(run);
      return collect(deliver({ ...standard({ ledger, clock }), run, transport, ...more }));
    },
  };
}

function standard({ ledger, clock }: Pick<Setting, "ledger" | "clock">) {
  const limits: Limits = { connections: 4 };
  return {
    ledger,
    clock,
    limits,
    retry: fewTries,
    senderDomain: "trust.example",
    toMessage: messageTo,
    random: () => 0.5,
  };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

type Named<Event, Kind> = Event extends { event: infer Name } ? (Kind extends Name ? Event : never) : never;

/** The events of that kind. */
export function only<Kind extends DeliveryEvent["event"]>(
  events: readonly DeliveryEvent[],
  kind: Kind,
): Named<DeliveryEvent, Kind>[] {
  return events.filter((event): event is Named<DeliveryEvent, Kind> => event.event === kind);
}

/** A claim as `deliver` makes it, of one delivery unless told otherwise. */
export function request(run: Run, more: Partial<ClaimRequest> = {}): ClaimRequest {
  return { run, limit: 1, limits: {}, owner: "test", ...more };
}

/** The attempt that follows such a claim. */
export function attemptOf({ id, domain, to, messageId }: Claimed, more: Partial<Attempt> = {}): Attempt {
  return {
    id,
    domain,
    owner: "test",
    messageId: messageId ?? `<${to.key}>`,
    transport: "test:",
    ...more,
  };
}

const anHour = 3_600_000;

/** Enlists the owner of `request` for a run, or another one; gives whether it is in. */
export function enlisted(ledger: Ledger, run: Run, owner = "test", lease = anHour): Promise<boolean> {
  return ledger.enlist({ owner, run, lease, host: "here", pid: 1, version: "1.2.3" });
}

/** Does to a run what whoever sends it does before the first claim, in the name of `request`. */
export async function joined(ledger: Ledger, run: Run, owner?: string): Promise<void> {
  await ledger.adopt(run);
  await enlisted(ledger, run, owner);
}

/** A sender that says no more: its lease is over. */
export async function silent(ledger: Ledger, owner = "test"): Promise<void> {
  await ledger.renew(owner, { lease: 0, sent: 0 });
}

/** Claims one delivery and begins it: where it stands while it is on the wire. */
export async function onTheWire(ledger: Ledger, run: Run): Promise<Attempt> {
  const [claimed] = (await ledger.claim(request(run))).deliveries;
  const attempt = attemptOf(claimed!);
  if (!(await ledger.begin(attempt))) throw new Error("It may not begin.");
  return attempt;
}

/** Sends so many deliveries with that end; gives whom. */
export async function sent(
  ledger: Ledger,
  run: Run,
  limit: number,
  outcome: DeliveryOutcome,
  more: Partial<Attempt> = {},
): Promise<readonly Claimed[]> {
  const { deliveries } = await ledger.claim(request(run, { limit }));
  for (const claimed of deliveries) {
    const attempt = attemptOf(claimed, more);
    if (!(await ledger.begin(attempt))) throw new Error("It may not begin.");
    await ledger.settle({ attempt, outcome });
  }
  return deliveries;
}

/** A transport that need not be told when the body may begin. */
export function freely(transport: Transport) {
  return {
    send: (message: Message, beforeBody = () => Promise.resolve()) => transport.send(message, beforeBody),
    recover: (messageId: string) => transport.recover?.(messageId),
    stop: () => transport.stop?.(),
    close: () => transport.close(),
  };
}

/** A server for the length of the test, and the transport to it. */
export async function smtp(
  options: Parameters<typeof startSmtp>[0] = {},
): Promise<{ server: TestServer; transport: TransportFactory }> {
  const server = await startSmtp(options);
  onTestFinished(() => server.close());
  return { server, transport: smtpTo(server.port) };
}

export function smtpTo(port: number, login = ""): TransportFactory {
  return parseTransport(`smtp://${login}127.0.0.1:${port}`, { root: "/", timeout: 5_000 });
}

/** Who has a message, sorted; twice if mailed twice. */
export function reached(server: TestServer): string[] {
  return server.received.map(({ to }) => to).toSorted();
}

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { digestOf } from "../../../src/deliver/bounces/mail.ts";
import { Settlement, type Finding } from "../../../src/deliver/bounces/settle.ts";
import { understand } from "../../../src/deliver/bounces/understand.ts";
import { personToken } from "../../../src/deliver/identity.ts";
import type { Ledger } from "../../../src/deliver/ledger.ts";
import { readAddress } from "../../../src/toolkit/lists/addresses.ts";
import { attemptOf, listOf, newSetting, recipient, request, type Setting } from "./setting.ts";

const names = ["ann", "bob", "cat", "dan", "fay", "jürgen"];
const address = (name: string) => `${name}@example.org`;

/** Sends one edition to all of them: `<ann-2026-12@news.example.org>` is Ann's message of December. */
async function mail({ ledger, freeze, clock }: Setting, cycle = "2026-12", who = names): Promise<void> {
  clock.time += 86_400_000;
  const run = await freeze(listOf(...who.map(address)), { cycle });
  await ledger.adopt(run);
  const messageId = (key: string) => `<${key.split("@")[0]}-${cycle}@news.example.org>`;
  const { deliveries } = await ledger.claim(request(run, { limit: 99 }));
  const attempts = deliveries.map((one) => attemptOf(one, { messageId: messageId(one.to.key) }));
  await Promise.all(
    attempts.map((attempt) => ledger.settle({ attempt, outcome: { kind: "accepted", reply: "250 OK" } })),
  );
}

async function mailed(): Promise<Setting & { token: (name: string) => string }> {
  const setting = await newSetting();
  await mail(setting);
  return { ...setting, token: (name) => personToken(setting.ledger.secret, address(name)) };
}

const read = (text: string) => {
  const one = readAddress(text);
  return "key" in one ? one : undefined;
};

interface Way {
  readonly isDry?: boolean;
  readonly softLimit?: number;
  /** Changes the text of the report. */
  readonly edit?: (text: string) => string;
}

function settlementOf(ledger: Ledger, { isDry = false, softLimit = 5 }: Way = {}): Settlement {
  return new Settlement(ledger, { isDry, softLimit, readAddress: read });
}

async function take(
  ledger: Ledger,
  name: string,
  way: Way = {},
  by = settlementOf(ledger, way),
): Promise<Finding[]> {
  const text = readFileSync(`tests/fixtures/bounces/${name}.eml`, "latin1").replaceAll(
    /TOKEN-OF-(\w+)/g,
    (_, who: string) => personToken(ledger.secret, address(who)),
  );
  const raw = Buffer.from((way.edit ?? ((same) => same))(text), "latin1");
  return by.settle(digestOf(raw), await understand(raw));
}

const told = (findings: readonly Finding[]) =>
  findings.map(({ kind, address: whom, knownBy, effect }) => [kind, whom, knownBy, effect].join(" "));

describe("a report", () => {
  it.each([
    ["postfix-user-unknown", ["hard ann@example.org message-id suppressed"]],
    ["postfix-domain-gone", ["hard bob@example.org address suppressed"]],
    ["postfix-delayed", ["other ann@example.org message-id none"]],
    ["blocked-by-policy", ["soft dan@example.org message-id counted"]],
    // Their own Message-ID, but our token came back.
    ["amazon-ses", ["hard ann@example.org token suppressed"]],
    ["complaint-redacted", ["complaint bob@example.org token suppressed"]],
    // An address that ours is another name of.
    ["alias", ["hard ann@example.org message-id suppressed"]],
    // One of those behind a group is gone: the group is not.
    ["group-in-part", ["soft fay@example.org message-id counted", "other fay@example.org message-id none"]],
    ["international", ["hard jürgen@example.org address suppressed"]],
    ["complaint", ["complaint ann@example.org message-id suppressed"]],
    ["unsubscribe-token", ["unsubscribe ann@example.org token suppressed"]],
    ["unsubscribe-plain", ["unsubscribe bob@example.org address suppressed"]],
    ["unsubscribe-reply", ["unsubscribe ann@example.org message-id suppressed"]],
    ["vacation", ["auto-reply ann@example.org address none"]],
    [
      "several-recipients",
      [
        "hard ann@example.org message-id suppressed",
        "soft bob@example.org address counted",
        "other cat@example.org address none",
        "hard stranger@example.org  not-ours",
      ],
    ],
    // Anybody can write these.
    ["forged", ["hard stranger@example.org  not-ours"]],
    ["report-of-a-report", ["hard postmaster@elsewhere.example.org  not-ours"]],
    ["unsubscribe-by-whom", ["unsubscribe stranger@example.org  not-ours"]],
    ["quoted-by-a-person", ["other bob@example.org address none"]],
  ])("%s is about whom the ledger knows, and has its effect", async (name, expected) => {
    const { ledger } = await mailed();
    expect(told(await take(ledger, name))).toEqual(expected);
    const onList = (await ledger.suppressions()).map((one) => one.address).toSorted();
    const due = expected.filter((line) => line.endsWith(" suppressed")).map((line) => line.split(" ")[1]);
    expect(onList).toEqual(due);
  });

  it("changes nothing when it is read again, in another form, or after somebody was taken off the list", async () => {
    const { ledger, token } = await mailed();
    await take(ledger, "postfix-user-unknown");
    const crlf = (text: string) => text.replaceAll("\n", "\r\n");
    expect(told(await take(ledger, "postfix-user-unknown", { edit: crlf }))).toEqual([
      "hard ann@example.org message-id read-before",
    ]);
    expect(await ledger.bouncesOf(token("ann"))).toMatchObject([
      { kind: "hard", status: "5.1.1", messageId: "<ann-2026-12@news.example.org>" },
    ]);
    await ledger.unsuppress(recipient(address("ann")));
    await take(ledger, "postfix-user-unknown");
    expect(await ledger.suppressions()).toEqual([]);
  });

  it("says why somebody is on the list", async () => {
    const { ledger } = await mailed();
    for (const name of ["postfix-user-unknown", "complaint-redacted"]) await take(ledger, name);
    expect((await ledger.suppressions()).map(({ reason }) => reason).toSorted()).toEqual([
      "reported the mail as unwanted",
      "the address does not exist (5.1.1)",
    ]);
  });

  it("leaves the reason of whoever is on the list already", async () => {
    const { ledger } = await mailed();
    await ledger.suppress([recipient(address("ann"))], "asked by phone");
    expect(told(await take(ledger, "complaint"))).toEqual([
      "complaint ann@example.org message-id suppressed-before",
    ]);
    expect(await ledger.suppressions()).toMatchObject([{ reason: "asked by phone" }]);
  });

  it("of a bounce is no evidence against somebody who stands in a list but was never mailed", async () => {
    const setting = await newSetting();
    await setting.freeze(listOf(address("ann"), address("bob")));
    expect(told(await take(setting.ledger, "truncated"))).toEqual(["hard ann@example.org address not-ours"]);
    expect(told(await take(setting.ledger, "complaint"))).toEqual([
      "complaint ann@example.org address not-ours",
    ]);
    // Whoever asks to stop is believed.
    expect(told(await take(setting.ledger, "unsubscribe-plain"))).toEqual([
      "unsubscribe bob@example.org address suppressed",
    ]);
  });
});

describe("soft bounces", () => {
  const cycles = ["2027-01", "2027-02", "2027-03"];
  /** The report about Dan's message of a cycle. */
  const about = (cycle: string) => (text: string) =>
    text.replaceAll("2026-12@", `${cycle}@`).replace("09:31:07", `09:31:${cycle.slice(-2)}`);

  it("put somebody on the list when so many messages in a row came back", async () => {
    const setting = await mailed();
    const { ledger, token } = setting;
    const effects: string[] = [];
    for (const cycle of cycles) {
      await mail(setting, cycle);
      effects.push(...told(await take(ledger, "blocked-by-policy", { softLimit: 3, edit: about(cycle) })));
    }
    expect(effects.map((line) => line.split(" ").at(-1))).toEqual(["counted", "counted", "suppressed"]);
    expect(await ledger.bouncesOf(token("dan"))).toHaveLength(3);
    expect(await ledger.suppressions()).toMatchObject([{ reason: "3 messages in a row came back (5.7.1)" }]);
  });

  it("begin anew after a message that did not come back", async () => {
    const setting = await mailed();
    await take(setting.ledger, "blocked-by-policy", { softLimit: 2 });
    await mail(setting, "2027-01");
    await mail(setting, "2027-02");
    const edit = about("2027-02");
    expect(told(await take(setting.ledger, "blocked-by-policy", { softLimit: 2, edit }))).toEqual([
      "soft dan@example.org message-id counted",
    ]);
  });

  it("count once for one message, however many reports come", async () => {
    const { ledger } = await mailed();
    for (const second of ["01", "02", "03"])
      await take(ledger, "blocked-by-policy", {
        softLimit: 2,
        edit: (text) => text.replace("09:31:07", `09:31:${second}`),
      });
    expect(await ledger.suppressions()).toEqual([]);
  });
});

describe("a dry run", () => {
  it("finds what a real one does, one report after the other, and changes nothing", async () => {
    const setting = await mailed();
    await mail(setting, "2027-01", ["dan"]);
    const reports: [string, Way][] = [
      ["postfix-user-unknown", {}],
      ["postfix-user-unknown", {}],
      ["complaint", {}],
      ["blocked-by-policy", {}],
      ["blocked-by-policy", { edit: (text) => text.replaceAll("2026-12@", "2027-01@") }],
    ];
    const runs: string[][] = [];
    for (const isDry of [true, false]) {
      const settlement = settlementOf(setting.ledger, { isDry, softLimit: 2 });
      const effects: string[] = [];
      for (const [name, way] of reports)
        effects.push(...told(await take(setting.ledger, name, way, settlement)));
      runs.push(effects);
      if (isDry) {
        expect(await setting.ledger.suppressions()).toEqual([]);
        expect(await setting.ledger.bouncesOf(setting.token("ann"))).toEqual([]);
      }
    }
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]?.map((line) => line.split(" ").at(-1))).toEqual([
      "suppressed",
      "read-before",
      "suppressed-before",
      "counted",
      "suppressed",
    ]);
  });
});

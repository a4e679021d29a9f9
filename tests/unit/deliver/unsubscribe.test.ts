import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";

import { personToken } from "../../../src/deliver/identity.ts";
import { type Ledger } from "../../../src/deliver/ledger.ts";
import { byLink, type UnsubscribeEvent } from "../../../src/deliver/unsubscribe/app.ts";
import { budgets, Budgets } from "../../../src/deliver/unsubscribe/budgets.ts";
import { clientAddress } from "../../../src/deliver/unsubscribe/client.ts";
import { tokenOf, tokenParameter } from "../../../src/deliver/unsubscribe/links.ts";
import { type EndpointOptions, startUnsubscribe } from "../../../src/deliver/unsubscribe/server.ts";
import { UserError } from "../../../src/domain/user-error.ts";
import { emptyFolder, listOf, newSetting, only, reached, recipient, smtp } from "./setting.ts";

const house = {
  toolkit: "Topic <of> the month",
  organisation: "Northmoor & Sons",
  colours: { primary: "#1f4e5f" },
  contact: "stop@example.org",
};

const form = "application/x-www-form-urlencoded";

async function newEndpoint(more: Partial<EndpointOptions> = {}, file = `${emptyFolder()}/ledger.sqlite`) {
  const setting = await newSetting(file);
  const { ledger, clock, freeze } = setting;
  await freeze(listOf("Ann@Example.org", "bob@example.org"));
  const told: UnsubscribeEvent[] = [];
  const endpoint = await startUnsubscribe({
    ledger,
    house,
    host: "127.0.0.1",
    port: 0,
    behindProxy: false,
    now: clock.now,
    tell: (event) => told.push(event),
    ...more,
  });
  onTestFinished(() => endpoint.close());
  const url = (path: string) => `http://127.0.0.1:${endpoint.port}/${path}`;
  return {
    ...setting,
    told,
    endpoint,
    ann: personToken(ledger.secret, "ann@example.org"),
    bob: personToken(ledger.secret, "bob@example.org"),
    url,
    get: (path: string, init: RequestInit = {}) => fetch(url(path), init),
    post: (
      path: string,
      body: string | FormData,
      headers: Record<string, string> = { "Content-Type": form },
    ) => fetch(url(path), { method: "POST", body, headers }),
  };
}

const suppressed = async (ledger: Ledger) => (await ledger.suppressions()).map(({ address }) => address);

describe("the unsubscribe endpoint", () => {
  it("takes one click as mail programs send it, in both forms of RFC 8058, once and again", async () => {
    const { ledger, post, ann, bob, told } = await newEndpoint();
    for (let time = 0; time < 2; time += 1)
      expect((await post(ann, "List-Unsubscribe=One-Click")).status).toBe(200);
    const multipart = new FormData();
    multipart.set("List-Unsubscribe", "One-Click");
    expect((await post(`deep/path/${bob}`, multipart, {})).status).toBe(200);
    expect(await ledger.suppressions()).toEqual([
      expect.objectContaining({ address: "Ann@Example.org", reason: byLink }),
      expect.objectContaining({ address: "bob@example.org", reason: byLink }),
    ]);
    expect(told).toEqual([
      { event: "unsubscribed", token: `${ann.slice(0, 8)}…`, by: "one-click" },
      { event: "unsubscribed", token: `${ann.slice(0, 8)}…`, by: "one-click" },
      { event: "unsubscribed", token: `${bob.slice(0, 8)}…`, by: "one-click" },
    ]);
  });

  it("shows a page and changes nothing when a link is opened, by whomever and however often", async () => {
    const { ledger, get, ann } = await newEndpoint();
    for (const method of ["GET", "HEAD", "GET"]) {
      const answer = await get(ann, { method });
      expect(answer.status).toBe(200);
      const page = await answer.text();
      if (method === "HEAD") expect(page).toBe("");
      else expect(page).toContain('<button type="submit" name="do" value="unsubscribe">Unsubscribe</button>');
      // Nothing of the person, nothing of the link, and the names as text.
      expect(page).not.toMatch(new RegExp(`ann@|${ann.slice(0, 8)}|<of>`, "i"));
    }
    for (const method of ["PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const answer = await get(ann, { method });
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
    }
    expect(await suppressed(ledger)).toEqual([]);
  });

  it("lets people stop, come back and stop again by the buttons of its pages", async () => {
    const { ledger, post, ann, told } = await newEndpoint();
    const press = async (wish: string) => {
      const answer = await post(ann, `do=${wish}`);
      return [answer.status, /<h1>(.*)<\/h1>/.exec(await answer.text())?.[1], await suppressed(ledger)];
    };
    expect(await press("subscribe")).toEqual([200, "You are subscribed again", []]);
    expect(await press("unsubscribe")).toEqual([200, "You are unsubscribed", ["Ann@Example.org"]]);
    expect(await press("subscribe")).toEqual([200, "You are subscribed again", []]);
    expect(await press("unsubscribe")).toEqual([200, "You are unsubscribed", ["Ann@Example.org"]]);
    expect(told.map(({ event }) => event)).toEqual([
      "subscribed",
      "unsubscribed",
      "subscribed",
      "unsubscribed",
    ]);
  });

  it("does not give back who was taken off for another reason", async () => {
    const { ledger, post, bob } = await newEndpoint();
    await ledger.suppress([recipient("bob@example.org")], "bounced");
    expect((await post(bob, "do=unsubscribe")).status).toBe(200);
    const answer = await post(bob, "do=subscribe");
    expect([answer.status, await answer.text()]).toEqual([
      409,
      expect.stringContaining("still unsubscribed"),
    ]);
    expect(await ledger.suppressions()).toMatchObject([{ address: "bob@example.org", reason: "bounced" }]);
  });

  it("says what to do when a link is damaged or leads to nobody, and writes nothing", async () => {
    const { ledger, get, post, ann } = await newEndpoint();
    const paths = [
      "",
      "favicon.png",
      ann.slice(1),
      `${ann}0`,
      "0".repeat(40),
      `${ann}/more`,
      "%ff",
      "%00",
      "..",
    ];
    for (const path of paths) {
      for (const answer of [await get(path), await post(path, "List-Unsubscribe=One-Click")]) {
        expect([path, answer.status]).toEqual([path, 404]);
        expect(await answer.text()).toMatch(/does not work[\s\S]*mailto:stop@example\.org/);
      }
    }
    expect(await suppressed(ledger)).toEqual([]);
    // What mail programs leave behind a link does not damage it.
    for (const path of [`${ann}.`, `${ann}%3E`, `${ann}/`, ann.toUpperCase()])
      expect([path, (await get(path)).status]).toEqual([path, 200]);
  });

  it("changes nothing for a POST that does not say what it wants, or says too much", async () => {
    const { ledger, post, ann } = await newEndpoint();
    for (const [body, type, status] of [
      ["", form, 400],
      ["List-Unsubscribe=No", form, 400],
      ["do=delete", form, 400],
      ["do=subscribe&do[]=x", "text/plain", 400],
      ["{}", "application/json", 400],
      ["--x", "multipart/form-data; boundary=y", 400],
      ["--x", "multipart/form-data", 400],
      [`x=${"y".repeat(20_000)}&do=unsubscribe`, form, 413],
    ] as const) {
      const answer = await post(ann, body, { "Content-Type": type });
      expect([body.slice(0, 30), answer.status]).toEqual([body.slice(0, 30), status]);
    }
    const endless = new ReadableStream<Uint8Array>({
      pull: (stream) => stream.enqueue(new Uint8Array(4096)),
    });
    const answer = fetch((await newEndpoint()).url(ann), {
      method: "POST",
      body: endless,
      headers: { "Content-Type": form },
      duplex: "half",
    } as RequestInit).then(
      ({ status }) => status,
      () => "cut off",
    );
    expect([413, "cut off"]).toContain(await answer);
    expect(await suppressed(ledger)).toEqual([]);
  });

  it("sends headers that keep the link to itself and let nothing run", async () => {
    const { get, post, ann } = await newEndpoint();
    for (const answer of [
      await get(ann),
      await get("x"),
      await post(ann, ""),
      await get("health"),
      await get("robots.txt"),
    ]) {
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "x-robots-tag": "noindex, nofollow",
      });
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]+='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      expect(answer.headers.get("set-cookie")).toBe(null);
    }
  });

  it("finds the token wherever the setting puts it", async () => {
    const url = "https://example.org/stop?list=1&t={token}";
    const { ledger, get, post, ann, bob } = await newEndpoint({ url });
    expect((await get(`stop?list=1&t=${ann}`)).status).toBe(200);
    expect((await get(ann)).status).toBe(404);
    expect((await post(`?t=${bob}`, "List-Unsubscribe=One-Click")).status).toBe(200);
    expect(await suppressed(ledger)).toEqual(["bob@example.org"]);
    expect(tokenParameter("https://example.org/u/{token}")).toBe(undefined);
    expect(tokenParameter("https://example.org/u/{token}?a=b")).toBe(undefined);
    expect(tokenParameter("nonsense")).toBe(undefined);
    expect(tokenOf("http://x/u/%E0%A4%A", undefined)).toBe(undefined);
  });

  it("is heeded by a send under way", async () => {
    const { ledger, freeze, send, post } = await newEndpoint();
    const names = ["ann@example.org", "bob@example.org", "cleo@example.org", "dora@example.org"];
    const clicked: Promise<Response>[] = [];
    const last = personToken(ledger.secret, "dora@example.org");
    const { server, transport } = await smtp({
      onReceived: () => {
        if (clicked.length === 0) clicked.push(post(last, "List-Unsubscribe=One-Click"));
      },
    });
    const run = await freeze(listOf(...names), { list: "other.csv" });
    await ledger.adopt(run);
    const events = await send(run, transport, {
      limits: { connections: 1 },
      toMessage: async (to, messageId) => {
        // The click is on its way while the second person's message is made.
        expect((await clicked[0])?.status ?? 200).toBe(200);
        return {
          from: "news@trust.example",
          to: to.address,
          messageId,
          raw: Buffer.from(`Message-ID: ${messageId}\r\n\r\nHello.\r\n`),
        };
      },
    });
    expect(reached(server)).toEqual(names.slice(0, 3));
    expect(only(events, "accepted")).toHaveLength(3);
    expect(await ledger.tally(run)).toMatchObject({ accepted: 3, suppressed: 1, pending: 0 });
  });

  it("says that it failed when the ledger does, and never that somebody is unsubscribed", async () => {
    const broken = () => Promise.reject(new UserError("ledger-busy", "It is locked.", "Wait."));
    const ledger = { knowsPerson: broken, suppressPerson: broken, unsuppressPerson: broken };
    const { get, post, ann, told } = await newEndpoint({ ledger });
    for (const answer of [
      await get("health"),
      await get(ann),
      await post(ann, "List-Unsubscribe=One-Click"),
    ]) {
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "300"]);
      expect(await answer.text()).toContain("Nothing could be recorded");
    }
    expect(told).toEqual(Array.from({ length: 3 }, () => ({ event: "fault", reason: "It is locked." })));
  });

  it("answers requests that are no HTTP with a refusal and goes on", async () => {
    const { endpoint, get } = await newEndpoint();
    const say = async (request: string) => {
      const socket = connect(endpoint.port, "127.0.0.1").end(request);
      return (await text(socket)).split("\r\n")[0];
    };
    expect(await say("\0\0\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
    expect(await say("GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
    expect(await say("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1.1 4\d\d /,
    );
    expect(await say("TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).toMatch(/^HTTP\/1.1 405 /);
    expect(await say(`GET / HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 /,
    );
    expect(await (await get("health")).json()).toEqual({ status: "ok" });
  });

  it("refuses a port that is taken, in words", async () => {
    const { endpoint, ledger, clock } = await newEndpoint();
    const again = startUnsubscribe({
      ledger,
      house,
      host: "127.0.0.1",
      port: endpoint.port,
      behindProxy: false,
      now: clock.now,
      tell: () => {},
    });
    await expect(again).rejects.toMatchObject({ code: "cannot-listen", exit: 2 });
  });
});

describe("the limits of the unsubscribe endpoint", () => {
  it("turns away thousands of wrong tokens after the first few, and lets the client back in after a minute", async () => {
    const { get, post, ann, clock, ledger, told } = await newEndpoint({ behindProxy: true });
    const guess = (at: number) =>
      get(at.toString(16).padStart(40, "0"), { headers: { "X-Forwarded-For": "203.0.113.9" } });
    const guesses = 3_000;
    const statuses = new Map<number, number>();
    for (let at = 0; at < guesses; at += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, more) => guess(at + more)));
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    // As many as were under way when the last one that counts came.
    expect(statuses.get(404)).toBeLessThanOrEqual(budgets.missesPerClient + 50);
    expect(statuses.get(429)).toBe(guesses - (statuses.get(404) ?? 0));
    expect(told.filter(({ event }) => event === "limited")).toHaveLength(1);
    // Others do not suffer from it.
    expect((await post(ann, "List-Unsubscribe=One-Click")).status).toBe(200);
    expect(await suppressed(ledger)).toEqual(["Ann@Example.org"]);
    const turnedAway = await guess(1);
    expect([turnedAway.status, turnedAway.headers.get("retry-after")]).toEqual([429, "60"]);
    clock.time += budgets.window;
    expect((await guess(1)).status).toBe(404);
  }, 60_000);

  it("counts each client by itself and all together, by the minute", () => {
    let now = 1_000_000;
    const left = new Budgets(() => now);
    const ask = (client: string, times: number) =>
      Array.from({ length: times }, () => left.enter(client)).filter((wait) => wait === 0).length;
    expect(ask("192.0.2.1", budgets.perClient + 5)).toBe(budgets.perClient);
    expect(ask("192.0.2.2", 1)).toBe(1);
    now += 59_500;
    expect(left.enter("192.0.2.1")).toBe(1);
    now += 500;
    expect(ask("192.0.2.1", 1)).toBe(1);
    // A clock that is set back opens a new window as well.
    now -= 3_600_000;
    expect(ask("192.0.2.1", budgets.perClient + 5)).toBe(budgets.perClient);
    now += 4_000_000;
    const others = Array.from({ length: budgets.clients + 5_000 }, (_, at) => ask(`client ${at}`, 1));
    // Those whom there is no room to tell apart share what one may have.
    expect(others.filter((taken) => taken === 1)).toHaveLength(budgets.clients + budgets.perClient);
  });

  it("takes a network of IPv6 for one client, and an IPv4 address for the same however it is written", () => {
    const left = new Budgets(() => 0);
    left.enter("198.51.100.1");
    for (let time = 0; time < budgets.missesPerClient; time += 1) left.miss("2001:db8:0:7::1");
    for (const [client, isRefused] of [
      ["2001:db8::7:ffff:1:2:3", true],
      ["2001:0DB8:0:7:1::", true],
      ["2001:db8:0:8::1", false],
      ["2001:db8::1", false],
      ["::1", false],
    ] as const)
      expect([client, left.enter(client) > 0]).toEqual([client, isRefused]);
    for (let time = 0; time < budgets.missesPerClient; time += 1) left.miss("::ffff:192.0.2.7");
    expect(left.enter("192.0.2.7")).toBeGreaterThan(0);
  });

  it("believes only a proxy on this machine, when told to, and only what the proxy wrote itself", () => {
    expect(clientAddress("127.0.0.1", "198.51.100.7, 203.0.113.9", true)).toBe("203.0.113.9");
    expect(clientAddress("::1", "2001:db8::1", true)).toBe("2001:db8::1");
    expect(clientAddress("::ffff:127.0.0.1", "203.0.113.9", true)).toBe("203.0.113.9");
    expect(clientAddress("127.0.0.1", "203.0.113.9", false)).toBe("127.0.0.1");
    expect(clientAddress("198.51.100.7", "203.0.113.9", true)).toBe("198.51.100.7");
    expect(clientAddress("127.0.0.1", "203.0.113.9, <script>", true)).toBe("127.0.0.1");
    expect(clientAddress("127.0.0.1", undefined, true)).toBe("127.0.0.1");
  });

  it("says once when a proxy passes requests on and nobody said so", async () => {
    const { get, told } = await newEndpoint();
    for (let time = 0; time < 3; time += 1) await get("x", { headers: { "X-Forwarded-For": "203.0.113.9" } });
    expect(told.filter(({ event }) => event === "proxy")).toHaveLength(1);
  });
});

import { afterAll, describe, expect, it } from "vitest";
import { guardedLookUp, openAsker, type Asker } from "../../../src/cli/check/reach.ts";
import { startWeb, type Site } from "../../support/web.ts";

const status =
  (code: number): Site =>
  () =>
    code;
const to =
  (location: string): Site =>
  (_, response) =>
    void response.writeHead(302, { location }).end();

let troubles = 0;
const web = await startWeb({
  "fine.example": status(200),
  "gone.example": ({ path }) => (path === "/410" ? 410 : 404),
  "shy.example": ({ path }) => Number(path.slice(1)),
  "broken.example": status(500),
  "no-head.example": ({ method }) => (method === "HEAD" ? 404 : 200),
  "busy.example": () => ((troubles += 1) === 1 ? 502 : 204),
  "silent.example": () => undefined,
  "cut.example": (_, response) => void response.destroy(),
  "moved.example": to("http://fine.example/new"),
  "moved-away.example": to("/gone"),
  "circle.example": to("/again"),
  "login.example": to("http://bob:hunter2@fine.example/login"),
  "inwards.example": to("http://169.254.169.254/latest/meta-data/"),
});
const askers: Asker[] = [];
afterAll(async () => {
  for (const asker of askers) await asker.close();
  await web.close();
});

async function open(
  env: Readonly<Record<string, string>>,
  signal = new AbortController().signal,
): Promise<Asker> {
  const asker = await openAsker({ env, version: "1.2.3", signal, patience: 300, rest: 1 });
  askers.push(asker);
  return asker;
}

const { ask } = await open(web.env);
const askedOf = (host: string) =>
  web.asked.map(({ line }) => line).filter((line) => line.includes(`//${host}/`));

describe("asking whether a link can be opened", () => {
  it("is content with HEAD, follows where it is sent, and says who asks", async () => {
    expect(await ask("http://fine.example/page?a=1")).toEqual({ kind: "fine" });
    expect(askedOf("fine.example")).toEqual(["HEAD http://fine.example/page?a=1"]);
    expect(web.asked[0]?.headers["user-agent"]).toBe("onetopic/1.2.3 (checks links)");
    expect(await ask("http://moved.example/old")).toEqual({ kind: "fine" });
    expect(askedOf("fine.example")[1]).toBe("HEAD http://fine.example/new");
  });

  it.each([
    ["http://gone.example/", { fault: "missing", status: 404 }],
    ["http://gone.example/410", { fault: "missing", status: 410 }],
    ["http://broken.example/", { fault: "server", status: 500 }],
    ["http://silent.example/", { fault: "timeout" }],
    ["http://cut.example/", { fault: "no-answer" }],
    ["http://nobody.example/", { fault: "no-answer" }],
    ["https://fine.example/", { fault: "certificate" }],
    ["https://exa mple/", { fault: "bad-address" }],
    ["https://fine.example:99999/", { fault: "bad-address" }],
    ["http://fine.example:6000/", { fault: "bad-address" }],
    ["http://fine.example:0/", { fault: "bad-address" }],
    ["http://bob:hunter2@fine.example/", { fault: "login" }],
    ["http://bob@127.0.0.1/", { fault: "login" }],
  ])("finds %s at fault", async (address, fault) => {
    expect(await ask(address)).toEqual({ kind: "fault", ...fault });
  });

  it("believes a site's fault only when GET shows it as well", async () => {
    expect(await ask("http://no-head.example/")).toEqual({ kind: "fine" });
    expect(await ask("http://busy.example/")).toEqual({ kind: "fine" });
    expect(askedOf("busy.example")).toEqual(["HEAD http://busy.example/", "GET http://busy.example/"]);
  });

  it.each([401, 403, 405, 406, 429, 451, 503])(
    "does not call a link broken that answers %i",
    async (code) => {
      expect(await ask(`http://shy.example/${code}`)).toEqual({ kind: "unjudged", status: code });
    },
  );

  it("follows a page to a site without the password that it names", async () => {
    expect(await ask("http://login.example/")).toEqual({ kind: "fine" });
    const asked = web.asked.find(({ line }) => line === "HEAD http://fine.example/login");
    expect(asked).toBeDefined();
    expect(asked?.headers).not.toHaveProperty("authorization");
  });

  it("gives up on circles without a verdict", async () => {
    expect(await ask("http://circle.example/")).toEqual({ kind: "unjudged", status: 302 });
  });

  it("never asks a private address, nor goes where a page sends it", async () => {
    const before = web.asked.length;
    const addresses = [
      `http://127.0.0.1:${web.port}/`,
      "http://localhost/",
      "http://a.localhost/",
      "http://2130706433/",
      "http://[::1]/",
      "http://[::ffff:10.0.0.1]/",
      "http://[::ffff:127.0.0.1]/",
      "http://[::127.0.0.1]/",
      "http://10.1.2.3/",
      "http://172.31.0.1/",
      "http://192.168.1.1/",
      "http://[fd00::1]/",
    ];
    for (const address of addresses)
      expect(await ask(address), address).toEqual({ kind: "fault", fault: "private" });
    expect(web.asked).toHaveLength(before);
    expect(await ask("http://inwards.example/")).toEqual({ kind: "fault", fault: "private" });
    expect(web.asked.some(({ line }) => line.includes("169.254"))).toBe(false);
  });

  it("knows a name that no site has, without a proxy", async () => {
    const direct = await open({});
    // A machine without any way to ask for names cannot tell.
    expect(["no-site", "no-answer"]).toContain(
      ((await direct.ask("http://nobody.invalid/")) as { fault?: string }).fault,
    );
    expect(await direct.ask("http://10.0.0.1.example.invalid/")).not.toMatchObject({ fault: "private" });
  });

  it("does not follow a name to this machine", async () => {
    const fault = await new Promise((resolve) => guardedLookUp("localhost", {}, resolve));
    expect(fault).toMatchObject({ code: "ERR_PRIVATE_ADDRESS" });
  });

  it("takes a proxy without its scheme, and refuses one that it cannot use without showing it", async () => {
    const { ask: askThrough } = await open({ http_proxy: `127.0.0.1:${web.port}` });
    expect(await askThrough("http://fine.example/")).toEqual({ kind: "fine" });
    for (const proxy of ["socks5://me:hunter2@proxy.example", "http://me:hunter2@"]) {
      const refusal = await open({ HTTPS_PROXY: proxy }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: "bad-proxy", exit: 2 });
      expect(String(refusal)).not.toContain("hunter2");
    }
  });

  it("stops when it is told to", async () => {
    const abort = new AbortController();
    const { ask: askOnce } = await open(web.env, abort.signal);
    const asked = askOnce("http://silent.example/late");
    abort.abort();
    await asked;
    expect(
      askedOf("silent.example").filter((line) => line.startsWith("GET") && line.endsWith("/late")),
    ).toEqual([]);
  });
});

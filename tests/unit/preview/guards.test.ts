import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isOwnHost, isPlainPath } from "../../../src/preview/guards.ts";
import { files, forms, pages } from "../../../src/preview/routes.ts";
import { startPreview } from "../../../src/preview/server.ts";
import { tempToolkit } from "../../support/cli.ts";
import { cookieOf, openStream, pathOf, servedPreview, type ServedPreview } from "../../support/live.ts";

const toolkit = tempToolkit("tiny");
toolkit.write(".env", "MAIL_PASSWORD=a-secret-of-the-file\n");
toolkit.write("var/lists/people.csv", "email\nann@example.org\n");
const name = /^toolkit: (.*)$/m.exec(toolkit.read("onetopic.yaml"))?.[1] ?? "";
const slug = "good";

let preview: ServedPreview;
let cookie = "";
beforeAll(async () => {
  preview = await servedPreview(toolkit.root);
  cookie = cookieOf(await preview.ask(pathOf(preview.server.address)));
});
afterAll(() => preview.close());

/** Every address, with something in the place of what differs. */
const addresses = [...Object.keys(pages), ...Object.keys(files)].map((route) =>
  route.replace(":slug", slug).replace(":artefact", "newsletter.html").replace(/:\w+/g, "x"),
);

describe("who has no key", () => {
  it.each([...addresses, "/events", "/nothing", "/?key=", "/?key=wrong"])(
    "sees nothing at %s",
    async (at) => {
      const { status, text, headers } = await preview.ask(at);
      expect(status).toBe(403);
      expect(text).toContain("locked");
      expect(text).not.toContain(name);
      expect(headers["set-cookie"]).toBeUndefined();
    },
  );

  it.each(Object.keys(forms).concat("/pick"))("does nothing at %s", async (at) => {
    const origin = `http://127.0.0.1:${preview.server.port}`;
    expect((await preview.ask(at, { method: "POST", headers: { origin } })).status).toBe(403);
    const key = pathOf(preview.server.address).slice(1);
    expect((await preview.ask(at + key, { method: "POST", headers: { origin } })).status).toBe(403);
  });

  it("is let in by no cookie but the one that was given", async () => {
    const [label = "", value = ""] = cookie.split("=");
    for (const other of ["", "x", value.slice(1), `${value}x`, value.toLowerCase()])
      expect((await preview.ask("/", { headers: { cookie: `${label}=${other}` } })).status).toBe(403);
  });
});

describe("the key that is printed", () => {
  it("leads to the same page without it, and leaves a cookie that no script and no other site can use", async () => {
    const key = new URL(preview.server.address).search;
    const landed = await preview.ask(`/topics/${slug}${key}&width=phone`);
    expect([landed.status, landed.headers["location"]]).toEqual([303, `/topics/${slug}?width=phone`]);
    expect(String(landed.headers["set-cookie"])).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect((await preview.ask(`/topics/${slug}`, { headers: { cookie: cookieOf(landed) } })).status).toBe(
      200,
    );
  });

  it("leads nowhere else", async () => {
    const { search } = new URL(preview.server.address);
    for (const at of ["//elsewhere.example/", "///elsewhere.example/", "/\\elsewhere.example/"]) {
      const landed = await preview.ask(at + search);
      const to = new URL(String(landed.headers["location"]), preview.server.address);
      expect(to.host).toBe(`127.0.0.1:${preview.server.port}`);
    }
  });
});

describe("the key that a browser is started with", () => {
  it("lets in once; with a second visitor the first has to leave", async () => {
    const at = pathOf(preview.server.oneTimeAddress());
    const first = cookieOf(await preview.ask(at));
    expect((await preview.ask("/", { headers: { cookie: first } })).status).toBe(200);
    // The same browser may come back to it.
    expect((await preview.ask(at, { headers: { cookie: first } })).status).toBe(303);
    const second = await preview.ask(at);
    expect([second.status, second.headers["set-cookie"]]).toEqual([403, undefined]);
    expect(second.text).toContain("used up");
    expect((await preview.ask("/", { headers: { cookie: first } })).status).toBe(403);
    expect((await preview.ask(at)).status).toBe(403);
    expect((await preview.ask("/", { headers: { cookie } })).status).toBe(200);
  });
});

describe("a stream of events", () => {
  const isWatched = () => preview.live.isWatched();

  it("leaves nothing behind, however many come and go", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on("warning", onWarning);
    try {
      const streams = await Promise.all(
        Array.from({ length: 24 }, () => openStream(preview.server.port, cookie)),
      );
      expect(isWatched()).toBe(true);
      for (const { leave } of streams) leave();
      await expect.poll(isWatched).toBe(false);
      expect(warnings).toEqual([]);
    } finally {
      process.off("warning", onWarning);
    }
  });

  it("is none where only its headers are asked for", async () => {
    const { status, headers } = await preview.ask("/events", { method: "HEAD", headers: { cookie } });
    expect([status, headers["content-type"], isWatched()]).toEqual([200, "text/event-stream", false]);
  });

  it("ends when its visitor is shown out", async () => {
    const at = pathOf(preview.server.oneTimeAddress());
    const { ended } = await openStream(preview.server.port, cookieOf(await preview.ask(at)));
    const other = await openStream(preview.server.port, cookie);
    await preview.ask(at);
    await ended;
    expect(isWatched()).toBe(true);
    other.leave();
    await expect.poll(isWatched).toBe(false);
  });
});

describe("where a request comes from", () => {
  it.each([
    "elsewhere.example",
    "elsewhere.example:PORT",
    "127.0.0.1",
    "127.0.0.1:1",
    "0.0.0.0:PORT",
    "[::1]:PORT",
  ])("is refused under the name %s", async (host) => {
    const under = host.replace("PORT", String(preview.server.port));
    const { status, text } = await preview.ask("/", { headers: { cookie, host: under } });
    expect(status).toBe(403);
    expect(text).not.toContain(name);
  });

  it("is this machine under its other name", async () => {
    const host = `localhost:${preview.server.port}`;
    expect((await preview.ask("/", { headers: { cookie, host } })).status).toBe(200);
  });

  it("is no page of another port, which cookies do not tell apart", async () => {
    for (const site of ["same-site", "cross-site"])
      for (const mode of ["no-cors", "cors", "same-origin"])
        expect(
          (await preview.ask("/", { headers: { cookie, "sec-fetch-site": site, "sec-fetch-mode": mode } }))
            .status,
        ).toBe(403);
    for (const site of ["same-origin", "none"])
      expect(
        (await preview.ask("/", { headers: { cookie, "sec-fetch-site": site, "sec-fetch-mode": "cors" } }))
          .status,
      ).toBe(200);
  });

  it("is a page of ours, or a form does nothing", async () => {
    const post = (headers: Record<string, string>, body = "") =>
      preview.ask("/no-such-form", { method: "POST", headers: { cookie, ...headers }, body });
    const own = `http://127.0.0.1:${preview.server.port}`;
    for (const origin of [
      "null",
      "http://elsewhere.example",
      "http://127.0.0.1:1",
      own.replace("http", "https"),
    ])
      expect((await post({ origin })).status).toBe(403);
    expect((await post({})).status).toBe(403);
    expect((await post({ origin: own })).status).toBe(404);
    expect((await post({ origin: own }, "x".repeat(20_000))).status).toBe(413);
  });
});

const climbs = [
  "..",
  "%2e%2e",
  "%252e%252e",
  "%25252e%25252e",
  "..%2f..",
  "..%5c..",
  "..\\..",
  ".%2e",
].flatMap((up) =>
  ["onetopic.yaml", ".env", "var/lists/people.csv", "etc/passwd"].flatMap((file) => [
    `${up}/${file}`,
    `${up}/${up}/${up}/${up}/${up}/${up}/${up}/${file}`,
    `${up}%2f${file.replaceAll("/", "%2f")}`,
    `${up}/${file}%00.html`,
  ]),
);

describe("a path", () => {
  it("never leads out of what is shown", async () => {
    const folders = [...addresses, "/assets"].map((one) => one.replace(/\/[^/]*$/, ""));
    const all = [...new Set(folders)].flatMap((folder) => climbs.map((climb) => `${folder}/${climb}`));
    for (const at of all) {
      const { status, text } = await preview.ask(at, { headers: { cookie } });
      expect(status, at).toBeGreaterThanOrEqual(400);
      expect(status, at).toBeLessThan(500);
      expect(text, at).not.toMatch(/a-secret-of-the-file|ann@example\.org|^root:/m);
    }
    expect(preview.faults).toEqual([]);
  });

  it("is plain, or is turned away", () => {
    for (const plain of [
      "/",
      "/topics/good",
      "/render/good/newsletter.html",
      "/outbox/0a",
      "/topics/ü",
      "/topics/a%20b",
    ])
      expect(isPlainPath(plain), plain).toBe(true);
    for (const odd of [
      "/..",
      "/a/../b",
      "/a/./b",
      "/a\\b",
      "/a%5cb",
      "/a%00",
      "/%",
      "/%252e%252e/a",
      "//a",
      "/%25252525",
    ])
      expect(isPlainPath(odd), odd).toBe(false);
  });
});

describe("a port that is taken, or that no browser opens", () => {
  it("is refused in words", async () => {
    const { live, context } = preview;
    const options = {
      live,
      look: async () => {},
      assets: "",
      port: preview.server.port,
      onFault: () => {},
      conceal: context.out.conceal,
    };
    await expect(startPreview(options)).rejects.toMatchObject({ code: "cannot-listen", exit: 2 });
    // Node's own client keeps to the same list as browsers.
    for (const port of [6000, 6667, 10_080]) {
      await expect(startPreview({ ...options, port })).rejects.toMatchObject({ code: "bad-port", exit: 2 });
      await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
        cause: { message: "bad port" },
      });
    }
  });
});

describe("the usual port", () => {
  it("is left out by browsers, and no other is", () => {
    for (const host of ["127.0.0.1", "localhost", "127.0.0.1:80", "localhost:80"])
      expect(isOwnHost(host, 80), host).toBe(true);
    for (const host of ["elsewhere.example", "127.0.0.1:8080", undefined])
      expect(isOwnHost(host, 80), host).toBe(false);
    expect(isOwnHost("127.0.0.1", 8080)).toBe(false);
  });
});

describe("every answer", () => {
  it("has a policy of its own, and is not kept", async () => {
    const own = { cookie };
    const answers = await Promise.all([
      ...[...addresses, "/assets/style.css", "/nothing", "/topics/nothing"].map((at) =>
        preview.ask(at, { headers: own }),
      ),
      preview.ask("/"),
      preview.ask("/", { headers: { host: "elsewhere.example" } }),
      preview.ask(pathOf(preview.server.address)),
      preview.ask("/pick", { method: "POST", headers: own }),
    ]);
    for (const { headers } of answers) {
      expect(headers["content-security-policy"]).toMatch(/default-src 'none'/);
      expect(headers["content-security-policy"]).not.toMatch(/unsafe-eval|script-src [^;]*unsafe/);
      expect(headers["cache-control"]).toBe("no-store");
      expect(headers["x-content-type-options"]).toBe("nosniff");
    }
  });

  it("runs nothing where it was rendered", async () => {
    const { headers, status } = await preview.ask(`/render/${slug}/newsletter.html`, { headers: { cookie } });
    expect(status).toBe(200);
    expect(headers["content-security-policy"]).toMatch(/^sandbox; default-src 'none'/);
    expect(headers["content-security-policy"]).not.toContain("script-src");
  });
});

describe("a secret of the environment", () => {
  it("is on no page, also where it is at fault", async () => {
    const other = tempToolkit("tiny");
    other.write("onetopic.yaml", `${other.read("onetopic.yaml")}ledger: "\${LEDGER}"\n`);
    other.write("a-secret-name/in-the-way", "");
    const served = await servedPreview(other.root, { LEDGER: "a-secret-name" });
    try {
      await served.live.settled();
      const own = cookieOf(await served.ask(pathOf(served.server.address)));
      for (const at of addresses) {
        const { text } = await served.ask(at, { headers: { cookie: own } });
        expect(text, at).not.toContain("a-secret-name");
      }
    } finally {
      await served.close();
    }
  });
});

import { readdir, readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import path from "node:path";
import { describe, expect, it } from "vitest";

/** Who may import whom. A room may always import itself; `cli` may import all. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  plan: ["domain"],
  toolkit: ["domain"],
  render: ["domain"],
  check: ["domain", "render"],
  deliver: ["domain", "plan"],
  preview: ["domain", "toolkit", "plan", "render", "check"],
  cli: ["domain", "toolkit", "plan", "render", "check", "deliver", "preview"],
};

/** Packages that a room may import. One package stands behind one file wherever that is possible. */
const packages: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  plan: ["temporal-polyfill"],
  toolkit: ["csv-parse", "gray-matter", "htmlparser2", "jsep", "numfmt", "yaml", "yauzl", "zod"],
  render: [
    "@cantoo/pdf-lib",
    "@css-inline/css-inline",
    "@myriaddreamin/typst-ts-node-compiler",
    "@resvg/resvg-js",
    "@silvia-odwyer/photon-node",
    "csv-stringify",
    "docx",
    "feed",
    "fflate",
    "handlebars",
    "ical-generator",
    "image-size",
    "marked",
    "nodemailer",
    "uqr",
  ],
  check: ["fastest-levenshtein", "flesch-kincaid", "html-validate", "syllable"],
  deliver: [
    "@hono/node-server",
    "@photostructure/sqlite",
    "hono",
    "imapflow",
    "kysely",
    "nodemailer",
    "pg",
    "pg-copy-streams",
    "postal-mime",
    "prom-client",
  ],
  preview: ["@hono/node-server", "hono", "idiomorph"],
  cli: ["commander", "diff", "inquirer", "open", "undici"],
};

/** Rooms that must not reach the disk, the network or the clock. */
const noNode = new Set(["domain", "plan"]);
interface SourceFile {
  readonly file: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
}

async function sources(): Promise<SourceFile[]> {
  const files = (await readdir("src", { recursive: true })).filter((file) => file.endsWith(".ts"));
  return Promise.all(
    files.map(async (name) => {
      const file = name.split(path.sep).join("/");
      const text = await readFile(path.join("src", name), "utf8");
      const imports = [
        ...text.matchAll(/^(?:import|export|\}).* from "([^"]+)";$|\bimport\("([^"]+)"\)/gm),
      ].map((match) => match[1] ?? match[2] ?? "");
      return { file, room: file.includes("/") ? (file.split("/")[0] ?? "") : "main", text, imports };
    }),
  );
}

const all = await sources();

describe("the rooms", () => {
  it("are the ones that are declared", () => {
    expect([...new Set(all.map(({ room }) => room))].toSorted()).toEqual(
      [...Object.keys(rooms), "main"].toSorted(),
    );
  });

  it.each(all.filter(({ room }) => room !== "main"))(
    "$file imports only what its room may",
    ({ file, room, imports }) => {
      for (const name of imports) {
        if (name.startsWith(".")) {
          const target = path.posix.join(path.posix.dirname(file), name).split("/")[0] ?? "";
          expect([room, ...(rooms[room] ?? [])], `${file} imports ${name}`).toContain(target);
          expect(name, `${file} imports ${name}`).toMatch(/\.ts$/);
        } else if (name.startsWith("node:") || builtinModules.includes(name)) {
          expect(noNode.has(room), `${file} imports ${name}`).toBe(false);
        } else {
          const parts = name.split("/");
          const bare = name.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0];
          expect(packages[room], `${file} imports ${name}`).toContain(bare);
        }
      }
    },
  );

  it("take the time and chance as values: nothing but the edges asks for them", () => {
    const edges = /^(cli|main\.ts)|^deliver\/(clock|lock)\.ts$/;
    const asking = all.filter(
      ({ file, text }) => !edges.test(file) && /Date\.now\(|new Date\(\)|Math\.random\(/.test(text),
    );
    expect(asking.map(({ file }) => file)).toEqual([]);
  });

  it("let only deliver and cli know how mail leaves, and one file ask the web", () => {
    const sending = all.filter(({ imports }) =>
      imports.some((name) => /nodemailer\/lib\/(smtp|sendmail)|^node:(net|tls|https?|dgram)$/.test(name)),
    );
    // The preview listens to this machine, and asks nobody.
    expect(sending.filter(({ room }) => room !== "deliver").map(({ file }) => file)).toEqual([
      "preview/server.ts",
    ]);
    const asking = all.filter(
      ({ file, text, imports }) =>
        // What runs in the browser asks its own server alone: its page's policy holds it to that.
        (!file.startsWith("preview/front/") && /(?<!\bclient\.)\bfetch\(/.test(text)) ||
        imports.includes("undici"),
    );
    expect(asking.map(({ file }) => file)).toEqual(["cli/check/reach.ts"]);
    // `fetch` of a client of IMAP: one file reads mailboxes on servers.
    const mailboxes = all.filter(
      ({ text, imports }) => /\bclient\.fetch\(/.test(text) || imports.includes("imapflow"),
    );
    expect(mailboxes.map(({ file }) => file)).toEqual(["deliver/bounces/imap.ts"]);
    // Only `check --online` gets there.
    const users = (name: string) =>
      all.filter(({ imports }) => imports.some((one) => one.endsWith(`/${name}`)));
    expect(users("reach.ts").map(({ file }) => file)).toEqual(["cli/check/online.ts"]);
    expect(users("online.ts").map(({ file }) => file)).toEqual(["cli/commands/check.ts"]);
  });
});

describe("the size of files", () => {
  it("keeps files short", () => {
    const long = all
      .map(({ file, text }) => ({ file, lines: text.split("\n").length }))
      .filter(({ lines }) => lines > 300);
    expect(long).toEqual([]);
  });
});

import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLedger } from "../../../src/deliver/open-ledger.ts";
import { SqliteFile } from "../../../src/deliver/sqlite.ts";
import { emptyFolder, tempToolkit } from "../../support/cli.ts";
import { cookieOf, pathOf, servedPreview, type ServedPreview } from "../../support/live.ts";

const toolkit = tempToolkit("library");
const amount = 120;
const idOf = (number: number) => createHash("sha256").update(String(number)).digest("hex").slice(0, 32);

let preview: ServedPreview;
let cookie = "";
const look = async (path: string) => (await preview.ask(path, { headers: { cookie } })).text;

beforeAll(async () => {
  for (let number = 0; number < amount; number += 1) {
    const file = `var/outbox/${idOf(number)}.eml`;
    const head = `To: Reader ${number} <reader${number}@example.org>\r\nMessage-ID: <${number}@example.org>\r\nSubject: Number\r\n ${number}\r\n`;
    toolkit.write(file, `${head}\r\nWords of number ${number}.\r\n`);
    utimesSync(toolkit.path(file), 1_790_000_000 + number, 1_790_000_000 + number);
  }
  toolkit.write("var/outbox/notes.txt", "mine");
  toolkit.write("secret.eml", "Subject: elsewhere\r\n\r\n");
  symlinkSync(toolkit.path("secret.eml"), toolkit.path(`var/outbox/${"f".repeat(32)}.eml`));
  preview = await servedPreview(toolkit.root);
  cookie = cookieOf(await preview.ask(pathOf(preview.server.address)));
});
afterAll(() => preview.close());

describe("the list of the outbox", () => {
  const subjects = (text: string) =>
    [...text.matchAll(/<bdi>Number (\d+)<\/bdi>/g)].map((found) => Number(found[1]));

  it("is a page long, the newest first, and ends at the last page whatever is asked for", async () => {
    const first = await look("/outbox");
    expect(first).toContain("120 messages, the newest first.");
    expect(subjects(first)).toEqual(Array.from({ length: 50 }, (_, at) => amount - 1 - at));
    for (const last of ["/outbox?page=3", "/outbox?page=99", "/outbox?page=9007199254740991"])
      expect(subjects(await look(last))).toEqual(Array.from({ length: 20 }, (_, at) => 19 - at));
    for (const odd of ["/outbox?page=-1", "/outbox?page=1.5", "/outbox?page=x"])
      expect(subjects(await look(odd))[0]).toBe(amount - 1);
    expect(first).toContain('<a rel="next" href="/outbox?page=2">Older</a>');
  });

  it("finds by subject, address and Message-ID, over all pages", async () => {
    expect(subjects(await look("/outbox?q=READER7%40"))).toEqual([7]);
    expect(subjects(await look("/outbox?q=number+11&page=1"))).toEqual([
      119, 118, 117, 116, 115, 114, 113, 112, 111, 110, 11,
    ]);
    expect(await look("/outbox?q=%3Cscript%3E")).toContain("No message is like this.");
    expect(await look("/outbox?q=%3Cscript%3E")).not.toContain("<script>");
  });

  it("sees what is new, changed and gone", async () => {
    const file = `var/outbox/${idOf(500)}.eml`;
    toolkit.write(file, "Subject: Number 500\r\n\r\n");
    expect(await look("/outbox?q=number+500")).toContain("1 message of 121");
    toolkit.write(file, "Subject: Number 501 now\r\n\r\n");
    expect(await look("/outbox?q=number+501")).toContain("1 message of 121");
    rmSync(toolkit.path(file));
    expect(await look("/outbox?q=number+501")).toContain("0 messages of 120");
  });
});

describe("a message of the outbox", () => {
  it("is there only under its own name: nothing else is read", async () => {
    expect(await look(`/outbox/${idOf(7)}?show=text`)).toContain("Words of number 7.");
    for (const other of ["f".repeat(32), "notes.txt", "..%2F..%2Fsecret", idOf(999)]) {
      const { status, text } = await preview.ask(`/outbox/${other}`, { headers: { cookie } });
      expect([status, text.includes("elsewhere")], other).toEqual([404, false]);
    }
  });

  it("shows its source where it cannot be taken apart", async () => {
    const deep = Array.from(
      { length: 60 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
    );
    toolkit.write(`var/outbox/${"a".repeat(32)}.eml`, `Subject: deep\r\n${deep.join("")}\r\nThe end.\r\n`);
    const shown = await look(`/outbox/${"a".repeat(32)}`);
    expect(shown).toContain("The end.");
    expect(await look(`/outbox/${"a".repeat(32)}?show=html`)).toContain("It cannot be taken apart:");
    rmSync(toolkit.path(`var/outbox/${"a".repeat(32)}.eml`));
  });

  it("shows the beginning of a long one, and says so of one that is too large", async () => {
    const file = toolkit.path(`var/outbox/${"b".repeat(32)}.eml`);
    writeFileSync(file, `Subject: long\r\n\r\n${"x".repeat(400_000)}`);
    const long = await look(`/outbox/${"b".repeat(32)}?show=source`);
    expect(long.length).toBeLessThan(300_000);
    expect(long).toContain("This is the beginning:");
    truncateSync(file, 33 * 1024 * 1024);
    expect(await look("/outbox")).toContain("34.6 MB");
    expect(await look(`/outbox/${"b".repeat(32)}`)).toContain("it is larger than 32 MB");
    rmSync(file);
  });
});

describe("what the ledger says", () => {
  const ledger = toolkit.path("var/ledger.sqlite");
  const clear = () => {
    for (const ending of ["", "-wal", "-shm"]) rmSync(`${ledger}${ending}`, { force: true });
  };

  it("is missed in words where there is none", async () => {
    expect(await look("/outbox")).toContain("There is no ledger yet");
    expect(await look(`/outbox/${idOf(7)}`)).toContain("There is no ledger yet.");
  });

  it.each([
    [
      "is damaged",
      "not a ledger at all, but long enough to be read as one".repeat(20),
      "is damaged or is not a ledger",
    ],
    ["is empty", "", "is not a ledger of onetopic"],
  ])("is missed in words where the file %s; the messages show all the same", async (_, content, words) => {
    writeFileSync(ledger, content);
    for (const path of ["/outbox", `/outbox/${idOf(7)}`, "/calendar"]) {
      const shown = await look(path);
      expect(shown).toContain("What became of the messages is not shown.");
      expect(shown).toContain(words);
    }
    expect(await look("/outbox")).toContain("Number 119");
    clear();
  });

  it("is missed in words while another program keeps it locked, without waiting", async () => {
    const made = `${emptyFolder()}/ledger.sqlite`;
    await (await openLedger(made, { now: () => 0 })).close();
    copyFileSync(made, ledger);
    const other = new SqliteFile(ledger, undefined, 0);
    other.exec("pragma locking_mode = exclusive; begin exclusive; insert into meta values ('a', 'b');");
    try {
      const shown = await look("/outbox");
      expect(shown).toContain("keeps the ledger");
      expect(shown).toContain("Load this page again in a moment.");
    } finally {
      other.exec("rollback");
      other.close();
      clear();
    }
  });
});

describe("an outbox that is elsewhere", () => {
  it("is not opened: a folder outside, and a link that leads outside", async () => {
    const outside = emptyFolder();
    writeFileSync(`${outside}/${"c".repeat(32)}.eml`, "Subject: elsewhere\r\n\r\n");
    const other = tempToolkit("library");
    other.edit("onetopic.yaml", /^transport: .*$/m, `transport: outbox:${outside}`);
    mkdirSync(other.path("var"));
    symlinkSync(outside, other.path("var/outbox"));
    const served = await servedPreview(other.root);
    try {
      const own = cookieOf(await served.ask(pathOf(served.server.address)));
      const { text } = await served.ask("/outbox", { headers: { cookie: own } });
      expect(text).toContain("it leads out of the toolkit");
      rmSync(other.path("var/outbox"));
      const again = await served.ask("/outbox", { headers: { cookie: own } });
      expect(again.text).toContain("lies outside the toolkit");
      expect(again.text).toContain("Nothing was written yet");
      expect(again.text).not.toContain("elsewhere</bdi>");
    } finally {
      await served.close();
    }
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { digestOf } from "../../../src/deliver/bounces/mail.ts";
import { understand } from "../../../src/deliver/bounces/understand.ts";

const folder = "tests/fixtures/bounces";
const fixture = (name: string): Buffer => readFileSync(`${folder}/${name}.eml`);
const annsId = "<ann-2026-12@news.example.org>";

/** What each file says: kind, address, status or why it says nothing; and the Message-ID it names first. */
const expected: Readonly<Record<string, readonly [lines: readonly string[], messageId?: string]>> = {
  // By the book.
  "postfix-user-unknown": [["hard ann@example.org 5.1.1"], annsId],
  "postfix-domain-gone": [["hard bob@example.org 5.4.4"]],
  "postfix-expired": [["soft cat@example.org 4.4.1"], "<cat-2026-12@news.example.org>"],
  "postfix-delayed": [["other ann@example.org 4.4.1 delayed"], annsId],
  "postfix-relayed": [
    [
      "other ann@example.org 2.0.0 delivered",
      "other bob@example.org 2.1.5 delivered",
      "other cat@example.org 2.0.0 delivered",
    ],
    annsId,
  ],
  "blocked-by-policy": [["soft dan@example.org 5.7.1"], "<dan-2026-12@news.example.org>"],
  "several-recipients": [
    [
      "hard ann@example.org 5.1.1",
      "soft bob@example.org 5.2.2",
      "other cat@example.org 2.0.0 delivered",
      "hard stranger@example.org 5.1.1",
    ],
    annsId,
  ],
  "blocks-run-together": [["hard ann@example.org 5.1.2", "hard bob@example.org 5.1.1"]],
  "group-in-part": [
    ["hard old.member@example.org 5.1.1", "other new.member@example.org 2.0.0 delivered"],
    "<fay-2026-12@news.example.org>",
  ],
  alias: [["hard a.nother@inside.example.org 5.1.1"], annsId],
  "microsoft-365": [["hard ann@example.org 5.1.10"], annsId],
  "microsoft-365-edge": [["hard bob@example.org 5.4.1"], "<bob-2026-12@news.example.org>"],
  "exchange-full": [["soft cat@example.org 5.2.2"], "<cat-2026-12@news.example.org>"],
  "gmail-not-found": [["hard ann@example.org 5.1.1"], annsId],
  "amazon-ses": [["hard ann@example.org 5.1.1"], "<0100019b0a-ses-000000@ses.example.org>"],
  "nothing-in-the-status": [["hard ann@example.org 5.0.0"], annsId],
  "status-in-the-words": [["hard ann@example.org 5.1.1"], annsId],
  "sender-refused": [["soft ann@example.org 5.1.8"], annsId],
  international: [["hard jürgen@example.org 5.1.1"], "<0815@relay.example.org>"],
  forged: [["hard stranger@example.org 5.1.1"], "<made-up@example.org>"],
  truncated: [["hard ann@example.org 5.1.1"]],
  "eight-bit-rubbish": [["hard ann@example.org 5.1.1"], annsId],
  "report-of-a-report": [
    ["hard postmaster@elsewhere.example.org 5.1.1"],
    "<postfix-user-unknown.report@mx.example.org>",
  ],
  forwarded: [["hard ann@example.org 5.1.1"], annsId],
  // Written for people.
  "cut-in-the-words": [["hard ann@example.org 5.1.1"]],
  exim: [["hard ann@example.org", "soft bob@example.org"], annsId],
  "exim-warning": [["other ann@example.org delayed"]],
  qmail: [["hard ann@example.org 5.1.1", "soft bob@example.org 4.2.2"], annsId],
  "gmail-old": [["hard ann@example.org 5.1.1"], annsId],
  "exchange-2003": [["hard ann@example.org 5.1.1"]],
  "exchange-plain": [["hard ann@example.org 5.1.1"], annsId],
  "filter-unknown": [["hard ann@example.org 5.1.0"]],
  "filter-blocked": [["soft ann@example.org"]],
  german: [["hard ann@example.org"]],
  french: [["soft ann@example.org 5.2.2"]],
  "names-nobody": [["other no-address"]],
  "quoted-by-a-person": [["other bob@example.org not-a-report"]],
  // Complaints.
  complaint: [["complaint ann@example.org"], annsId],
  "complaint-redacted": [["complaint redacted@example.org"], "<redacted@example.org>"],
  "complaint-not-spam": [["other ann@example.org no-complaint"], annsId],
  // Answers.
  vacation: [["auto-reply ann@example.org"], annsId],
  "out-of-office": [["auto-reply bob@example.org"], "<bob-2026-12@news.example.org>"],
  receipt: [["other ann@example.org receipt"]],
  "unsubscribe-token": [["other somebody.else@example.org not-a-report"]],
  "unsubscribe-plain": [["unsubscribe BOB@Example.org"]],
  "unsubscribe-reply": [["unsubscribe ann.private@example.org"], annsId],
  "unsubscribe-by-whom": [["unsubscribe stranger@example.org"]],
  letter: [["other ann@example.org not-a-report"]],
};

async function linesOf(raw: Uint8Array): Promise<string[]> {
  const { statements } = await understand(raw);
  return statements.map(({ kind, addresses, status, note }) =>
    [kind, addresses[0], status, note].filter((part) => part !== undefined).join(" "),
  );
}

describe("a message that came back", () => {
  it("is expected in every form that is kept as an example", () => {
    const files = readdirSync(folder).map((name) => name.replace(/\.eml$/, ""));
    expect(files.toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  it.each(Object.entries(expected))("%s is understood", async (name, [lines, messageId]) => {
    expect(await linesOf(fixture(name))).toEqual(lines);
    expect((await understand(fixture(name))).messageIds[0]).toBe(messageId);
  });

  it.each(Object.entries(expected))(
    "%s is understood with line ends of the network",
    async (name, [lines]) => {
      const crlf = fixture(name).toString("latin1").replaceAll("\n", "\r\n");
      expect(await linesOf(Buffer.from(crlf, "latin1"))).toEqual(lines);
    },
  );

  it("bears a token only where all of it is one", async () => {
    const token = "0123456789abcdef0123456789abcdef01234567";
    const asked = (subject: string) =>
      understand(Buffer.from(`From: ann@example.org\nSubject: ${subject}\n\n\n`));
    const [statement] = (await asked(`Unsubscribe  ${token.toUpperCase()} `)).statements;
    expect(statement).toMatchObject({ kind: "unsubscribe", token });
    for (const subject of [`unsubscribe ${token}0`, `Re: unsubscribe ${token}`, `unsubscribe ${token} me`])
      expect((await asked(subject)).statements[0]?.token, subject).toBeUndefined();
  });

  it("brings back the tokens of its unsubscribe header, folded or not", async () => {
    const token = "0123456789abcdef0123456789abcdef01234567";
    const raw = fixture("amazon-ses").toString().replaceAll("TOKEN-OF-ann", token);
    expect((await understand(Buffer.from(raw))).tokens).toEqual([token, token]);
  });

  it("says in one line what the other server said", async () => {
    const said = async (name: string) => (await understand(fixture(name))).statements.map((one) => one.said);
    expect(await said("postfix-user-unknown")).toEqual([
      "550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown",
    ]);
    expect(await said("qmail")).toEqual([
      "#5.1.1)",
      expect.stringMatching(/^452 4\.2\.2 mailbox over quota/),
    ]);
  });

  it("is never a crash: cut anywhere, or no message at all", async () => {
    for (const name of ["several-recipients", "exim", "complaint", "forwarded"]) {
      const raw = fixture(name);
      for (let end = 0; end < raw.length; end += 97)
        expect((await understand(raw.subarray(0, end))).statements.length, `${name} ${end}`).toBeGreaterThan(
          0,
        );
    }
    const deep = `Content-Type: multipart/mixed; boundary=a\nSubject: x\n\n${"--a\nContent-Type: multipart/mixed; boundary=a\n\n".repeat(300)}`;
    for (const rubbish of [
      Buffer.alloc(0),
      Buffer.alloc(5000),
      Buffer.from("no header"),
      Buffer.from(deep),
    ]) {
      const { statements } = await understand(rubbish);
      expect(statements[0]?.kind).toBe("other");
    }
    expect(await linesOf(Buffer.alloc(0))).toEqual(["other unreadable"]);
  });

  it("takes no time that grows with the square of its length", async () => {
    const words = [
      "<",
      "<style>",
      "a",
      "ann@example.org ",
      "a ",
      "message to ",
      "@.",
      "-----",
      "550 5.1.1 ",

      "user ",
    ];
    const started = performance.now();
    for (const word of words) {
      const text = word.repeat(Math.ceil(60_000 / word.length));
      const head = "From: mailer-daemon@example.org\nReturn-Path: <>\nSubject: failure, undeliverable\n";
      for (const more of ["", "Content-Type: text/html\n", `References: <${text.slice(0, 60_000)}\n`])
        await understand(Buffer.from(`${head}${more}\n${text}`));
      await understand(Buffer.from(`From: ${text.slice(0, 60_000)}\n\n${text}`));
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("the digest of a report", () => {
  const raw = fixture("postfix-user-unknown");
  const text = raw.toString();

  it("is the same wherever the report is kept", () => {
    const elsewhere = [
      text.replaceAll("\n", "\r\n"),
      text.replace(
        "Return-Path: <>\n",
        "Return-Path: <>\nStatus: RO\nX-UID: 7\nDelivered-To: news@example.org\n",
      ),
      `${text}\n\n`,
    ];
    for (const one of elsewhere) expect(digestOf(Buffer.from(one))).toBe(digestOf(raw));
    const quoted = text.replace("I'm sorry", "From here on I'm sorry");
    const inMbox = quoted.replace("From here", ">From here");
    expect(digestOf(Buffer.from(inMbox))).toBe(digestOf(Buffer.from(quoted)));
  });

  it("is another for another report", () => {
    for (const one of [text.replace("5.1.1", "5.1.2"), text.replace("09:31:07", "09:31:08")])
      expect(digestOf(Buffer.from(one))).not.toBe(digestOf(raw));
  });
});

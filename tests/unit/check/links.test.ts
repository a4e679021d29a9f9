import { expect, it } from "vitest";
import { unreachable, webLinks } from "../../../src/check/links.ts";
import { problemLine } from "../../../src/check/report.ts";
import { problem } from "../../../src/domain/problem.ts";
import type { LinkFault } from "../../../src/domain/link.ts";
import type { Toolkit } from "../../../src/domain/toolkit.ts";

const start = { line: 1, column: 1 };
const secret = "https://bob@x.example:hunter2@example.org/a@b?c@d";
const faults = [
  "missing",
  "no-site",
  "bad-address",
  "login",
  "certificate",
  "timeout",
  "no-answer",
  "server",
  "private",
];

it.each(faults)("says %s of a link without the password in it", (fault) => {
  const answers = new Map([["x", { kind: "fault", fault: fault as LinkFault } as const]]);
  const [found] = unreachable([{ address: "x", target: secret, path: "a.md", position: start }], answers);
  const told = found === undefined ? "" : problemLine(found);
  expect(told).toContain('"https://example.org/a@b?c@d"');
  expect(told).not.toMatch(/hunter2|bob/);
});

it("tells of no other fault of a link with the password in it", () => {
  const told = [
    problem("link/insecure", "a.md", start, { target: secret }),
    problem("image/remote", "a.md", start, { target: secret }),
    problem("link/unsafe", "a.md", start, { target: "ftp://bob:hunter2@example.org/", scheme: "ftp:" }),
    problem("link/broken", "a.md", start, { target: "//bob:hunter2@example.org/" }),
    problem("edition/link-repeated", "a.md", start, {
      cycle: "2026-11",
      topic: "a",
      before: "b",
      link: secret,
    }),
  ].map(problemLine);
  for (const line of told) expect(line).toMatch(/^(?!.*(?:hunter2|bob)).*\/\/example\.org/);
});

it("asks for an address of numbers as it stands", () => {
  const source = { path: "content/toolkit.md", places: new Map(), bodyLine: 1 };
  const toolkit = {
    settings: { checks: {}, source },
    about: { body: "[One](https://[::ffff:127.0.0.1]/) and [two](https://[fd00::1]:8443/a[b])", source },
    posts: [],
    editions: [],
    brands: [],
  } as unknown as Toolkit;
  expect(webLinks(toolkit, []).map(({ address }) => address)).toEqual([
    "https://[::ffff:7f00:1]/",
    "https://[fd00::1]:8443/a%5Bb%5D",
  ]);
});

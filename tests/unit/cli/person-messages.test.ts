import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { findMessages } from "../../../src/cli/person-messages.ts";
import { emptyFolder } from "../deliver/setting.ts";

const key = "ann@x.example";

function messageTo(to: string, body = "Hello."): string {
  return `From: news@trust.example\r\nTo: ${to}\r\nSubject: Flu\r\n\r\n${body}\r\n`;
}

describe("the messages of a person", () => {
  it("are found in every outbox, by name or by To, and nobody else's are", async () => {
    const root = emptyFolder();
    const far = emptyFolder();
    const put = (folder: string, name: string, text: string) => {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, name), text);
    };
    put("var/outbox", "1.eml", "not a message any more");
    put("var/outbox", ".1.eml.part", "From: new");
    put("var/outbox", "2.eml", messageTo('"Lee, Ann" <Ann@X.example>'));
    put("var/outbox", ".3.eml.part", messageTo("bob@x.example,\r\n ann@x.example"));
    put("var/outbox", "4.eml", messageTo("joann@x.example", "To: ann@x.example"));
    put("var/outbox", "5.eml", messageTo('"ann@x.example" <bob@x.example>'));
    put("var/outbox", "6.eml", messageTo("ann@x.example.org"));
    put("var/outbox", "7.txt", messageTo(key));
    put("old", "8.eml", messageTo("=?UTF-8?Q?Ann_L=C3=A9e?= <ann@x.example>"));
    writeFileSync(join(far, "9.eml"), messageTo(key));
    // Tests as somebody: whoever tests, the words are that person's.
    put("old", "as.eml", `X-Onetopic-As: ann%40x.example\r\n${messageTo("me@x.example")}`);
    put("old", "as-other.eml", `X-Onetopic-As: joann%40x.example\r\n${messageTo("me@x.example")}`);
    put("old", "as-nobody.eml", `X-Onetopic-As: %E0%A4%A\r\n${messageTo("me@x.example")}`);
    const outboxes = ["old", "var/outbox", "./var/outbox/", "never-made", far];
    const found = await findMessages({ root, outboxes: outboxes.slice(0, 2), names: ["1.eml"], key });
    expect(found).toEqual([
      "old/8.eml",
      "old/as.eml",
      "var/outbox/.1.eml.part",
      "var/outbox/.3.eml.part",
      "var/outbox/1.eml",
      "var/outbox/2.eml",
    ]);
    const all = await findMessages({ root, outboxes, names: ["1.eml"], key });
    expect(all).toHaveLength(found.length + 1);
    expect(all).toContain(join(far, "9.eml").replaceAll("\\", "/"));
  });
});

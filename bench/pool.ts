/* Sends the newsletter through nodemailer's pool, which composes each message: toolkit, port, number of messages. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createTransport } from "nodemailer";
import { connections, dkim, newsletter } from "./campaign.ts";

const [root = "", port = "", messages = ""] = process.argv.slice(2);
const { subject, html, text, images } = await newsletter({ root });
const isSigned = /^dkim:/m.test(await readFile(path.join(root, "onetopic.yaml"), "utf8"));
const key = path.join(root, dkim.key);
const transport = createTransport({
  pool: true,
  host: "127.0.0.1",
  port: Number(port),
  maxConnections: connections,
  maxMessages: Number.POSITIVE_INFINITY,
  ...(isSigned && existsSync(key)
    ? {
        dkim: {
          domainName: dkim.domain,
          keySelector: dkim.selector,
          privateKey: await readFile(key, "utf8"),
        },
      }
    : {}),
});
console.log("ready");
await Promise.all(
  Array.from({ length: Number(messages) }, (_, at) => {
    const fill = (part: string) => part.replace("TOKEN", `${at}`);
    return transport.sendMail({
      from: { name: "Bench", address: "news@example.org" },
      to: { name: `Reader Nº ${at}`, address: `reader${at}@example.org` },
      subject,
      html: fill(html),
      text: fill(text),
      headers: {
        "List-Unsubscribe": `<https://example.org/leave?who=${at}>`,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      },
      attachments: images.map(({ cid, content, contentType }) => ({ cid, content, contentType })),
    });
  }),
);
transport.close();

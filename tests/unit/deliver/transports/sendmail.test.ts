import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { parseTransport } from "../../../../src/deliver/transports/parse.ts";
import { emptyFolder, freely, messageTo, recipient } from "../setting.ts";

const message = messageTo(recipient("ann@example.org"), "<1@trust.example>");

/** A command that writes down what it was given and ends as told. */
function sendmail(ending: string, timeout?: number) {
  const folder = emptyFolder();
  const command = join(folder, "send mail");
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" > "$(dirname "$0")/args"\n${ending}\n`;
  writeFileSync(command, script, { mode: 0o755 });
  const transport = freely(parseTransport(`sendmail:${command}`, { root: "/", timeout }).open());
  return { transport, told: (name: string) => readFileSync(join(folder, name), "utf8") };
}

describe.runIf(process.platform !== "win32")("sendmail", () => {
  it("is given one recipient after --, and the message with plain line ends", async () => {
    const { transport, told } = sendmail('cat > "$(dirname "$0")/body"');
    expect(await transport.send(message)).toMatchObject({ kind: "accepted" });
    expect(told("args")).toBe("-i\n-f\nnews@trust.example\n--\nann@example.org\n");
    expect(told("body")).toBe(message.raw.toString().replaceAll("\r\n", "\n"));
  });

  it.each([
    ["cat > /dev/null; exit 75", "deferred"],
    ["cat > /dev/null; echo 'No such user' >&2; exit 67", "rejected"],
    ["cat > /dev/null; exit 1", "rejected"],
    ["cat > /dev/null; kill -9 $$", "unknown"],
  ])("%s: %s", async (ending, kind) => {
    expect(await sendmail(ending).transport.send(message)).toMatchObject({ kind });
  });

  it("keeps what the command said", async () => {
    const { transport } = sendmail("cat > /dev/null; echo 'No such\n user' >&2; exit 67");
    expect(await transport.send(message)).toMatchObject({
      reply: expect.stringContaining("67: No such user"),
    });
  });

  it("does not call a message accepted that was not read to its end", async () => {
    const large = { ...message, raw: Buffer.alloc(1_000_000, "a\r\n") };
    expect(await sendmail("exec < /dev/null; sleep 0.2").transport.send(large)).toMatchObject({
      kind: "unknown",
    });
  });

  it("is unknown when the command takes too long", async () => {
    expect(await sendmail("exec sleep 60", 50).transport.send(message)).toMatchObject({ kind: "unknown" });
  });

  it.each(["exit 78", "exit 127"])("stops the run when the machine is not set up: %s", async (ending) => {
    const send = sendmail(`cat > /dev/null; ${ending}`).transport.send(message);
    await expect(send).rejects.toMatchObject({ code: "sendmail-failed", exit: 2 });
  });

  it("stops the run when there is no such command", async () => {
    const transport = freely(parseTransport("sendmail:/nowhere/sendmail", { root: "/" }).open());
    await expect(transport.send(message)).rejects.toMatchObject({ code: "sendmail-failed", exit: 2 });
  });
});

/*
 * A mail server in a process of its own, that does little and so is quick:
 *   node bench/relay.js RECORD MILLISECONDS RESETS
 * It writes down what it takes before it says so, unless RECORD is "-": each line of RECORD is a recipient and a Message-ID,
 * or "reset" for a connection that was reset when nobody could know any more whether its last message was taken. It
 * answers each command after MILLISECONDS. With RESETS it resets half of its connections all so many seconds, and one
 * connection in 2,000 messages before the body, and one right after it was taken.
 */
import { openSync, writeSync } from "node:fs";
import { createServer } from "node:net";

const [record, milliseconds, resets] = process.argv.slice(2);
const delay = Number(milliseconds);
const often = Number(resets) > 0 ? 1 / 2000 : 0;
const file = record === "-" ? undefined : openSync(record, "a");
const note = (line) => file !== undefined && writeSync(file, `${line}\n`);
const open = new Set();

function reset(line) {
  if (line.isInDoubt) note("reset");
  open.delete(line);
  line.socket.resetAndDestroy();
}

function answer(line, text) {
  const say = () => line.socket.writable && line.socket.write(`${text}\r\n`, "latin1");
  if (delay > 0) setTimeout(say, delay);
  else say();
}

function command(line, text) {
  const verb = text.slice(0, 4).toUpperCase();
  if (verb === "EHLO") return answer(line, "250-relay.example\r\n250-8BITMIME\r\n250 SMTPUTF8");
  if (verb === "QUIT") return line.socket.end("221 Bye\r\n");
  if (verb === "MAIL") line.isInDoubt = false;
  if (verb === "RCPT") {
    if (Math.random() < often) return reset(line);
    line.to = /<([^>]*)>/.exec(text)?.[1];
  }
  if (verb !== "DATA") return answer(line, "250 Ok");
  line.isInDoubt = true;
  line.body = [];
  line.tail = "\r\n";
  return answer(line, "354 Go on");
}

/** Gives what comes after the end of the body, if that is in it. */
function body(line, chunk) {
  line.body.push(chunk);
  line.tail = (line.tail + chunk).slice(-5);
  if (line.tail !== "\r\n.\r\n") return;
  const message = line.body.join("");
  line.body = undefined;
  note(`${line.to} ${/^message-id: *(<[^>]+>)/im.exec(message)?.[1]}`);
  if (Math.random() < often) reset(line);
  else answer(line, "250 2.0.0 Taken");
}

const server = createServer({ noDelay: true }, (socket) => {
  const line = { socket, isInDoubt: false, to: "", body: undefined, tail: "", rest: "" };
  open.add(line);
  socket.setEncoding("latin1");
  socket.on("error", () => {});
  socket.on("close", () => open.delete(line));
  socket.on("data", (chunk) => {
    // Nobody sends a command before the answer to the one before: PIPELINING is not offered.
    if (line.body) return body(line, chunk);
    line.rest += chunk;
    for (let end; (end = line.rest.indexOf("\r\n")) >= 0;) {
      const text = line.rest.slice(0, end);
      line.rest = line.rest.slice(end + 2);
      command(line, text);
    }
  });
  answer(line, "220 relay.example ESMTP");
});
if (Number(resets) > 0)
  setInterval(
    () => {
      for (const line of open) if (Math.random() < 0.5) reset(line);
    },
    Number(resets) * 1000,
  );
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port }));

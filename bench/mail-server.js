/*
 * A mail server in a process of its own, that writes down what it takes before it says so:
 *   node bench/mail-server.js PORT RECORD MANNER
 * PORT may be 0. Each line of RECORD is a recipient and a Message-ID, or "lost" for a line that was dropped after the
 * body. The parent is told the port, and of every recipient that is named.
 */
import { appendFileSync } from "node:fs";
import { SMTPServer } from "smtp-server";

const [port, record, manner] = process.argv.slice(2);
const chance = (one) => Math.random() < one;
const refusal = (responseCode, text) => Object.assign(new Error(text), { responseCode });
const pause = (most) => new Promise((resolve) => setTimeout(resolve, Math.random() * most));
const met = new Set();
const fate = new Map();

function drop({ id }) {
  for (const connection of server.connections) if (connection.session.id === id) connection._socket.destroy();
}

const manners = {
  plain: {},
  dropping: {
    envelope: (session) => (chance(0.03) ? drop(session) : undefined),
    body: (session) => {
      const now = Math.random();
      if (now > 0.06) return undefined;
      appendFileSync(record, "lost\n");
      if (now < 0.03) fate.set(session.id, "taken");
      return "drop";
    },
  },
  restarting: {},
  slow: { envelope: () => pause(60), body: () => pause(120) },
  greylisting: {
    envelope: (_session, address) => {
      if (met.has(address)) return undefined;
      met.add(address);
      return refusal(450, "4.2.0 Greylisted, come back in a moment");
    },
  },
  refusing: {
    envelope: (_session, address) => {
      const number = Number(/\d+/.exec(address)?.[0]);
      if (number % 10 === 3) return refusal(550, "5.1.1 No such person");
      return number % 10 === 7 && chance(0.5) ? refusal(451, "4.7.0 Not now") : undefined;
    },
    body: (_session, address) =>
      Number(/\d+/.exec(address)?.[0]) % 10 === 5 ? refusal(554, "5.6.0 Not like this") : undefined,
  },
};
const { envelope, body } = manners[manner];

const server = new SMTPServer({
  disableReverseLookup: true,
  authOptional: true,
  disabledCommands: ["STARTTLS", "AUTH"],
  async onRcptTo({ address }, session, done) {
    process.send?.({ named: address });
    const answer = await envelope?.(session, address);
    done(answer instanceof Error ? answer : undefined);
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", async () => {
      const { address } = session.envelope.rcptTo[0];
      const answer = await body?.(session, address);
      if (answer instanceof Error) return done(answer);
      const [, id] = /^message-id: *(<[^>]+>)/im.exec(Buffer.concat(chunks).toString("latin1")) ?? [];
      if (answer !== "drop" || fate.get(session.id) === "taken") appendFileSync(record, `${address} ${id}\n`);
      return answer === "drop" ? drop(session) : done();
    });
  },
});
server.on("error", () => {});
server.listen(Number(port), "127.0.0.1", () => process.send?.({ port: server.server.address().port }));

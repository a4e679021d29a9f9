import type SMTPConnection from "nodemailer/lib/smtp-connection";

import type { DeliveryOutcome, Message } from "../../domain/delivery.ts";
import { type Login, SmtpSession, type WireFault } from "./smtp-session.ts";
import { judgeConnection, judgeSubmission } from "./smtp-verdict.ts";
import { type BeforeBody, refuseEnvelope, type Transport, type TransportFactory } from "./transport.ts";

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `wrapped`: TLS from the first byte. `required`: STARTTLS or nothing. `optional`: encrypted where offered. */
  readonly tls: "wrapped" | "required" | "optional";
  readonly login?: Login | undefined;
  /** How long the server may be silent, in milliseconds. */
  readonly timeout: number;
  /** After so many messages a connection is closed and another one opened. */
  readonly messagesPerConnection: number;
}

/** Some servers greet strangers slowly on purpose. */
const greetingTimeout = 120_000;

/** Takes a server; gives transports to it, each with a connection that is kept open and reused. */
export function smtpTransport(server: SmtpServer): TransportFactory {
  const host = server.host.includes(":") ? `[${server.host}]` : server.host;
  const name = `${server.tls === "wrapped" ? "smtps" : "smtp"}://${host}:${server.port}`;
  const contact = { made: false, trusted: false };
  return { name, open: () => new SmtpTransport(name, server, contact) };
}

/**
 * Shared by all workers. Once one of them got through, a connection that fails is a fault of the line and not of the
 * settings; once a message was taken, a refusal is about the one who was refused.
 */
interface Contact {
  made: boolean;
  trusted: boolean;
}

class SmtpTransport implements Transport {
  readonly #name: string;
  readonly #server: SmtpServer;
  readonly #contact: Contact;
  readonly #stopped = new AbortController();
  #session: SmtpSession | undefined;
  /** How many messages the session has carried. */
  #carried = 0;
  #parting: Promise<void> = Promise.resolve();

  constructor(name: string, server: SmtpServer, contact: Contact) {
    this.#name = name;
    this.#server = server;
    this.#contact = contact;
  }

  async send(message: Message, beforeBody: BeforeBody): Promise<DeliveryOutcome> {
    const refused = refuseEnvelope(message);
    if (refused) return refused;
    const reused = this.#session?.alive === true;
    const outcome = await this.#attempt(message, beforeBody);
    // Servers close lines that were quiet for a while, often just when the next message comes.
    const wasStale =
      reused && outcome.kind === "deferred" && outcome.fault === "line" && !this.#session?.alive;
    return wasStale ? this.#attempt(message, beforeBody) : outcome;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async close(): Promise<void> {
    this.#part();
    await this.#parting;
  }

  async #attempt(message: Message, beforeBody: BeforeBody): Promise<DeliveryOutcome> {
    let session: SmtpSession;
    try {
      session = await this.#connected();
    } catch (fault) {
      const { made: reachedBefore } = this.#contact;
      const user = this.#server.login?.user;
      return judgeConnection(this.#name, fault as WireFault, { reachedBefore, user });
    }
    // Letters outside ASCII before the @ need RFC 6531; a server without it would garble or misdeliver them.
    if (!isAscii(message.to) && !session.takesUtf8) {
      return {
        kind: "rejected",
        reply: "Not sent: the mail server takes no letters outside ASCII in addresses.",
      };
    }
    const result = await session.submit(message, beforeBody);
    this.#carried += 1;
    if (this.#carried >= this.#server.messagesPerConnection) this.#part();
    if ("fault" in result) {
      const { fault, handedOver } = result;
      return judgeSubmission(this.#name, fault, { handedOver, trusted: this.#contact.trusted });
    }
    this.#contact.trusted = true;
    return { kind: "accepted", reply: result.reply };
  }

  async #connected(): Promise<SmtpSession> {
    if (!this.#session?.alive) {
      this.#carried = 0;
      const { login } = this.#server;
      this.#session = await SmtpSession.open(connectionOptions(this.#server), login, this.#stopped.signal);
      this.#contact.made = true;
    }
    return this.#session;
  }

  /** Says goodbye to the server. The next message need not wait for its answer. */
  #part(): void {
    const session = this.#session;
    this.#session = undefined;
    this.#parting = Promise.all([this.#parting, session?.close()]).then(() => {});
  }
}

function connectionOptions({ host, port, tls, timeout }: SmtpServer): SMTPConnection.Options {
  return {
    host,
    port,
    secure: tls === "wrapped",
    requireTLS: tls === "required",
    opportunisticTLS: tls === "optional",
    // Where plain text would do, encryption with a certificate nobody vouches for is still the better line.
    tls: { rejectUnauthorized: tls !== "optional" },
    connectionTimeout: Math.min(timeout, greetingTimeout + 30_000),
    greetingTimeout: Math.min(timeout, greetingTimeout),
    // Covers the wait after the final dot, for which RFC 5321 asks ten minutes.
    socketTimeout: timeout,
  };
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

import type SMTPConnection from "nodemailer/lib/smtp-connection";

import type { DeliveryOutcome, Message } from "../../domain/delivery.ts";
import { SmtpSession, type WireFault } from "./smtp-session.ts";
import { judgeConnection, judgeSubmission } from "./smtp-verdict.ts";
import { refuseEnvelope, type Transport, type TransportFactory } from "./transport.ts";

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `wrapped`: TLS from the first byte. `required`: STARTTLS or nothing. `optional`: encrypted where offered. */
  readonly tls: "wrapped" | "required" | "optional";
  readonly login?: { readonly user: string; readonly pass: string } | undefined;
  /** How long the server may be silent, in milliseconds. */
  readonly timeout: number;
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
  #session: SmtpSession | undefined;

  constructor(name: string, server: SmtpServer, contact: Contact) {
    this.#name = name;
    this.#server = server;
    this.#contact = contact;
  }

  async send(message: Message): Promise<DeliveryOutcome> {
    const refused = refuseEnvelope(message);
    if (refused) return refused;
    const reused = this.#session?.alive === true;
    const outcome = await this.#attempt(message);
    // Servers close lines that were quiet for a while, often just when the next message comes.
    const wasStale =
      reused && outcome.kind === "deferred" && outcome.fault === "line" && !this.#session?.alive;
    return wasStale ? this.#attempt(message) : outcome;
  }

  async close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }

  async #attempt(message: Message): Promise<DeliveryOutcome> {
    let session: SmtpSession;
    try {
      session = await this.#connected();
    } catch (fault) {
      return judgeConnection(this.#name, fault as WireFault, this.#contact.made);
    }
    // Letters outside ASCII before the @ need RFC 6531; a server without it would garble or misdeliver them.
    if (!isAscii(message.to) && !session.takesUtf8) {
      return {
        kind: "rejected",
        reply: "Not sent: the mail server takes no letters outside ASCII in addresses.",
      };
    }
    const result = await session.submit(message);
    if ("fault" in result) {
      const { fault, handedOver } = result;
      return judgeSubmission(this.#name, fault, { handedOver, trusted: this.#contact.trusted });
    }
    this.#contact.trusted = true;
    return { kind: "accepted", reply: result.reply };
  }

  async #connected(): Promise<SmtpSession> {
    if (!this.#session?.alive) {
      this.#session = await SmtpSession.open(connectionOptions(this.#server), this.#server.login);
      this.#contact.made = true;
    }
    return this.#session;
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

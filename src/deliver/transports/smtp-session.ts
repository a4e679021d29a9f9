import type { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";

import type { Message } from "../../domain/delivery.ts";
import type { tokensFrom } from "./oauth2.ts";
import { Handover } from "./handover.ts";
import type { BeforeBody } from "./transport.ts";

/** What nodemailer knows about a fault. */
export interface WireFault {
  /** nodemailer's own code, such as `EAUTH` or `ETLS`. */
  readonly code?: string | undefined;
  /** The system's or TLS's code behind it. */
  readonly originalCode?: string | undefined;
  /** The step of SMTP, such as `MAIL FROM`. */
  readonly command?: string | undefined;
  /** What the server answered; none when it did not answer. */
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly message: string;
}

/** By password, or by tokens of OAuth 2.0. */
export type Login =
  | { readonly user: string; readonly pass: string }
  | { readonly user: string; readonly oauth2: ReturnType<typeof tokensFrom> };

/** How a message fared: the server's reply, or a fault and whether the body was handed over before it. */
export type Submission =
  { readonly reply: string } | { readonly fault: WireFault; readonly handedOver: boolean };

const lost = wireFault("ECONNECTION", "The connection was lost");
const early = wireFault("EPROTOCOL", "The server answered before it had the message");
/** How long a server may take over its goodbye. */
const goodbye = 2_000;

/** A connection that is greeted, encrypted where asked, and logged in. Its faults are values, but for opening it. */
export class SmtpSession {
  readonly #connection: SMTPConnection;

  private constructor(connection: SMTPConnection) {
    this.#connection = connection;
  }

  /** Connects and logs in. Rejects with a WireFault, also when the signal aborts before that is done. */
  static async open(
    options: SMTPConnection.Options,
    login: Login | undefined,
    signal: AbortSignal,
  ): Promise<SmtpSession> {
    const connection = new SMTPConnection(options);
    // For the life of the connection: an "error" that nobody listens to would end the process.
    connection.on("error", () => {});
    const stop = (): void => connection.close();
    signal.addEventListener("abort", stop);
    try {
      await new Promise<void>((resolve, reject) => {
        connection.once("error", reject);
        // "end" is emitted before the fault that caused it.
        connection.once("end", () => setImmediate(reject, lost));
        connection.connect((fault) => (fault ? reject(fault) : resolve()));
      });
      if (login) await logIn(connection, login);
    } catch (fault) {
      connection.close();
      throw fault;
    } finally {
      signal.removeEventListener("abort", stop);
    }
    return new SmtpSession(connection);
  }

  get alive(): boolean {
    return !this.#connection.destroyed;
  }

  get #socket(): { readonly writableLength: number } | undefined {
    return (this.#connection as unknown as { _socket?: { readonly writableLength: number } })._socket;
  }

  /** Whether the server takes letters outside ASCII in addresses (RFC 6531). */
  get takesUtf8(): boolean {
    const { _supportedExtensions } = this.#connection as unknown as {
      _supportedExtensions: readonly string[];
    };
    return _supportedExtensions.includes("SMTPUTF8");
  }

  /**
   * Sends one message. After a refusal the session is ready for the next one, or closed. When `beforeBody` rejects, the
   * session is closed before any of the body is out, and this rejects with the same.
   */
  async submit(message: Message, beforeBody: BeforeBody): Promise<Submission> {
    const { from, to } = message;
    const body = new Handover(message, beforeBody, this.#connection);
    let result = await this.#ask<Submission>(
      (done) =>
        this.#connection.send(
          { from, to: [to], size: body.size },
          // It only ever asks for `pipe`.
          body as unknown as Readable,
          (fault, sent) =>
            done(fault ? { fault, handedOver: body.isHandedOver } : { reply: sent?.response ?? "" }),
        ),
      () => ({ fault: lost, handedOver: body.isHandedOver }),
    );
    // An answer to what it was not given yet. On this line the body would become somebody else's message.
    if (body.isWaiting) {
      this.#connection.close();
      if ("reply" in result) result = { fault: early, handedOver: false };
    }
    // A server may answer before it has read all: then the bytes are still on their way.
    if ("reply" in result && this.#socket?.writableLength === 0) message.free?.();
    if (body.forbidden) throw body.forbidden.cause;
    if ("fault" in result && this.alive) await this.#reset();
    return result;
  }

  async close(): Promise<void> {
    if (!this.alive) return;
    let patience: NodeJS.Timeout | undefined;
    await this.#ask<void>(
      () => {
        patience = setTimeout(() => this.#connection.close(), goodbye);
        this.#connection.quit();
      },
      () => {},
    );
    clearTimeout(patience);
  }

  /** A refused recipient leaves the server in the middle of a transaction. */
  async #reset(): Promise<void> {
    const ready = await this.#ask<boolean>(
      (done) => this.#connection.reset((fault) => done(!fault)),
      () => false,
    );
    if (!ready) this.#connection.close();
  }

  /** nodemailer forgets its callbacks when a connection ends at the wrong moment: then `otherwise` is the answer. */
  #ask<Answer>(ask: (done: (answer: Answer) => void) => void, otherwise: () => Answer): Promise<Answer> {
    return new Promise((resolve) => {
      const onEnd = (): void => void setImmediate(() => resolve(otherwise()));
      this.#connection.once("end", onEnd);
      ask((answer) => {
        this.#connection.off("end", onEnd);
        resolve(answer);
      });
    });
  }
}

async function logIn(connection: SMTPConnection, login: Login): Promise<void> {
  // Also true after a refused upgrade to TLS: the password is not sent in the clear then.
  if (!connection.allowsAuth)
    throw { code: "EAUTH", message: "The server offers no login" } satisfies WireFault;
  await new Promise<void>((resolve, reject) => {
    connection.once("end", () => setImmediate(reject, lost));
    connection.login(login, (fault) => (fault ? reject(fault) : resolve()));
  });
}

function wireFault(code: string, message: string): Error & WireFault {
  return Object.assign(new Error(message), { code });
}

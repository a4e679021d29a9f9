import type { Transform } from "node:stream";

import type { Message } from "../../domain/delivery.ts";
import type { BeforeBody } from "./transport.ts";

type Body = Pick<Message, "raw" | "ended">;

/** What the hand-over needs of a connection. */
interface Line {
  readonly destroyed: boolean;
  close(): void;
}

/**
 * The body of a message on its way to the wire. nodemailer pipes it after the server asked for it (354), into a stream
 * that looks at every single byte for dots and line ends. What is pushed to the far end of that stream goes past that
 * loop, so this gives the body there in one piece, as it stands on the wire, with the dot that ends it. A body that is
 * not clean goes the slow way.
 */
export class Handover {
  /** True once the body is out of our hands: from here on, only the server's answer says what became of it. */
  isHandedOver = false;
  /** True while the server, which asked for the body, waits for it. */
  isWaiting = false;
  /** Set when the body was not let out. */
  forbidden: { readonly cause: unknown } | undefined;
  readonly #message: Body;
  readonly #beforeBody: BeforeBody;
  readonly #line: Line;

  constructor(message: Body, beforeBody: BeforeBody, line: Line) {
    this.#message = message;
    this.#beforeBody = beforeBody;
    this.#line = line;
  }

  /** In bytes, as the server is told beforehand (RFC 1870: without the dots of transparency). */
  get size(): number {
    return this.#message.raw.length;
  }

  /** Called by nodemailer when the server asks for the body. */
  pipe(wire: Transform): void {
    this.isWaiting = true;
    this.#beforeBody().then(
      () => this.#give(wire),
      (fault: unknown) => {
        this.forbidden = { cause: fault };
        // In the middle of DATA there is no other way to take a message back.
        this.#line.close();
      },
    );
  }

  #give(wire: Transform): void {
    // The server may have left while it was written down that the body begins.
    if (this.#line.destroyed) return;
    this.isHandedOver = true;
    this.isWaiting = false;
    const { raw, ended } = this.#message;
    if (!ended && !isClean(raw)) {
      wire.end(raw);
      return;
    }
    wire.push(ended ?? Buffer.concat([raw, endOfData]));
    wire.push(null);
  }
}

const endOfData = Buffer.from(".\r\n");

/**
 * True for a body that may go out as it stands: it ends with a line end, no line begins with a dot (RFC 5321, 4.5.2), and
 * no line ends in anything but CRLF, at which some servers would see the end of the message.
 */
export function isClean(raw: Buffer): boolean {
  const end = raw.length;
  if (end < 2 || raw[end - 2] !== 0x0d || raw[end - 1] !== 0x0a || raw[0] === 0x2e) return false;
  let returns = -1;
  for (let at = raw.indexOf(0x0a); at !== -1; at = raw.indexOf(0x0a, at + 1)) {
    if (raw[at - 1] !== 0x0d || raw[at + 1] === 0x2e) return false;
    // The next return must be that of this line: one that stands alone would come before it.
    returns = raw.indexOf(0x0d, returns + 1);
    if (returns !== at - 1) return false;
  }
  return true;
}

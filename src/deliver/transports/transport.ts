import type { DeliveryOutcome, Message } from "../../domain/delivery.ts";
import { EXIT, UserError } from "../../domain/user-error.ts";

/**
 * Resolves once it is on record that the body of a message begins to go out. When it rejects, nothing of the body may
 * go out.
 */
export type BeforeBody = () => Promise<void>;

/** One way out, used by one worker: it sends one message at a time. */
export interface Transport {
  /**
   * Sends the message and gives how that ended. Awaits `beforeBody` before the first byte of the body goes out; when
   * that rejects, so does this, with the same. Throws a SenderFault when the fault is ours and would meet everyone on
   * the list; the message then surely never left.
   */
  send(message: Message, beforeBody: BeforeBody): Promise<DeliveryOutcome>;
  /** What became of an attempt that was cut short, by its Message-ID; nothing when that cannot be known. */
  recover?(messageId: string): Promise<"accepted" | "not-sent" | undefined>;
  /** The sending is called off: a connection that is not made yet need not be waited for. */
  stop?(): void;
  close(): Promise<void>;
}

/** Opens transports of one kind to one place, one for each worker. */
export interface TransportFactory {
  /** Safe to show and to store: holds no user name and no password. */
  readonly name: string;
  open(): Transport;
}

/**
 * The server is out of reach, refuses us, or the machine is not set up: exit code 2. Whoever sends stops, because
 * everybody else on the list would meet the same fault.
 */
export class SenderFault extends UserError {
  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(code, message, hint, { exit: EXIT.usage, cause });
  }
}

/** RFC 5321 dot-atom with the letters of RFC 6531. No quoting, no blank, nothing that a command line could end at. */
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const domainPart = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i;

/** True when the address may stand in an SMTP command or on a command line. */
export function isSafeAddress(address: string): boolean {
  const at = address.lastIndexOf("@");
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  return (
    at > 0 &&
    Buffer.byteLength(local) <= 64 &&
    domain.length <= 253 &&
    localPart.test(local) &&
    domainPart.test(domain)
  );
}

/**
 * Looks at the envelope before it goes anywhere. Gives the refusal of a recipient's address, nothing when all is
 * well; throws a SenderFault when the sender's address is unusable.
 */
export function refuseEnvelope({ from, to }: Message): DeliveryOutcome | undefined {
  if (!isSafeAddress(from)) {
    throw new SenderFault(
      "bad-sender",
      `The sender's address ${JSON.stringify(from)} cannot be used in mail.`,
      "Correct `sender` in onetopic.yaml, then run the same command again.",
    );
  }
  if (isSafeAddress(to)) return undefined;
  return { kind: "rejected", reply: "Not sent: the address holds characters that an address cannot have." };
}

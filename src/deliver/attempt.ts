import type { DeliveryOutcome, Message } from "../domain/delivery.ts";
import { messageIdOf } from "./identity.ts";
import type { Attempt, Claimed } from "./records.ts";
import type { DeliverOptions } from "./send.ts";
import { SenderFault, type Transport } from "./transports/transport.ts";

/** What came of an attempt: how it ended, or that it never was one. `fault` stops the sending. */
export type Result =
  | { readonly outcome: DeliveryOutcome; readonly fault?: { readonly cause: unknown } }
  | {
      readonly outcome?: undefined;
      readonly fault?: { readonly cause: unknown };
      /** The ledger did not let it begin. */
      readonly isWithdrawn?: boolean;
    };

/** The delivery must not go any more: somebody was suppressed, the run is paused, or others have taken it over. */
class Withdrawn extends Error {}

/** One attempt to deliver one message. */
export class Delivery {
  readonly claimed: Claimed;
  readonly attempt: Attempt;
  /** This one included. */
  readonly attempts: number;
  readonly firstAt: number;
  readonly #options: DeliverOptions;
  #begun: Promise<void> | undefined;
  /** Set when it could not be written down that the body begins. */
  #unwritten: { readonly cause: unknown } | undefined;

  constructor(claimed: Claimed, owner: string, options: DeliverOptions) {
    const { ledger, run, transport, senderDomain, clock } = options;
    const { id, to, domain, messageId } = claimed;
    const key = { cycle: run.cycle, variant: run.variant, address: to.key };
    this.#options = options;
    this.claimed = claimed;
    this.attempt = {
      id,
      owner,
      domain,
      messageId: messageId ?? messageIdOf(ledger.secret, key, senderDomain),
      transport: transport.name,
    };
    this.attempts = claimed.attempts + 1;
    this.firstAt = claimed.firstAt ?? clock.now();
  }

  /** Never rejects. What surely never left is put back, and has no outcome. */
  async run(transport: Transport): Promise<Result> {
    let message: Message;
    try {
      // Rendered before anything else: a fault in a template must not look like an attempt.
      message = await this.#message();
    } catch (cause) {
      return this.#takeBack({ cause });
    }
    try {
      const outcome = await transport.send(message, () => (this.#begun ??= this.#begin()));
      return this.#isCalledOff(outcome) ? await this.#takeBack() : { outcome };
    } catch (cause) {
      if (cause instanceof Withdrawn) return { ...(await this.#takeBack()), isWithdrawn: true };
      if (this.#unwritten || cause instanceof SenderFault || !this.#begun) return this.#takeBack({ cause });
      // A bug of ours, and it may have struck after the message was out.
      const reply = "The program failed while this message was on its way.";
      return { outcome: { kind: "unknown", reply }, fault: { cause } };
    }
  }

  async #message(): Promise<Message> {
    const { to } = this.claimed;
    const { messageId } = this.attempt;
    const message = await this.#options.toMessage(to, messageId);
    if (message.to !== to.address || message.messageId !== messageId) {
      throw new Error("toMessage made a message for somebody else, or with another Message-ID.");
    }
    return message;
  }

  async #begin(): Promise<void> {
    let isWanted: boolean;
    try {
      isWanted = await this.#options.ledger.begin(this.attempt);
    } catch (cause) {
      this.#unwritten = { cause };
      throw cause;
    }
    if (!isWanted) throw new Withdrawn();
  }

  /** Stopped while it still waited for a connection: no attempt of anybody's. */
  #isCalledOff(outcome: DeliveryOutcome): boolean {
    const isStopped = this.#options.signal?.aborted === true;
    return isStopped && !this.#begun && outcome.kind === "deferred" && outcome.fault === "line";
  }

  async #takeBack(fault?: { readonly cause: unknown }): Promise<Result & { readonly outcome?: undefined }> {
    const isStopped = this.#options.signal?.aborted === true;
    const told = isStopped && fault?.cause instanceof SenderFault ? undefined : fault;
    try {
      await this.#options.ledger.release(this.attempt.owner, [this.attempt.id]);
    } catch (cause) {
      // It stays claimed, and the next run puts it back.
      return { fault: told ?? { cause } };
    }
    return told ? { fault: told } : {};
  }
}

import type { Edition } from "../domain/edition.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Topic, Variant } from "../domain/topic.ts";
import { usageError } from "../domain/user-error.ts";
import { systemClock } from "../deliver/clock.ts";
import type { DeliveryEvent } from "../deliver/events.ts";
import { deliver, type DeliverOptions } from "../deliver/send.ts";
import { discreet, passwordForms } from "../deliver/transports/discreet.ts";
import { parseTransport } from "../deliver/transports/parse.ts";
import type { TransportFactory } from "../deliver/transports/transport.ts";
import { senderOf } from "../render/letter.ts";
import type { Mailbox } from "../render/mime.ts";
import { fillSecrets, readVersion, type Context } from "./context.ts";
import { messageMaker } from "./messages.ts";
import { tokenSource } from "./tokens.ts";
import type { Workshop } from "./workshop.ts";

/** One edition in one variant, ready to be made into messages. */
export interface Mailing {
  readonly topic: Topic;
  readonly edition: Edition;
  readonly variant: Variant & ("email" | "newsletter");
  /** Stands before the subject of a test. */
  readonly subjectMark?: string;
  /** Further headers of somebody's message. */
  readonly headersFor?: ((to: Pick<Recipient, "key">) => Readonly<Record<string, string>>) | undefined;
}

/** The transport named on the command line, else the one of the settings. */
export async function chooseTransport(
  context: Context,
  { toolkit }: Workshop,
  named: string | undefined,
): Promise<TransportFactory> {
  const { root, settings } = toolkit;
  const setting = named ?? settings.transport;
  const isAddress = /^smtps?:/i.test(setting);
  const text = await fillSecrets(context, root, setting, isAddress ? encodeURIComponent : undefined);
  const secrets = passwordForms(text);
  for (const secret of secrets) context.out.redact(secret);
  const { messagesPerConnection } = settings.limits;
  const oauth2 = await tokenSource(context, root, isAddress ? settings.oauth2 : undefined, (token) =>
    secrets.push(token),
  );
  const transport = parseTransport(text, {
    root,
    timeout: settings.retry.timeout,
    messagesPerConnection,
    oauth2,
  });
  return discreet(transport, secrets);
}

/** The sender, or a refusal: nothing can be sent without one. */
export function requireSender({ toolkit, brand }: Workshop): Mailbox {
  const sender = senderOf(toolkit.settings, { brand });
  if (sender) return sender;
  throw usageError(
    "no-sender",
    "The settings name no sender.",
    'Add "sender: { name: …, address: … }" to onetopic.yaml.',
  );
}

/** Sends a run as events. Whoever calls it has adopted it, and has the right to send. */
export async function* sendRun(
  context: Context,
  workshop: Workshop,
  mailing: Mailing,
  {
    ledger,
    run,
    transport,
    limit,
    retryUnknown,
    signal = context.signal,
  }: Pick<DeliverOptions, "ledger" | "run" | "transport" | "limit" | "retryUnknown" | "signal">,
): AsyncGenerator<DeliveryEvent> {
  const sender = requireSender(workshop);
  const { limits, retry } = workshop.toolkit.settings;
  yield* deliver({
    ledger,
    run,
    transport,
    limits,
    retry,
    limit,
    retryUnknown,
    toMessage: await messageMaker(context, workshop, mailing, { sender, ledger, run }),
    senderDomain: sender.address.split("@")[1] ?? "localhost",
    signal,
    clock: systemClock,
    random: Math.random,
    version: readVersion(),
  });
}

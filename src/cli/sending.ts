import path from "node:path";
import type { Message } from "../domain/delivery.ts";
import type { Edition } from "../domain/edition.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Topic, Variant } from "../domain/topic.ts";
import { usageError } from "../domain/user-error.ts";
import { systemClock } from "../deliver/clock.ts";
import { createSigner, type Signer } from "../deliver/dkim.ts";
import type { DeliveryEvent } from "../deliver/events.ts";
import { personToken } from "../deliver/identity.ts";
import type { Ledger, Run } from "../deliver/ledger.ts";
import { deliver } from "../deliver/send.ts";
import { discreet, passwordForms } from "../deliver/transports/discreet.ts";
import { parseTransport } from "../deliver/transports/parse.ts";
import type { TransportFactory } from "../deliver/transports/transport.ts";
import { letterFrom, senderOf } from "../render/letter.ts";
import { composeMessage, type Mailbox } from "../render/mime.ts";
import { readNamedFile } from "../toolkit/files.ts";
import { fillSecrets, type Context } from "./context.ts";
import type { Workshop } from "./workshop.ts";

type Unsubscribe = { readonly mailto?: string | undefined; readonly url?: string | undefined };

/** One edition in one variant, ready to be made into messages. */
export interface Mailing {
  readonly topic: Topic;
  readonly edition: Edition;
  readonly variant: Variant & ("email" | "newsletter");
  /** Stands before the subject of a test. */
  readonly subjectMark?: string;
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
  return discreet(parseTransport(text, { root, timeout: settings.retry.timeout }), secrets);
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

/** Sends a run as events. Whoever calls it holds the sender's lock. */
export async function* sendRun(
  context: Context,
  workshop: Workshop,
  mailing: Mailing,
  {
    ledger,
    run,
    transport,
    limit,
  }: { ledger: Ledger; run: Run; transport: TransportFactory; limit?: number | undefined },
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
    toMessage: await messageMaker(context, workshop, mailing, ledger, run),
    senderDomain: sender.address.split("@")[1] ?? "localhost",
    signal: context.signal,
    clock: systemClock,
    random: Math.random,
  });
}

/** Makes one person's message. Date and boundary are the run's, so that a retry has the same bytes. */
async function messageMaker(
  context: Context,
  workshop: Workshop,
  { topic, edition, variant, subjectMark = "" }: Mailing,
  ledger: Ledger,
  run: Run,
): Promise<(to: Recipient, messageId: string) => Promise<Message>> {
  const { toolkit, studio, brand } = workshop;
  const { settings } = toolkit;
  const sender = requireSender(workshop);
  const sign = await openSigner(context, workshop);
  const unsubscribe = await fillUnsubscribe(context, workshop);
  const inputFor = workshop.inputOf(topic, edition.cycle);
  return async (to, messageId) => {
    const exit = unsubscribeWays(unsubscribe, personToken(ledger.secret, to.key));
    const input = {
      ...inputFor({ variant, audience: audienceOf(workshop, to), brand: brand.id }),
      recipient: to,
      unsubscribe: exit.link,
    };
    const letter = letterFrom(settings, input, await studio.mail(input));
    const raw = await composeMessage({
      ...letter,
      subject: `${subjectMark}${letter.subject}`,
      to: { name: shownName(to), address: to.address },
      messageId,
      date: new Date(run.startedAt).toISOString(),
      headers: { ...letter.headers, ...exit.headers },
    });
    return { from: sender.address, to: to.address, messageId, raw: sign ? await sign(raw) : raw };
  };
}

/** Somebody with no audience, or one that the settings do not name, gets the version for everyone. */
export function audienceOf(
  { toolkit }: Pick<Workshop, "toolkit">,
  { audience }: Pick<Recipient, "audience">,
): string | undefined {
  return toolkit.settings.audiences.some(({ id }) => id === audience) ? audience : undefined;
}

/** Ways out of the list: RFC 2369 for the header, RFC 8058 for the one-click mark. */
function unsubscribeWays(
  settings: Unsubscribe | undefined,
  token: string,
): { link: string | undefined; headers: Record<string, string> } {
  const url = settings?.url?.replaceAll("{token}", token);
  // RFC 6068: a "?" or "&" in the address itself would begin a field of the message.
  const mailbox = settings?.mailto && encodeURIComponent(settings.mailto).replaceAll("%40", "@");
  const mailto = mailbox && `mailto:${mailbox}?subject=unsubscribe%20${token}`;
  const ways = [mailto, url].filter((way) => way !== undefined);
  if (ways.length === 0) return { link: undefined, headers: {} };
  const isOneClick = url?.startsWith("https:") && settings?.url?.includes("{token}");
  return {
    link: url ?? mailto,
    headers: {
      "List-Unsubscribe": ways.map((way) => `<${way}>`).join(", "),
      ...(isOneClick ? { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" } : {}),
    },
  };
}

async function openSigner(context: Context, { toolkit }: Workshop): Promise<Signer | undefined> {
  const { dkim } = toolkit.settings;
  if (!dkim) return undefined;
  const key = await fillSecrets(context, toolkit.root, dkim.key);
  const pem = key.includes("-----BEGIN")
    ? key
    : (await readNamedFile(path.resolve(toolkit.root, key))).toString("utf8");
  return createSigner(dkim, pem);
}

/**
 * A name as it may stand in a header: without line breaks and the like, and without what looks like an encoded word
 * (RFC 2047), since some programs decode before they look for the fields. One without end is left out: no line may be over 998 bytes (RFC 5322, 2.1.1).
 */
function shownName({ fields }: Recipient): string {
  const name = (fields["name"] ?? "")
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .replaceAll("=?", "= ?")
    .trim();
  return name.length <= 200 ? name : "";
}

/** The settings' ways out of the list, with `${NAME}` filled. */
async function fillUnsubscribe(context: Context, { toolkit }: Workshop): Promise<Unsubscribe | undefined> {
  const { mailto, url } = toolkit.settings.unsubscribe ?? {};
  const filled = url === undefined ? undefined : await fillSecrets(context, toolkit.root, url);
  if (filled !== undefined && !/^https?:\/\/[^\s<>",]+$/.test(filled)) {
    throw usageError(
      "bad-setting",
      '"unsubscribe.url" is not an address that begins with https://.',
      "Correct it in onetopic.yaml or in the environment.",
    );
  }
  return { mailto, url: filled };
}

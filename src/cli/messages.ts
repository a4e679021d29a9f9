import { createHmac } from "node:crypto";
import path from "node:path";
import type { Message } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import { usageError } from "../domain/user-error.ts";
import { createSigner, type Signer } from "../deliver/dkim.ts";
import type { Ledger } from "../deliver/ledger.ts";
import type { Run } from "../deliver/records.ts";
import type { DeliverOptions } from "../deliver/send.ts";
import { letterFrom } from "../render/letter.ts";
import { namesIn } from "../render/mail/columns.ts";
import { type Composed, Composer } from "../render/mail/composer.ts";
import type { Mailbox } from "../render/mime.ts";
import { readNamedFile } from "../toolkit/files.ts";
import { fillSecrets, type Context } from "./context.ts";
import type { Mailing } from "./sending.ts";
import type { Workshop } from "./workshop.ts";

type Unsubscribe = { readonly mailto?: string | undefined; readonly url?: string | undefined };

/** What a run's messages have in common. */
export interface Sending {
  readonly sender: Mailbox;
  readonly ledger: Pick<Ledger, "secret">;
  readonly run: Pick<Run, "id" | "startedAt">;
}

/** Makes one person's message. Date and boundary are the run's, so that a retry has the same bytes. */
export async function messageMaker(
  context: Context,
  workshop: Workshop,
  { topic, edition, variant, subjectMark = "", headersFor }: Mailing,
  { sender, ledger, run }: Sending,
): Promise<DeliverOptions["toMessage"]> {
  const { settings } = workshop.toolkit;
  const sign = await openSigner(context, workshop);
  const waysOut = unsubscribeWays(await fillUnsubscribe(context, workshop));
  const inputFor = workshop.inputOf(topic, edition.cycle);
  const composer = new Composer({
    mail: workshop.studio.mail,
    names: namesIn(workshop.templates),
    seed: createHmac("sha256", ledger.secret)
      .update(JSON.stringify(["run", run.id]))
      .digest("hex"),
    frame: (mail, input) => ({
      ...letterFrom(settings, input, mail),
      subject: `${subjectMark}${mail.subject}`,
      date: new Date(run.startedAt).toISOString(),
    }),
  });
  return async (to, messageId, person) => {
    const { link, headers } = waysOut(person);
    const composed = await composer.compose(
      inputFor({ variant, audience: audienceOf(workshop, to), brand: workshop.brand.id }),
      { recipient: to, unsubscribe: link },
      {
        to: { name: shownName(to), address: to.address },
        messageId,
        headers: headersFor ? { ...headers, ...headersFor(to) } : headers,
      },
    );
    const fields = sign ? await sign(composed.raw, composed.isRelaxed) : "";
    return { from: sender.address, to: to.address, messageId, ...withFields(fields, composed) };
  };
}

/** Puts fields before a message. */
function withFields(fields: string, { raw, slate }: Composed): Pick<Message, "raw" | "ended" | "free"> {
  if (!slate) return { raw: fields === "" ? raw : Buffer.concat([Buffer.from(fields, "latin1"), raw]) };
  slate.addBefore(fields);
  return { raw: slate.raw, ended: slate.ended, free: () => slate.free() };
}

/** Somebody with no audience, or one that the settings do not name, gets the version for everyone. */
export function audienceOf(
  { toolkit }: Pick<Workshop, "toolkit">,
  { audience }: Pick<Recipient, "audience">,
): string | undefined {
  return toolkit.settings.audiences.some(({ id }) => id === audience) ? audience : undefined;
}

/** What leads somebody out of the list: the link that is shown, and the fields. */
interface WaysOut {
  readonly link: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Gives ways out of the list by token: RFC 2369 for the header, RFC 8058 for the one-click mark. */
function unsubscribeWays(settings: Unsubscribe | undefined): (token: string) => WaysOut {
  const { url, mailto } = settings ?? {};
  // RFC 6068: a "?" or "&" in the address itself would begin a field of the message.
  const mailbox = mailto && encodeURIComponent(mailto).replaceAll("%40", "@");
  if (!url && !mailbox) return () => ({ link: undefined, headers: {} });
  const isOneClick = url?.startsWith("https:") && url.includes("{token}");
  const mark: Record<string, string> = isOneClick
    ? { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }
    : {};
  return (token) => {
    const ways = [
      ...(mailbox ? [`mailto:${mailbox}?subject=unsubscribe%20${token}`] : []),
      ...(url ? [url.replaceAll("{token}", token)] : []),
    ];
    return {
      link: ways.at(-1),
      headers: { "List-Unsubscribe": ways.map((way) => `<${way}>`).join(", "), ...mark },
    };
  };
}

async function openSigner(context: Context, { toolkit }: Workshop): Promise<Signer | undefined> {
  const { root, settings } = toolkit;
  if (!settings.dkim) return undefined;
  return createSigner(
    await Promise.all(
      settings.dkim.map(async ({ domain, selector, key }) => ({
        domain,
        selector,
        pem: await readPem(root, await fillSecrets(context, root, key)),
      })),
    ),
  );
}

/** The key itself, where a secret holds it, or the file that it names. */
async function readPem(root: string, key: string): Promise<string> {
  if (key.includes("-----BEGIN")) return key;
  return (await readNamedFile(path.resolve(root, key))).toString("utf8");
}

/**
 * A name as it may stand in a header: without line breaks and the like, and without what looks like an encoded word
 * (RFC 2047), since some programs decode before they look for the fields. One without end is left out: no line may be
 * over 998 bytes (RFC 5322, 2.1.1).
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

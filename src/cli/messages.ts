import { createHmac } from "node:crypto";
import path from "node:path";
import type { Message } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import { usageError } from "../domain/user-error.ts";
import { createSigner, type Signer } from "../deliver/dkim.ts";
import { personToken } from "../deliver/identity.ts";
import type { Ledger } from "../deliver/ledger.ts";
import type { Run } from "../deliver/records.ts";
import { letterFrom } from "../render/letter.ts";
import { namesIn } from "../render/mail/columns.ts";
import { Composer } from "../render/mail/composer.ts";
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
): Promise<(to: Recipient, messageId: string) => Promise<Message>> {
  const { settings } = workshop.toolkit;
  const sign = await openSigner(context, workshop);
  const unsubscribe = await fillUnsubscribe(context, workshop);
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
  return async (to, messageId) => {
    const { link, headers } = unsubscribeWays(unsubscribe, personToken(ledger.secret, to.key));
    const input = inputFor({ variant, audience: audienceOf(workshop, to), brand: workshop.brand.id });
    const { raw, isRelaxed } = await composer.compose(
      { ...input, recipient: to, unsubscribe: link },
      {
        to: { name: shownName(to), address: to.address },
        messageId,
        headers: { ...headers, ...headersFor?.(to) },
      },
    );
    return { from: sender.address, to: to.address, messageId, raw: sign ? await sign(raw, isRelaxed) : raw };
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

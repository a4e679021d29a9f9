import { createHash } from "node:crypto";
import type { Settings } from "../domain/settings.ts";
import type { RenderInput } from "./build-view.ts";
import { composeMessage, type Letter, type Mailbox } from "./mime.ts";
import type { Mail } from "./studio.ts";

/** Who a message comes from: the brand's sender, else the toolkit's. */
export function senderOf(
  settings: Pick<Settings, "sender">,
  { brand }: Pick<RenderInput, "brand">,
): Mailbox | undefined {
  const sender = brand.sender ?? settings.sender;
  return sender && { name: sender.name, address: sender.address };
}

/**
 * The headers of campaign mail: a list's name (RFC 2919), and a mark that keeps automatic replies away (RFC 3834).
 */
export function campaignHeaders(settings: Settings, sender: Mailbox | undefined): Record<string, string> {
  const domain = sender?.address.split("@")[1] ?? "localhost";
  const name = settings.toolkit
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .toLowerCase();
  return {
    "List-Id": `<${name || "onetopic"}.${domain}>`,
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
  };
}

/** The parts of a letter that do not depend on the person. */
export function letterFrom(settings: Settings, input: RenderInput, mail: Mail): Letter {
  const from = senderOf(settings, input);
  return {
    ...mail,
    from,
    replyTo: settings.sender?.replyTo,
    date: input.edition?.date,
    headers: campaignHeaders(settings, from),
  };
}

/** A message as a file: dated with the edition's send time, addressed to nobody. */
export function renderedMessage(settings: Settings, input: RenderInput, mail: Mail): Promise<Buffer> {
  const letter = letterFrom(settings, input, mail);
  const { topic, variant, brand, audience, edition } = input;
  const id = createHash("sha256")
    .update([edition?.cycle, topic.slug, variant, brand.id, audience].join("\0"))
    .digest("hex")
    .slice(0, 32);
  const domain = letter.from?.address.split("@")[1] ?? "localhost";
  return composeMessage({ ...letter, messageId: `<${id}@${domain}>` });
}

/** An unsent draft: mail programs open it for editing. */
export function draftMessage(settings: Settings, input: RenderInput, mail: Mail): Promise<Buffer> {
  const { from, replyTo } = letterFrom(settings, input, mail);
  return composeMessage({ ...mail, from, replyTo, headers: { "X-Unsent": "1" } });
}

import type { Problem } from "../../domain/problem.ts";
import { senderOf } from "../../render/letter.ts";
import { shownAt, versionOf } from "./addresses.ts";
import { leveled } from "./artefacts.ts";
import { preheaderOf } from "./inbox.ts";
import { inputFor, make, pieceOf, subjectOf, type Order } from "./rendering.ts";
import type { Scene } from "./scene.ts";

/** A newsletter or an email as it is shown. */
export interface ShownMail {
  readonly variant: "newsletter" | "email";
  readonly audience: string | undefined;
  /** Whom it speaks to, in words. */
  readonly label: string;
  readonly sender: string;
  readonly subject: string;
  /** Nothing when it cannot be made, now or ever. */
  readonly html?: string | undefined;
  readonly preheader: string;
  readonly text?: string | undefined;
  /** Where its frame finds it. */
  readonly address?: string | undefined;
  /** Of the HTML without its pictures, which mail carries beside it. */
  readonly htmlBytes: number;
  /** Of the whole message. */
  readonly messageBytes: number;
  /** True when it cannot be made as it is, and is shown as it was when it could. */
  readonly isStale: boolean;
  readonly problems: readonly Problem[];
}

/** Makes one mail in its three forms. */
export async function showMail(
  scene: Scene,
  variant: ShownMail["variant"],
  audience: string | undefined,
): Promise<ShownMail> {
  const { stage, gallery, topic, choices, person } = scene;
  const order: Order = { topic, choices, to: person?.to(audience) };
  const pieces = (["html", "txt", "eml"] as const).map((format) =>
    pieceOf(stage, order, scene.spec({ variant, audience, format })),
  );
  const made = await Promise.all(pieces.map((piece) => make(stage, gallery, piece)));
  const [page, plain, message] = pieces.map(({ place }, at) => {
    const last = made[at]?.content ? undefined : gallery.last(place);
    return { content: made[at]?.content ?? (last ? gallery.known(last)?.content : undefined), last };
  });
  const html = page?.content?.toString("utf8");
  const [piece] = pieces;
  const input = piece && inputFor(stage, order, piece.spec);
  const title = stage.toolkit.settings.audiences.find(({ id }) => id === audience)?.title;
  return {
    variant,
    audience,
    label: title ?? "Everyone",
    sender: (input && senderOf(stage.toolkit.settings, input)?.name) ?? "",
    subject: input ? subjectOf(stage, input) : topic.title,
    html,
    preheader: html === undefined ? "" : preheaderOf(html),
    text: plain?.content?.toString("utf8"),
    address: page?.content && piece && shownAt(scene, piece, versionOf(page.content), page.last),
    htmlBytes: html === undefined ? 0 : Buffer.byteLength(html.replaceAll(/"data:image\/[^"]*"/g, '"cid:"')),
    messageBytes: message?.content?.length ?? 0,
    isStale: page?.last !== undefined,
    problems: leveled(
      stage,
      made.flatMap(({ problems }) => problems),
      made.every(({ content }) => content !== undefined),
    ),
  };
}

/** The mails of a form: newsletters for everyone; emails for everyone and for each audience, unless one is chosen. */
export function showMails(scene: Scene, variant: ShownMail["variant"]): Promise<ShownMail[]> {
  const { audience } = scene.choices;
  const { audiences } = scene.stage.toolkit.settings;
  const isOne = variant === "newsletter" || audience !== undefined || scene.person?.listed !== undefined;
  const wanted = isOne ? [audience] : [undefined, ...audiences.map(({ id }) => id)];
  return Promise.all(wanted.map((one) => showMail(scene, variant, one)));
}

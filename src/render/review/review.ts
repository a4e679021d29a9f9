import { contrastRatio, mix } from "../../domain/brand.ts";
import { dayInWords } from "../../domain/dates.ts";
import type { ApprovalPlace, Edition } from "../../domain/edition.ts";
import { imageKey, type ImageStore } from "../../domain/image.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Variant } from "../../domain/topic.ts";
import type { RenderInput } from "../build-view.ts";
import { topicAddress } from "../links.ts";
import { PictureRoom, type PlacedPicture } from "../picture-room.ts";
import type { View } from "../view.ts";
import { fact, own, type PackBlock } from "./pieces.ts";
import { approvals, approved, request, type Signing } from "./signing.ts";
import { viewsOf, wording } from "./wording.ts";
import { writeWord } from "./word.ts";
import { ink } from "./word-styles.ts";
import type { PackPicture } from "./word-text.ts";

/** What a review pack is made from. */
export interface ReviewInput {
  readonly toolkit: Pick<Toolkit, "settings" | "about" | "topics">;
  readonly images: ImageStore;
  readonly edition: Edition;
  /** What each variant is made from, for everyone or for one audience. */
  readonly inputOf: (variant: Variant, audience?: string) => RenderInput;
  /** The approvals asked for; may be none. */
  readonly places: readonly ApprovalPlace[];
  /** What an approval given now is bound to. */
  readonly digest: string;
  /** What has changed about the topic since it came last, as sentences; empty when it never came. */
  readonly since: string;
  /** What was changed since a digest that was approved, in words; empty where that is not known. */
  readonly changedSince: (digest: string) => string;
}

/**
 * The review pack, a Word file: everything that would be sent, in the order in which it is read, a box for each approval,
 * and the digest of what is approved.
 * @throws MarkdownFault when the topic or the note nests too deeply
 */
export async function reviewPack(review: ReviewInput): Promise<Buffer> {
  const { toolkit, images, edition, digest, places, since, changedSince } = review;
  const { settings } = toolkit;
  const input = review.inputOf("newsletter");
  const { topic, brand } = input;
  const viewOf = viewsOf(toolkit, review.inputOf);
  const view = viewOf("newsletter");
  const { primary, tint } = view.brand.colours;
  const home = topic.source.path;
  const { logo, picture } = await picturesOf(images, input);
  const audiences = settings.audiences.map(({ id }) => id);
  const recorded = edition.approvals;
  const { audiences: groups } = settings;
  const signing: Signing = {
    cycle: edition.cycle,
    digest,
    places,
    recorded,
    audiences: groups,
    changedSince,
  };
  return writeWord({
    title: `${view.topic.title}: review pack, ${view.edition.label}`,
    author: view.toolkit.organisation || view.toolkit.name,
    language: settings.language,
    date: input.edition?.date,
    colours: { heading: headingColour(primary), tint },
    footer: `${view.edition.label} (${edition.cycle}), ${digest.slice(0, 8)}`,
    logo: logo && { image: logo, alt: brand.logo?.alt ?? "" },
    link: (file, href) => topicAddress(toolkit, file, href),
    picture,
    passages: [
      own(
        [
          ...titleBlock(view, edition, { date: sendDate(input), since }),
          ...request(signing, sendDate(input)),
        ],
        home,
      ),
      ...wording(viewOf, audiences, home, edition.source.path),
      own([...approvals(signing), ...approved(signing)], home),
    ],
  });
}

/** The pictures as they go with mail. */
async function picturesOf(images: ImageStore, input: RenderInput) {
  const room = new PictureRoom(images);
  const { logo, body } = room.forMail(input);
  const { images: made } = await room.embed([...(logo ? [logo] : []), ...body.values()]);
  const whole = (placed: PlacedPicture | undefined): PackPicture | undefined => {
    const image = placed && made.find(({ cid }) => cid === placed.cid);
    return image && { ...image, width: placed.width, height: placed.height };
  };
  const picture = (file: string, href: string) => whole(body.get(imageKey(file, href)));
  return { logo: whole(logo), picture };
}

function titleBlock(
  { topic, toolkit, edition: { label }, brand }: View,
  edition: Edition,
  { date, since }: { readonly date: string; readonly since: string },
) {
  const { picked } = edition;
  const by = picked?.by ? `${picked.by}, on ${dayInWords(picked.on)}` : picked && dayInWords(picked.on);
  const rows = [
    ...fact("Cycle", `${label} (${edition.cycle})`),
    ...fact("Goes out", date),
    ...fact("Toolkit", toolkit.name),
    ...fact("Organisation", toolkit.organisation),
    ...fact("Brand", brand.name === toolkit.organisation ? "" : brand.name),
    ...fact(picked?.by ? "Picked by" : "Picked on", by ?? ""),
    ...fact("Why", picked?.why ?? ""),
    ...fact("Since last time", since),
  ];
  return [
    { kind: "logo" },
    { kind: "title", text: topic.title },
    { kind: "subtitle", text: `Review pack for ${label}` },
    { kind: "facts", framed: false, rows },
  ] as const satisfies PackBlock[];
}

/** The day and time of sending, in words; empty when the cycle has none. */
function sendDate({ edition }: RenderInput): string {
  return edition?.date === undefined ? "" : `${dayInWords(edition.date)} at ${edition.date.slice(11, 16)}`;
}

/** The brand's colour where it reads on white (WCAG 2.2, 1.4.3), else that of the text. */
function headingColour(primary: string): string {
  return contrastRatio(primary, "#ffffff") >= 4.5 ? mix(primary, primary, 0) : `#${ink}`;
}

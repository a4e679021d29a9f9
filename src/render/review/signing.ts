import { dayInWords } from "../../domain/dates.ts";
import type { Approval, ApprovalPlace } from "../../domain/edition.ts";
import type { Audience } from "../../domain/settings.ts";
import { fact, heading, list, paragraph, text, type Fact, type PackBlock } from "./pieces.ts";

/** What is signed, and what is on record. */
export interface Signing {
  readonly cycle: string;
  /** Of exactly what would be sent now. */
  readonly digest: string;
  /** The approvals asked for; may be none. */
  readonly places: readonly ApprovalPlace[];
  /** Everything on record, whether it still holds or not. */
  readonly recorded: readonly Approval[];
  readonly audiences: readonly Audience[];
  /** What was changed since a digest that was approved, in words; empty where that is not known. */
  readonly changedSince: (digest: string) => string;
}

const verdicts = ["Approved", "Approved with the changes marked", "Not approved"] as const;

/** What the reader is asked to do, and how the answer gets on record. */
export function request({ cycle }: Signing, sendDate: string): PackBlock[] {
  const due = sendDate === "" ? "" : ` Please do so before it goes out on ${sendDate}.`;
  const steps = [
    "Read the wording below: it is what people would be sent.",
    "Mark what should change. In Word, changes are tracked for you; on paper or on a phone, note them beside the words.",
    `Sign in your box under "Approvals", or tell the communications officer what you decided.${due}`,
  ];
  return [
    heading(1, "What we ask of you"),
    list(steps.map(text), 1),
    paragraph("The communications officer puts each approval on record with this command:"),
    { kind: "code", text: command(cycle, "ROLE") },
  ];
}

/** A box for each approval asked for, one where none is; and what else is on record. */
export function approvals(signing: Signing): PackBlock[] {
  const { recorded, digest } = signing;
  const places =
    signing.places.length > 0 ? signing.places : [{ given: recorded.find((one) => one.digest === digest) }];
  const boxes = places.flatMap((place, i) => [
    heading(2, placeTitle(signing, place, places.length > 1 ? ` ${i + 1}` : "")),
    box(signing, place),
  ]);
  const shown = new Set(places.flatMap((place) => [place.given, ...earlier(signing, place)]));
  const rest = recorded.filter((one) => !shown.has(one));
  return [
    { kind: "sheet", title: "Approvals" },
    paragraph(introduction(signing.places)),
    ...boxes,
    ...(rest.length > 0
      ? [heading(2, "Also on record"), list(rest.map((one) => text(onRecord(one, signing))))]
      : []),
  ];
}

/** The digest in full: what an approval is bound to. */
export function approved({ digest }: Signing): PackBlock[] {
  return [
    heading(1, "What is approved"),
    paragraph(
      "This code stands for the topic, the note, the pictures, the brand, the templates and the settings as they are now: " +
        "change any of them and the code changes, and approvals of the old one no longer count.",
    ),
    { kind: "code", text: digest },
    paragraph(
      "The newsletter's lists of recent posts and of what comes next are not part of it. They may still change.",
    ),
  ];
}

function introduction(places: readonly ApprovalPlace[]): string {
  if (places.length === 0) return "No approval is required. Sign here if you wish to have yours on record.";
  if (places.every(({ role }) => role !== undefined)) {
    return places.length === 1
      ? "One person has to approve, in the role named here."
      : "Each role has to approve, and each needs a different person.";
  }
  return places.length === 1
    ? "One person has to approve, in any role."
    : `${places.length} different people have to approve, in any role.`;
}

function placeTitle({ audiences }: Signing, { role }: ApprovalPlace, number: string): string {
  if (role === undefined) return `Approver${number}`;
  const title = audiences.find(({ id }) => id === role)?.title;
  return title === undefined ? role : `${title} (${role})`;
}

function box(signing: Signing, place: ApprovalPlace): PackBlock {
  const { given } = place;
  const before = earlier(signing, place).map((one) => onRecord(one, signing));
  const rows: Fact[] = [
    blank("Name", given?.by),
    blank("Role", given?.role ?? place.role),
    blank("Signature or initials", given && "Recorded by the communications officer"),
    blank("Date", given && dayInWords(given.on)),
    {
      name: "Decision",
      lines: verdicts.map((verdict, i) => ({ ticked: given !== undefined && i === 0, words: text(verdict) })),
    },
    ...(given ? fact("Still holds", "Yes: nothing has changed since.") : []),
    ...fact("Before", ...before),
    ...(given
      ? []
      : [
          {
            name: "To record it",
            lines: [
              { words: [{ kind: "code", text: command(signing.cycle, place.role ?? "ROLE") } as const] },
            ],
          },
        ]),
  ];
  return { kind: "facts", framed: true, rows };
}

/** A row to be filled in by hand unless its words are known. */
function blank(name: string, words = ""): Fact {
  return { name, lines: [{ words: text(words) }] };
}

/** Approvals in the box's own role that something has changed since. */
function earlier({ recorded, digest }: Signing, { role }: ApprovalPlace): Approval[] {
  return recorded.filter((one) => role !== undefined && one.role === role && one.digest !== digest);
}

function onRecord({ by, role, on, digest }: Approval, { digest: now, changedSince }: Signing): string {
  const changed = changedSince(digest);
  const lapsed =
    changed === ""
      ? "It no longer counts: something has changed since."
      : `It no longer counts. Changed since: ${changed}.`;
  return `${by} approved as ${role} on ${dayInWords(on)}. ${digest === now ? "It still holds." : lapsed}`;
}

function command(cycle: string, role: string): string {
  return `onetopic approve ${cycle} --by "NAME" --as ${role}`;
}

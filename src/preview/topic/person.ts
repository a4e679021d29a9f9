import type { Recipient } from "../../domain/recipient.ts";
import type { TemplateSet } from "../../domain/template.ts";
import { UserError } from "../../domain/user-error.ts";
import { remembered } from "../remembered.ts";
import type { Stage } from "../stage.ts";
import type { Choices } from "./choices.ts";
import { readyMade, recipientFrom, type ReadyMade } from "./people.ts";
import { questionsOf, type Questions } from "./questions.ts";

/** As whom mails are shown. */
export interface ShownPerson {
  /** Who it is, in words. */
  readonly label: string;
  /** Set for a row of a list: the audience is theirs, and not to be chosen. */
  readonly listed?:
    { readonly list: string; readonly row: number; readonly audience: string | undefined } | undefined;
  /** The same person as somebody of an audience. */
  readonly to: (audience: string | undefined) => Recipient;
}

/** Nobody, somebody, or why there is no such person. */
export type PersonFound =
  | { readonly kind: "nobody" }
  | { readonly kind: "person"; readonly person: ShownPerson }
  | { readonly kind: "missing"; readonly message: string; readonly hint: string };

/** What templates ask, as long as they are the same. */
const asked = new WeakMap<TemplateSet, Questions>();

export function questionsOn({ templates }: Pick<Stage, "templates">): Questions {
  const questions = asked.get(templates) ?? questionsOf(templates);
  asked.set(templates, questions);
  return questions;
}

/** Everybody ready-made, with somebody for each branch that depends on the person. */
export const peopleOn: (stage: Stage) => readonly ReadyMade[] = remembered((stage) =>
  readyMade(questionsOn(stage).columns),
);

/** Finds the person that is chosen. */
export async function findPerson(stage: Stage, { person }: Pick<Choices, "person">): Promise<PersonFound> {
  if (person === undefined) return { kind: "nobody" };
  const one = peopleOn(stage).find(({ id }) => id === person);
  if (one) {
    const to = (audience: string | undefined) => recipientFrom(one, audience);
    return { kind: "person", person: { label: one.label, to } };
  }
  const [, list = "", row = ""] = /^(.+)\/([^/]+)$/.exec(person) ?? [];
  if (Object.hasOwn(stage.toolkit.settings.lists, list)) return onList(stage, list, row);
  return {
    kind: "missing",
    message: "There is nobody like that to show this to.",
    hint: "Choose somebody else.",
  };
}

async function onList(stage: Stage, list: string, who: string): Promise<PersonFound> {
  try {
    const to = await rowOf(stage, list, who);
    const known = stage.toolkit.settings.audiences.some(({ id }) => id === to.audience);
    const label = `Row ${to.row} of ${list} (${to.address})`;
    const listed = { list, row: to.row, audience: known ? to.audience : undefined };
    return { kind: "person", person: { label, listed, to: () => to } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "missing", message: error.message, hint: error.hint };
  }
}

/** Rows that were asked for, so that a page and its frames read the list once. */
const rows = remembered(() => new Map<string, Promise<Recipient>>());

/** Somebody on a list of the settings: by row or address. @throws UserError */
export function rowOf(stage: Stage, list: string, who: string): Promise<Recipient> {
  const key = JSON.stringify([list, who]);
  const found = rows(stage).get(key) ?? stage.personOn(list, who.replace(/^row\s+/i, ""));
  rows(stage).set(key, found);
  return found;
}

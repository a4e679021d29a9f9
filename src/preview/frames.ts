import { hasErrors } from "../domain/problem.ts";
import type { Topic } from "../domain/topic.ts";
import { UserError } from "../domain/user-error.ts";
import { describe } from "../check/words/words.ts";
import type { ArtefactSpec } from "../render/artefacts.ts";
import { NotHere, type Asked, type FileAnswer } from "./page.ts";
import { hindrances, isWritten, leveled, specNamed } from "./topic/artefacts.ts";
import { readChoices } from "./topic/choices.ts";
import { forFrame } from "./topic/frame-html.ts";
import { findPerson } from "./topic/person.ts";
import { make, pieceOf } from "./topic/rendering.ts";

const types = {
  html: "text/html; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  eml: "text/plain; charset=utf-8",
  pdf: "application/pdf",
  png: "image/png",
} as const;

/**
 * `/render/:slug/:artefact`: one rendered file of a topic, named as `onetopic render` names it, to be looked at: with the
 * person, the scheme and the pictures of the query. With `last`, as it was when it could last be made.
 */
export async function renderedFile(asked: Asked): Promise<FileAnswer> {
  const { shown, gallery, query } = asked;
  const { topic, spec } = fileAsked(asked);
  const choices = readChoices(query, shown.stage, topic);
  const last = query.get("last");
  const content = (last ? gallery.known(last) : await madeNow())?.content;
  if (!content)
    throw new NotHere(`${spec.name} cannot be made.`, "The findings on the topic's page say why.");
  const shownContent = spec.format === "html" ? forFrame(content.toString("utf8"), choices) : content;
  return { type: types[spec.format], content: new Uint8Array(Buffer.from(shownContent)) };

  async function madeNow() {
    const found = await findPerson(shown.stage, choices);
    const to = found.kind === "person" ? found.person.to(spec.audience) : undefined;
    return make(shown.stage, gallery, pieceOf(shown.stage, { topic, choices, to }, spec));
  }
}

/**
 * `/download/:slug/:artefact`: the same bytes that `onetopic render` writes under this name.
 * @throws UserError where it would refuse
 */
export async function downloadedFile(asked: Asked): Promise<FileAnswer> {
  const { stage } = asked.shown;
  const { topic, spec } = fileAsked(asked);
  if (!isWritten(spec)) throw new NotHere("A press takes PDF alone.", "Download the PDF.");
  const { cycle } = readChoices(asked.query, stage, topic);
  const order = { topic, choices: { cycle, turned: [] } };
  const known = hindrances(stage, topic, cycle, spec.brand);
  const { content, problems } =
    known.length > 0
      ? { content: undefined, problems: known }
      : await make(stage, asked.gallery, pieceOf(stage, order, spec));
  const fault = leveled(stage, problems, content !== undefined).find((one) => hasErrors([one]));
  if (!content || fault) {
    const why = fault ? `${fault.path}:${fault.line} ${describe(fault)}` : "The topic's page says why.";
    throw new UserError("findings", `${spec.name} is not made while there are errors.`, why);
  }
  const type = spec.format === "eml" ? "message/rfc822" : types[spec.format];
  return { type, content: new Uint8Array(content), download: spec.name };
}

function fileAsked(asked: Asked): { readonly topic: Topic; readonly spec: ArtefactSpec } {
  const { shown, part, query } = asked;
  const { stage } = shown;
  const topic = stage.toolkit.topics.find(({ slug }) => slug === part("slug"));
  const spec = topic && specNamed(stage, part("artefact"), readChoices(query, stage, topic).brand);
  if (!topic || !spec)
    throw new NotHere("There is no such file to show.", "The topic's page shows them all.");
  return { topic, spec };
}

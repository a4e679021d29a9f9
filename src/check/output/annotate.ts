import type { Position } from "../../domain/problem.ts";
import { isPageTemplate, type TemplateFile, type TemplateSet } from "../../domain/template.ts";
import { templatePiece, type TemplatePiece } from "../../render/styles.ts";

/** The attribute by which an element of a rendered page tells where it is written. */
export const mark = "data-from";

/** A place in a template. */
export interface TemplatePlace extends Position {
  readonly file: TemplateFile;
}

/** The templates of mail, in which each element bears the number of its place. */
export interface Annotated {
  readonly templates: TemplateSet;
  readonly places: readonly TemplatePlace[];
}

/** Writes into each start tag of the HTML templates where it stands; comments and stylesheets stay as they are. */
export function annotate(templates: TemplateSet): Annotated {
  const places: TemplatePlace[] = [];
  const annotated = [...templates].filter(([, file]) => isOfMail(file));
  return {
    templates: new Map(
      annotated.map(([name, file]) => [
        name,
        name.endsWith(".html.hbs") ? { ...file, source: marked(file, places) } : file,
      ]),
    ),
    places,
  };
}

/** True for what newsletters and emails are made from: their templates, and the stylesheet. */
export function isOfMail(file: TemplateFile): boolean {
  return !isPageTemplate(file) && !file.name.endsWith(".typ.hbs");
}

function marked(file: TemplateFile, places: TemplatePlace[]): string {
  const lines = lineStarts(file.source);
  return file.source.replace(templatePiece, (whole: string, ...rest: unknown[]) => {
    const { name, css } = rest.at(-1) as TemplatePiece;
    const tag = css === undefined ? name : "style";
    if (tag === undefined) return whole;
    const number = places.push({ file, ...positionIn(lines, rest.at(-3) as number) }) - 1;
    return `${whole.slice(0, tag.length + 1)} ${mark}="${number}"${whole.slice(tag.length + 1)}`;
  });
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

function positionIn(starts: readonly number[], offset: number): Position {
  const line = starts.findLastIndex((start) => start <= offset);
  return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
}

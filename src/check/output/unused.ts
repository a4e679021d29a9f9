import { problem, type Problem } from "../../domain/problem.ts";
import type { TemplateFile, TemplateSet } from "../../domain/template.ts";
import { callName, parseTemplate } from "../../render/handlebars.ts";
import { pageShapes } from "../../render/pages/shapes.ts";
import { isOwn } from "./text-part.ts";

/** What the program itself asks for; the rest is asked for by these. Posters may have designs of any name. */
const asked =
  /^(?:(?:newsletter|email)\.(?:html|txt)|social\.txt|(?:poster|screen|social)(?:-[a-z0-9-]+)?\.typ)\.hbs$|^styles\/(?:mail|site|plan|report)\.css$/;

/** The toolkit's own templates that nothing uses: usually a name that is spelled another way. */
export function unusedTemplates(templates: TemplateSet): Problem[] {
  const files = [...templates.values()];
  const own = files.filter(isOwn);
  if (own.length === 0) return [];
  const used = new Set<TemplateFile>();
  const use = (file: TemplateFile | undefined): void => {
    if (!file || used.has(file)) return;
    used.add(file);
    const [suffix = ""] = /\.(?:html|txt|typ)\.hbs$/.exec(file.name) ?? [];
    for (const name of suffix === "" ? [] : partialsIn(file))
      use(files.find((other) => other.name.endsWith(suffix) && callName(other.name, suffix) === name));
  };
  for (const file of files) if (asked.test(file.name) || pageShapes.has(file.name)) use(file);
  const known = files.filter((file) => !isOwn(file) || used.has(file)).map(({ name }) => name);
  return own
    .filter((file) => !used.has(file))
    .map(({ name, path }) => problem("template/unused", path, undefined, { name, known }));
}

/** The names that a template calls; of one that cannot be read, what looks like them. */
function partialsIn(file: TemplateFile): string[] {
  const program = parseTemplate(file);
  if (!program) return [...file.source.matchAll(/\{\{~?#?>\s*([\w/.-]+)/g)].map(([, name = ""]) => name);
  const names: string[] = [];
  collect(program, names);
  return names;
}

function collect(program: hbs.AST.Program | undefined, names: string[]): void {
  for (const statement of program?.body ?? []) {
    if (statement.type === "PartialStatement" || statement.type === "PartialBlockStatement")
      names.push(((statement as hbs.AST.PartialStatement).name as hbs.AST.PathExpression).original);
    const { program: inner, inverse } = statement as Partial<hbs.AST.BlockStatement>;
    collect(inner, names);
    collect(inverse, names);
  }
}

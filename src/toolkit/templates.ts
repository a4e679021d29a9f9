import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { compareText, type Problem } from "../domain/problem.ts";
import type { TemplateFile, TemplateSet } from "../domain/template.ts";
import { isMissing, readToolkitText } from "./files.ts";

const folders = ["", "layouts", "pack", "partials", "plan", "report", "site", "styles"];
const endings = /\.(html|txt|typ)\.hbs$|^styles\/.*\.css$/;

/**
 * All templates in force: the package's own, each replaced by the toolkit's of the same name.
 * @param packageTemplates absolute path of the package's `templates/`
 */
export async function loadTemplates(
  root: string,
  packageTemplates: string,
): Promise<{ templates: TemplateSet; problems: Problem[] }> {
  const templates = new Map<string, TemplateFile>();
  const problems: Problem[] = [];
  for (const name of await templateNames(packageTemplates)) {
    const source = await readFile(path.join(packageTemplates, name), "utf8");
    templates.set(name, {
      name,
      path: `onetopic/templates/${name}`,
      source: source.replaceAll("\r\n", "\n"),
    });
  }
  for (const name of await templateNames(path.join(root, "templates"))) {
    const file = `templates/${name}`;
    const read = await readToolkitText(root, file);
    if ("problem" in read) problems.push(read.problem);
    else templates.set(name, { name, path: file, source: read.text });
  }
  return { templates, problems };
}

async function templateNames(folder: string): Promise<string[]> {
  const names = await Promise.all(
    folders.map(async (below) => {
      try {
        const entries = await readdir(path.join(folder, below));
        return entries.map((name) => path.posix.join(below, name)).filter((name) => endings.test(name));
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    }),
  );
  return names.flat().toSorted(compareText);
}

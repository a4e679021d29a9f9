import type { Problem } from "../../domain/problem.ts";
import { rules } from "../../domain/rules.ts";
import { variants, type Topic, type Variant } from "../../domain/topic.ts";
import { isPageTemplate } from "../../domain/template.ts";

/** The form that a finding is about; nothing when it is about the words of all of them. */
export function variantOf(one: Problem, topic: Pick<Topic, "source">): Variant | undefined {
  const { variant, artefact } = one.details as { readonly variant?: unknown; readonly artefact?: unknown };
  return (
    named(variant) ??
    named(typeof artefact === "string" ? artefact.split(/[.\s]/)[0] : undefined) ??
    named(one.rule.split("/")[0]) ??
    (one.path === topic.source.path ? fromKey(one, topic) : fromTemplate(one.path))
  );
}

function named(value: unknown): Variant | undefined {
  return variants.find((variant) => variant === value);
}

/** `variants.poster.strapline` is about the poster. The article stands in the newsletter alone. */
function fromKey(one: Problem, { source }: Pick<Topic, "source">): Variant | undefined {
  const { line, column, rule } = one;
  if (line >= source.bodyLine && !/^(?:yaml|front-matter|file)\//.test(rule)) return "newsletter";
  const keys = [...source.places].filter(([, place]) => place.line === line);
  const [key = ""] = keys.find(([, place]) => place.column === column) ?? keys[0] ?? [];
  return named(/^variants\.([^.]+)/.exec(key)?.[1]);
}

/** `templates/poster-asks.typ.hbs` as well; a part that several forms have in common is about none of them. */
function fromTemplate(path: string): Variant | undefined {
  const name = /(?:^|\/)templates\/([a-z]+)(?:-[a-z0-9-]+)?\.(?:html|txt|typ)\.hbs$/.exec(path)?.[1];
  return named(name);
}

/** Whether a finding belongs on the page of a topic. */
export function concerns(
  { path }: Pick<Problem, "path">,
  files: { readonly topic: string; readonly others: readonly string[] },
): boolean {
  if (path === files.topic || files.others.includes(path)) return true;
  const template = /(?:^|\/)templates\/(.+)$/.exec(path)?.[1];
  return template !== undefined && !isPageTemplate({ name: template });
}

/** The line of a file that a finding is about; nothing where it may hold data of people or a secret. */
export function excerptOf(one: Problem, { source }: Pick<Topic, "source">): string | undefined {
  const rule: { readonly hidden?: true | undefined } = rules[one.rule];
  if (rule.hidden || one.path !== source.path) return undefined;
  const line = source.text?.split("\n")[one.line - 1]?.trim();
  if (line === undefined || line === "" || line === "---") return undefined;
  return line.length > most ? `${line.slice(0, most).trimEnd()}…` : line;
}

/** Enough to find the place again. */
const most = 160;

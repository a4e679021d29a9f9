import { describe, expect, it } from "vitest";
import type { TemplateSet } from "../../../src/domain/template.ts";
import { variants } from "../../../src/domain/topic.ts";
import { formatsOf } from "../../../src/render/artefacts.ts";
import { createEngine } from "../../../src/render/handlebars.ts";
import { packArtefacts } from "../../../src/render/pages/pack.ts";
import { pageShapes } from "../../../src/render/pages/shapes.ts";

const templates = (files: Record<string, string>): TemplateSet =>
  new Map(Object.entries(files).map(([name, source]) => [name, { name, path: `templates/${name}`, source }]));

describe("what a pack holds", () => {
  const specs = packArtefacts("harbour", ["branches", "schools"], "harbour");
  const names = specs.map(({ name }) => name);

  it("is every variant in every format, each file once", () => {
    expect(new Set(names).size).toBe(names.length);
    for (const variant of variants)
      for (const format of formatsOf[variant])
        expect(specs.filter((spec) => spec.variant === variant && spec.format === format)).not.toEqual([]);
  });

  it("is emails for everyone and for each audience, and posters in every size, large print too", () => {
    for (const audience of ["", ".branches", ".schools"]) expect(names).toContain(`email${audience}.html`);
    for (const size of ["", ".A3", ".A5"])
      for (const print of ["", ".press", ".large-print"])
        expect(names).toContain(`poster${size}${print}.pdf`);
  });

  it("bears the brand in its names, unless it is the default", () => {
    const other = packArtefacts("cityside", ["branches"], "harbour");
    expect(other.every(({ brand, name }) => brand === "cityside" && name.includes(".cityside."))).toBe(true);
    expect(other).toHaveLength(packArtefacts("harbour", ["branches"], "harbour").length);
  });
});

describe("templates of pages", () => {
  const problemsOf = (files: Record<string, string>) =>
    createEngine(templates(files), "html").problems.map(
      ({ rule, path, line, column }) => `${path}:${line}:${column} ${rule}`,
    );

  it("are each held to their own view", () => {
    for (const name of [...pageShapes.keys()].filter((one) => one.endsWith(".html.hbs")))
      expect(problemsOf({ [name]: "{{page.title}}{{brand.name}}\n{{topic.messages.[0].x}}" })).toHaveLength(
        1,
      );
    expect(problemsOf({ "email.html.hbs": "{{page.title}}" })).toHaveLength(1);
  });

  it("check a shared piece against every view it is called in, and what it says of the top of it", () => {
    const piece = { "site/piece.html.hbs": "{{name}}\n{{@root.editions.length}}\n{{@root.page.home}}" };
    expect(
      problemsOf({ ...piece, "site/index.html.hbs": "{{#with brand}}{{> site/piece}}{{/with}}" }),
    ).toEqual([]);
    const both = {
      ...piece,
      "site/index.html.hbs": "{{#with brand}}{{> site/piece}}{{/with}}",
      "pack/index.html.hbs": "{{#with brand}}{{> site/piece}}{{/with}}",
    };
    expect(problemsOf(both)).toEqual(["templates/site/piece.html.hbs:2:3 template/name-unknown"]);
    const reversed = Object.fromEntries(Object.entries(both).toReversed());
    expect(problemsOf(reversed)).toEqual(["templates/site/piece.html.hbs:2:3 template/name-unknown"]);
  });
});

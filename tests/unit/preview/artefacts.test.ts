import { describe, expect, it } from "vitest";
import { variants } from "../../../src/domain/topic.ts";
import type { Stage } from "../../../src/preview/stage.ts";
import { isWritten, specNamed } from "../../../src/preview/topic/artefacts.ts";
import { wayOut } from "../../../src/preview/topic/way-out.ts";
import { planArtefacts } from "../../../src/render/artefacts.ts";
import { paperSizes } from "../../../src/render/sheets.ts";

const audiences = ["staff", "north"];
const brands = ["plain", "north"];
// Only ids matter for names. One is both an audience and a brand.
const stage = {
  toolkit: { settings: { audiences: audiences.map((id) => ({ id })) }, brands: brands.map((id) => ({ id })) },
  brand: { id: "plain" },
} as unknown as Stage;

describe("an artefact's name", () => {
  it("leads back to the artefact, for everything that can be rendered", () => {
    const all = [undefined, ...audiences].flatMap((audience) =>
      ([undefined, "press", "large-print"] as const).flatMap((form) =>
        planArtefacts(
          { variants, brands, sizes: paperSizes, audience, form },
          audience ? [] : audiences,
          "plain",
        ),
      ),
    );
    expect(all.length).toBeGreaterThan(100);
    for (const spec of all) expect(specNamed(stage, spec.name, spec.brand)).toEqual(spec);
  });

  it("is of the picture of a press's sheet as well, which is looked at but never written", () => {
    const picture = specNamed(stage, "poster.north.A3.press.png", "north");
    expect(picture).toMatchObject({ form: "press", size: "A3", format: "png" });
    expect(picture && isWritten(picture)).toBe(false);
  });

  it("is nothing else", () => {
    const names = [
      "",
      "newsletter",
      "newsletter.html.html",
      "newsletter.other.html",
      "poster.A2.png",
      "../newsletter.html",
      "screen.press.png",
    ];
    expect(names.map((name) => specNamed(stage, name, "plain"))).toEqual(names.map(() => undefined));
  });
});

describe("the way out of the list in a mail that is only shown", () => {
  it("is as the settings say, but what the environment holds stays there", () => {
    expect([
      wayOut({ unsubscribe: { url: "https://a.example/leave?who={token}" } }),
      wayOut({ unsubscribe: { url: "https://a.example/${SECRET}/{token}" } }),
      wayOut({ unsubscribe: { mailto: "leave@a.example" } }),
      wayOut({}),
    ]).toEqual([
      "https://a.example/leave?who=sample",
      "https://example.org/unsubscribe?sample",
      "mailto:leave@a.example?subject=unsubscribe%20sample",
      undefined,
    ]);
  });
});

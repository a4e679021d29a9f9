import { describe, expect, it } from "vitest";
import { forFrame } from "../../../src/preview/topic/frame-html.ts";

const page = `<html><head><meta name="color-scheme" content="light dark"><style>
html { color-scheme: light dark; }
@media (max-width: 620px) { a { color: red } }
@media screen and (prefers-color-scheme: dark) { a { color: blue } }
@media ( prefers-color-scheme:light ) { a { color: green } }
p { background: url("x.png") }
</style></head><body background="b.png"><p style="background:url(c.png)">(prefers-color-scheme: dark)</p>
<img alt="a > b" src="data:image/png;base64,AA" srcset='x 2x'></body></html>`;

describe("a mail in a frame", () => {
  it("is dark or light whatever the machine is set to, and says so to the browser", () => {
    const dark = forFrame(page, { scheme: "dark", images: true });
    expect(dark).toContain("@media screen and (min-width: 0px) { a { color: blue } }");
    expect(dark).toContain("@media (max-width: 0px) { a { color: green } }");
    expect(dark).toContain('name="color-scheme" content="dark"');
    expect(dark).toContain("html { color-scheme: dark; }");
    const light = forFrame(page, { scheme: "light", images: true });
    expect(light).toContain("@media screen and (max-width: 0px) { a { color: blue } }");
    expect(light).toContain("@media (min-width: 0px) { a { color: green } }");
  });

  it("keeps everything else, words that look like styles too", () => {
    const shown = forFrame(page, { scheme: "dark", images: true });
    expect(shown).toContain("@media (max-width: 620px) { a { color: red } }");
    expect(shown).toContain(">(prefers-color-scheme: dark)</p>");
    expect(shown).toContain(`<img alt="a > b" src="data:image/png;base64,AA" srcset='x 2x'>`);
  });

  it("holds no picture when they are off, but what stands in for it", () => {
    const shown = forFrame(page, { scheme: "light", images: false });
    expect(shown).not.toMatch(/src|x\.png|b\.png|c\.png/);
    expect(shown).toContain('<img alt="a > b">');
  });

  it("lets no link take the mail's place", () => {
    expect(forFrame("<!doctype html><html><head></head>", { scheme: "light", images: true })).toBe(
      '<!doctype html><base target="_blank"><html><head></head>',
    );
    expect(forFrame('<a href="//x" target="_self">x</a>', { scheme: "light", images: true })).toBe(
      '<base target="_blank"><a tabindex="-1" href="//x" x-target="_self">x</a>',
    );
  });
});

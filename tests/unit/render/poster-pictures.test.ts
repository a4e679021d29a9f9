import { readdirSync, readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import jsqr from "jsqr";
import { describe, expect, it } from "vitest";
import { qrSvg } from "../../../src/render/qr.ts";
import { inspectSvg } from "../../../src/render/svg.ts";

const decode = jsqr as unknown as typeof jsqr.default;

describe("qrSvg", () => {
  it.each(["https://example.org/interface/fit-notes", "x", `https://example.org/?q=${"ä".repeat(200)}`])(
    "can be read: %s",
    (text) => {
      const picture = new Resvg(qrSvg(text), {
        fitTo: { mode: "width", value: 800 },
        background: "#fff",
      }).render();
      expect(decode(Uint8ClampedArray.from(picture.pixels), picture.width, picture.height)?.data).toBe(text);
    },
  );

  it("is one filled path with a quiet zone of 4 modules", () => {
    const svg = qrSvg("https://example.org/interface/fit-notes");
    expect(svg.match(/<path /g)).toHaveLength(1);
    expect(svg).toContain('viewBox="0 0 37 37"');
    const columns = [...svg.matchAll(/M(\d+) (\d+)h/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(Math.min(...columns.flat())).toBe(4);
    expect(Math.max(...columns.map(([, y]) => y ?? 0))).toBe(32);
  });

  it("says when a text is too long", () => {
    expect(() => qrSvg("x".repeat(3000))).toThrow(RangeError);
  });
});

const svg = (inside: string, attributes = "") =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inside}</svg>`;

describe("inspectSvg", () => {
  it.each([
    svg('<rect width="9" height="9" fill="#fff"/>'),
    svg('<defs><path id="a" d="M0 0"/></defs><use href="#a"/><g fill="url(#b)" style="fill:url(#b)"/>'),
    svg('<image href="data:image/png;base64,AAAA" width="9" height="9"/>'),
    `<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">${svg("")}`,
    svg("<title>Logo</title><metadata/>", 'inkscape:export-filename="C:\\Users\\logo.png"'),
  ])("takes plain shapes: %s", (content) => {
    expect(inspectSvg(content)).toBeUndefined();
  });

  it.each([
    ["no SVG", "GIF89a"],
    ["a script", svg("<script>1</script>")],
    ["a script with a prefix", svg('<x:script xmlns:x="http://www.w3.org/2000/svg"/>')],
    ["a handler", svg("", 'onload="1"')],
    ["foreignObject", svg("<foreignObject/>")],
    ["text", svg("<text>NHS</text>")],
    ["an outside picture", svg('<image href="logo.png"/>')],
    ["an outside picture by an old name", svg("<image xlink:href = 'https://example.org/x.png'/>")],
    ["a nested SVG as data", svg('<image href="data:image/svg+xml;base64,AAAA"/>')],
    ["an address written otherwise", svg('<use href="&#104;ttps://example.org"/>')],
    ["an outside paint", svg('<rect fill="url(https://example.org/x.svg#a)"/>')],
    ["an import", svg("<style>@import 'x.css';</style>")],
    ["a hidden import", svg("<style>@\\69mport 'x.css';</style>")],
    ["a hidden address", svg('<rect style="fill:\\75rl(x)"/>')],
    ["an entity", `<!DOCTYPE svg [<!ENTITY a "b">]>${svg("&a;")}`],
    ["a style sheet", `<?xml-stylesheet href="#x"?>${svg("")}`],
    ["movement", svg('<animate attributeName="href"/>')],
  ])("refuses %s", (_, content) => {
    expect(inspectSvg(content)).toMatch(/^its? /);
  });

  it("takes the logos that are shipped", () => {
    const folder = new URL("../../../content/brands/", import.meta.url);
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".svg"))) {
      expect(inspectSvg(readFileSync(new URL(name, folder), "utf8")), name).toBeUndefined();
    }
  });
});

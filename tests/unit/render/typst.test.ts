import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { createTypesetter } from "../../../src/render/typst/typesetter.ts";
import type { TypstJob } from "../../../src/render/typst/job.ts";

const start = `#set document(title: "Test", date: none)
#set text(font: "Lato", fallback: false)
`;
/** Runs for hours: Typst's own guard knows only loops that never change anything. */
const endless = "#for a in range(100000) { for b in range(100000) { } }";
const fontsDir = fileURLToPath(new URL("../../../templates/fonts", import.meta.url));

function job(source: string, more: Partial<TypstJob> = {}): TypstJob {
  return { source: start + source, files: {}, inputs: {}, queries: [], pdf: true, ...more };
}

describe("the typesetter", () => {
  const typesetter = createTypesetter({ workers: 2 });
  afterAll(() => typesetter.close());
  const set = (source: string, more?: Partial<TypstJob>) =>
    typesetter.session((compile) => compile(job(source, more)));

  it("gives a PDF, a picture, the pages and what was asked", async () => {
    const source = `#set page(width: 200pt, height: 100pt)\n#metadata(sys.inputs.word) <said>\nText`;
    const result = await set(source, { inputs: { word: "yes" }, queries: ["said"], png: 144 });
    expect(result.diagnostics).toEqual([]);
    expect(result.pages).toBe(1);
    expect(result.answers).toEqual({ said: ["yes"] });
    expect(Buffer.from(result.pdf ?? []).toString("latin1")).toMatch(/^%PDF-1\.7[\s\S]*<pdfuaid:part>1</);
    const png = Buffer.from(result.png ?? []);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([400, 200]);
  });

  it("says where a fault is", async () => {
    const { diagnostics, pdf } = await set("One\n#nothing");
    expect(diagnostics).toEqual([
      { message: "unknown variable: nothing", path: "/main.typ", line: 4, column: 2 },
    ]);
    expect(pdf).toBeUndefined();
  });

  it.each([
    ["a file of this machine", '#read("/etc/passwd")'],
    ["a file beside the workspace", '#read("../etc/passwd")'],
    ["a package", '#import "@preview/cetz:0.3.0": *'],
    ["a package by a made-up name", '#let p = "@" + "preview/cetz:0.3.0"\n#import p'],
    ["today's date", "#datetime.today().display()"],
    ["a font that other machines may lack", '#set text(font: "DejaVu Sans", fallback: true)\nText'],
    ["a font that is nowhere", '#set text(font: "No Such Font")\nText'],
    ["italics, for which there is no font here", "#emph[Text]"],
    ["a picture without words", '#image("/dot.svg")'],
    ["a letter without a shape", "שלום"],
    ["a missing document title", "#set document(title: none)\nText"],
  ])("refuses %s", async (_, source) => {
    const dot = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    const { diagnostics, pages, pdf } = await set(source, { files: { "/dot.svg": dot } });
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(JSON.stringify(diagnostics)).not.toContain("onetopic-has-no-files");
    expect({ pages, pdf }).toEqual({ pages: 0, pdf: undefined });
  });

  it("judges a picture like a PDF", async () => {
    const { diagnostics } = await set("שלום", { pdf: false, png: 72 });
    expect(diagnostics[0]?.message).toContain("could not be displayed");
  });

  it("forgets the files of the job before", async () => {
    await set('#read("/one.txt")', { files: { "/one.txt": Buffer.from("1") } });
    expect((await set('#read("/one.txt")')).diagnostics[0]?.message).toContain("file not found");
  });

  it("serves more work than it has children", async () => {
    const pages = await Promise.all(
      Array.from(
        { length: 9 },
        async (_, i) => (await set(`#set page(height: 50pt)\n${"#pagebreak()".repeat(i)}`)).pages,
      ),
    );
    expect(pages).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("a compilation that does not end", () => {
  it("is stopped, and the work goes on", async () => {
    const typesetter = createTypesetter({ timeoutMs: 6000, workers: 1 });
    const results = await typesetter.session(async (compile) => [
      await compile(job(endless)),
      await compile(job("Text")),
    ]);
    expect(results.map(({ diagnostics }) => diagnostics)).toEqual([
      [{ message: "it took longer than 6 seconds and was stopped" }],
      [],
    ]);
    await typesetter.close();
  });

  it("is stopped by close, and nothing more is taken", async () => {
    const typesetter = createTypesetter({ workers: 1 });
    const running = typesetter.session(async (compile) => {
      await compile(job("Text"));
      const never = compile(job(endless));
      await typesetter.close();
      return never;
    });
    const waiting = typesetter.session((compile) => compile(job("Text")));
    await expect(waiting).rejects.toThrow("closed");
    expect((await running).diagnostics[0]?.message).toContain("stopped");
    await expect(typesetter.session((compile) => compile(job("Text")))).rejects.toThrow("closed");
  });

  it("ends when the parent is gone", async () => {
    const file = fileURLToPath(new URL("../../../dist/render/typst/child.js", import.meta.url));
    const child = fork(file, [fontsDir], { serialization: "advanced", execArgv: [] });
    child.send(job("Text"));
    await once(child, "message");
    child.send(job(endless));
    const ended = once(child, "exit");
    child.disconnect();
    expect(await ended).not.toContain(0);
  });
});

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { openImages } from "../../../src/toolkit/images.ts";
import { emptyFolder } from "../../support/cli.ts";

const file = "content/topics/good.md";
const megabyte = 1024 * 1024;

it("reads a picture when it is first asked for, keeps it, and does not keep thousands", () => {
  const root = emptyFolder();
  const write = (name: string, content: Uint8Array | string) =>
    writeFileSync(path.join(root, "content/topics", name), content);
  mkdirSync(path.join(root, "content/topics"), { recursive: true });
  const images = openImages(root);
  write("lamp.png", "first");
  expect(images.get(file, "lamp.png")).toEqual({ kind: "image", content: Buffer.from("first") });
  write("lamp.png", "second");
  for (let one = 0; one < 15; one += 1) {
    write(`${one}.png`, new Uint8Array(4 * megabyte));
    images.get(file, `${one}.png`);
  }
  expect(images.get(file, "lamp.png")).toEqual({ kind: "image", content: Buffer.from("first") });
  write("15.png", new Uint8Array(4 * megabyte));
  images.get(file, "15.png");
  expect(images.get(file, "lamp.png")).toEqual({ kind: "image", content: Buffer.from("second") });
});

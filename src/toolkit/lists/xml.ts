import { Parser } from "htmlparser2";
import { ZipFault } from "./zip.ts";

/** A tag of more bytes than this is made to fill the memory. */
const tagLimit = 16 * 1024 * 1024;

/** What is told of an XML text. Names come without their prefix: it differs between programs. */
export interface XmlHandlers {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  /** Text may come in several parts. */
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
}

/** Reads XML as it comes. Entities of its own are not looked up, so that none can grow or reach out. @throws ZipFault */
export function xmlReader({ open, text, close }: XmlHandlers): {
  readonly write: (bytes: Uint8Array) => void;
  readonly end: () => void;
} {
  const decoder = new TextDecoder();
  let quiet = 0;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        quiet = 0;
        open?.(localName(name), attributes);
      },
      ontext: (part) => {
        quiet = 0;
        text?.(part);
      },
      onclosetag: (name) => {
        quiet = 0;
        close?.(localName(name));
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  return {
    write: (bytes) => {
      quiet += bytes.length;
      if (quiet > tagLimit) throw new ZipFault("too-large");
      parser.write(decoder.decode(bytes, { stream: true }));
    },
    end: () => {
      parser.write(decoder.decode());
      parser.end();
    },
  };
}

/** Reads XML from its first byte to its last. */
export async function readXml(bytes: AsyncIterable<Uint8Array>, handlers: XmlHandlers): Promise<void> {
  const reader = xmlReader(handlers);
  for await (const part of bytes) reader.write(part);
  reader.end();
}

/** The value of an attribute, whatever its prefix. */
export function attributeOf(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  const key = Object.keys(attributes).find((one) => localName(one) === name);
  return key === undefined ? undefined : attributes[key];
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}

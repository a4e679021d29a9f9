import { judgeFailure, statusIn } from "./judge.ts";
import { oneLine, type Statement } from "./report.ts";

/*
 * Delivery reports by the book: RFC 3464, and RFC 6533 for addresses outside ASCII.
 */

export type Fields = ReadonlyMap<string, string>;

/** Takes the text of a `message/delivery-status` part. Gives what it says of each recipient it names. */
export function statementsOf(deliveryStatus: string): Statement[] {
  return recipientsIn(deliveryStatus).map(statementFrom);
}

function statementFrom(fields: Fields): Statement {
  const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(fields.get("status") ?? "")?.[0];
  const said = oneLine(
    afterType(fields.get("diagnostic-code") ?? "") || (fields.get("x-supplementary-info") ?? ""),
  );
  const addresses = [
    ...addressForms(fields.get("original-recipient")),
    ...addressForms(fields.get("final-recipient")),
    ...addressForms(fields.get("x-actual-recipient")),
  ];
  const shared = { addresses: [...new Set(addresses)], said: said === "" ? undefined : said };
  switch (actionOf(fields, status)) {
    case "failed":
      return { ...shared, ...judgeFailure(status, said) };
    case "delayed":
      return { ...shared, kind: "other", status, note: "delayed" };
    default:
      return { ...shared, kind: "other", status, note: "delivered" };
  }
}

/** RFC 3464, 2.3.3: failed, delayed, delivered, relayed, expanded. Some servers leave it out: then the status says it. */
function actionOf(fields: Fields, status = ""): "failed" | "delayed" | "delivered" {
  const action = /[a-z]+/.exec((fields.get("action") ?? "").toLowerCase())?.[0];
  if (action === "failed" || action === "delayed") return action;
  if (action !== undefined) return "delivered";
  if (status.startsWith("5") || statusIn(fields.get("diagnostic-code") ?? "")?.startsWith("5"))
    return "failed";
  return status.startsWith("4") ? "delayed" : "delivered";
}

/**
 * The fields of each recipient. Blocks are parted by an empty line (RFC 3464, 2.1); some servers leave it out, so a
 * field that comes again also begins a new one.
 */
function recipientsIn(text: string): Fields[] {
  const lines = text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/\n[ \t]+(?=\S)/g, " ")
    .split("\n");
  const blocks: Map<string, string>[] = [new Map()];
  const opens = new Set(["original-recipient", "final-recipient"]);
  for (const line of lines) {
    const [, name = "", value = ""] = /^([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)$/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (line.trim() === "" || (opens.has(key) && blocks.at(-1)?.has(key))) blocks.push(new Map());
    if (key !== "" && !blocks.at(-1)?.has(key)) blocks.at(-1)?.set(key, value.trim());
  }
  return blocks.filter((fields) => [...opens].some((name) => fields.has(name)));
}

/** What stands behind `smtp;` or `rfc822;`. */
function afterType(value: string): string {
  return value.replace(/^[a-z0-9.-]+[ \t]*;[ \t]*/i, "");
}

/**
 * The ways to read an address field: as it stands; with what RFC 6533 writes as `\x{FC}`; with what RFC 3461 writes as
 * `+2B`, which some servers pass on as it came.
 */
export function addressForms(value: string | undefined): string[] {
  if (value === undefined) return [];
  const plain = afterType(value)
    .replace(/^<(.*)>$/, "$1")
    .trim();
  if (!plain.includes("@")) return [];
  const wide = plain.replaceAll(/\\x\{([0-9A-Fa-f]{1,6})\}/g, (_, hex: string) =>
    letter(Number.parseInt(hex, 16)),
  );
  const xtext = wide.replaceAll(/\+([0-9A-F]{2})/g, (_, hex: string) => letter(Number.parseInt(hex, 16)));
  return [...new Set([wide, xtext])];
}

function letter(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

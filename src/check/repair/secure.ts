import { parseInline, parseMarkdown } from "../../render/markdown/parse.ts";
import type { Inline } from "../../render/markdown/tree.ts";
import type { Guard, Lines } from "./draft.ts";
import { sameMeaning, treeOf } from "./same.ts";
import { outsideBlocks, outsideCode } from "./steps.ts";
import type { CleanValue } from "./values.ts";

type Hosts = ReadonlySet<string>;

/** Behind `/` and `=` begins an address inside another one. */
const anywhere = /(?<![/=])\bhttp:\/\/([a-z0-9.-]+)(?=[/?#\s)>\]"'”,;]|$)/gi;
const targets = new RegExp(String.raw`(?<=\]\(<?)${anywhere.source}`, "gi");
const whole = /^http:\/\/([a-z0-9.-]+)(?=[/?#]|$)/i;

/** Where `http:` may become `https:`: in the targets of links, or in bare addresses as well. */
export type Where = "targets" | "anywhere";

export function withSecureHosts(lines: Lines, hosts: Hosts, where: Where): string[] {
  return outsideBlocks(lines, (line) => outsideCode(line, (text) => secured(text, hosts, where)));
}

/** The same in YAML: comments stay as they are. */
export function withSecureValues(lines: Lines, hosts: Hosts, where: Where): string[] {
  return lines.map((line) => {
    const comment = /(?:^|\s)#/.exec(line)?.index ?? line.length;
    return outsideCode(line.slice(0, comment), (text) => secured(text, hosts, where)) + line.slice(comment);
  });
}

function secured(text: string, hosts: Hosts, where: Where): string {
  return text.replace(where === "targets" ? targets : anywhere, (typed, host: string) =>
    isSecure(host, hosts) ? `https://${host}` : typed,
  );
}

function isSecure(host: string, hosts: Hosts): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return hosts.has(name) || hosts.has(name.replace(/^www\./, ""));
}

function securedAddress(address: string, hosts: Hosts): string {
  const host = whole.exec(address)?.[1];
  return host !== undefined && isSecure(host, hosts) ? address.replace(/^http/i, "https") : address;
}

/** Whether two pieces of Markdown mean the same, but for links that became secure, and their words where these are the address. */
export function sameButSecure(hosts: Hosts): Guard {
  return sameMeaning((text) => meaningOf(text, hosts, parseMarkdown));
}

/** Values of the front matter that are an address, and those that take Markdown. All others are words. */
const addressKeys = /(?:^|\.)(?:url|short|website)$|(?:^|\.)social\./;
const markdownKeys = /(?:^|\.)(?:messages\.\d+|actions\.[^.]+\.\d+)$|^variants\.[^.]+\.text$/;

export function securedValue(hosts: Hosts): CleanValue {
  return (text, key) => {
    if (addressKeys.test(key)) return securedAddress(text, hosts);
    return markdownKeys.test(key) ? (meaningOf(text, hosts, parseInline) ?? text) : text;
  };
}

function meaningOf(text: string, hosts: Hosts, parse: typeof parseMarkdown): string | undefined {
  const tree = treeOf(text, parse);
  if (!tree) return undefined;
  const { blocks, notes } = tree;
  return JSON.stringify({ blocks, notes }, (_, node: Partial<Inline> | null) => {
    if (node?.kind === "image") return { ...node, href: securedAddress(node.href ?? "", hosts) };
    if (node?.kind !== "link") return node;
    const { href = "", children = [] } = node;
    const address = securedAddress(href, hosts);
    const [only] = children;
    const isBare =
      children.length === 1 && only?.kind === "text" && securedAddress(only.text, hosts) === address;
    return { kind: "a link", address, words: isBare ? address : children };
  });
}

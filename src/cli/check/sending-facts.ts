import { readFile } from "node:fs/promises";
import path from "node:path";
import type { SendingFacts } from "../../check/sending.ts";
import { isPostgres, parsePlace } from "../../deliver/place.ts";
import type { DkimSettings } from "../../domain/settings.ts";
import { UserError } from "../../domain/user-error.ts";
import { senderOf } from "../../render/letter.ts";
import { isInside } from "../../toolkit/files.ts";
import { fillSecrets, type Context } from "../context.ts";
import type { Workshop } from "../workshop.ts";

/** Forms that office programs write and that are not read. */
const unreadable = /\.(xls|xlsb|ods|numbers|docx?|pdf)$/i;

/** What can be told of the settings for sending without connecting anywhere, and without the secrets of the sender. */
export async function sendingFacts(context: Context, { toolkit, brand }: Workshop): Promise<SendingFacts> {
  const { root, settings } = toolkit;
  const isReal = !/^outbox:/i.test(settings.transport);
  const lists = Object.entries(settings.lists);
  return {
    isReal,
    isMeant: isReal || lists.length > 0,
    hasSender: senderOf(settings, { brand }) !== undefined,
    transport: await transportFault(context, toolkit),
    dkim: await dkimFault(context, toolkit),
    ledger: await ledgerFault(context, toolkit),
    lists: lists.flatMap(([list, { file }]): SendingFacts["lists"][number][] => {
      if (!isInside(root, path.resolve(root, file))) return [{ list, why: "outside" }];
      return unreadable.test(file) ? [{ list, why: "type" }] : [];
    }),
  };
}

/** A secret that is not there, as in CI, is no fault: something that fits anywhere in an address stands in for it. */
const standIn = "1";

type Sources = Pick<Workshop["toolkit"], "root" | "settings">;

async function transportFault(context: Context, { root, settings }: Sources): Promise<string | undefined> {
  const { transport } = settings;
  if (transport === "outbox:var/outbox") return undefined;
  const isAddress = /^smtps?:/i.test(transport);
  const text = await filled(context, root, transport, isAddress ? encodeURIComponent : undefined);
  if (text === undefined && /^\$\{\w+\}/.test(transport)) return undefined;
  // Loaded here, since it brings the mail library along.
  const { parseTransport } = await import("../../deliver/transports/parse.ts");
  return faultOf(() => parseTransport(text ?? transport.replace(/\$\{\w+\}/g, standIn), { root }));
}

async function ledgerFault(context: Context, { root, settings }: Sources): Promise<string | undefined> {
  const { ledger } = settings;
  if (!ledger.includes("://") && !ledger.includes("${")) return undefined;
  const text = await filled(context, root, ledger, isPostgres(ledger) ? encodeURIComponent : undefined);
  if (text === undefined && /^\$\{\w+\}/.test(ledger)) return undefined;
  return faultOf(() => parsePlace(text ?? ledger.replace(/\$\{\w+\}/g, standIn), root));
}

async function dkimFault(context: Context, { root, settings }: Sources): Promise<string | undefined> {
  for (const key of settings.dkim ?? []) {
    const fault = await keyFault(context, root, key);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

async function keyFault(context: Context, root: string, dkim: DkimSettings): Promise<string | undefined> {
  if (dkim.key.includes("-----BEGIN")) {
    return "a private key stands in the settings, where everybody can read it. Take it out of use, and name a file or an environment variable as ${NAME}.";
  }
  const key = await filled(context, root, dkim.key);
  if (key === undefined) return undefined;
  const pem = key.includes("-----BEGIN") ? key : await readKey(root, key);
  if (typeof pem !== "string") return pem?.fault;
  const { createSigner } = await import("../../deliver/dkim.ts");
  return faultOf(() => createSigner([{ ...dkim, pem }]));
}

/** A key in var/ or outside the toolkit is on the machine that sends only, so it may be missing elsewhere. */
async function readKey(root: string, key: string): Promise<string | { fault: string } | undefined> {
  const file = path.resolve(root, key);
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const isElsewhere = !isInside(root, file) || isInside(path.join(root, "var"), file);
    if (isElsewhere && (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    // What is named may be the key itself.
    return {
      fault:
        'the file named by "dkim.key" cannot be read. Give the path of the key file, never the key, or keep the file in var/.',
    };
  }
}

/** The setting with its secrets, or nothing where one of them is not there. */
async function filled(
  context: Context,
  root: string,
  setting: string,
  write?: (value: string) => string,
): Promise<string | undefined> {
  try {
    return await fillSecrets(context, root, setting, write);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** What somebody is told who tries this for real. */
function faultOf(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.message.slice(0, 1).toLowerCase()}${error.message.slice(1)} ${error.hint}`;
  }
}

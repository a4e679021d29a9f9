import { problem, type Problem } from "../domain/problem.ts";
import { limitOf } from "../domain/rules.ts";
import type { Settings } from "../domain/settings.ts";
import { placeOf } from "../domain/topic.ts";

/** What was found out about the settings that are used only when mail is sent, without connecting anywhere. */
export interface SendingFacts {
  /** True when messages leave the machine. */
  readonly isReal: boolean;
  /** True when anything says that mail is meant to be sent. */
  readonly isMeant: boolean;
  readonly hasSender: boolean;
  /** Why the transport cannot be used. */
  readonly transport?: string | undefined;
  /** Why nothing could be signed. */
  readonly dkim?: string | undefined;
  /** Why the ledger cannot be used. */
  readonly ledger: string | undefined;
  readonly lists: readonly { readonly list: string; readonly why: "outside" | "type" }[];
}

/** A list that was named to be judged. Nothing in it tells who stands on it. */
export interface ListFacts {
  /** As it was named. */
  readonly list: string;
  /** Relative to the toolkit where it is inside. */
  readonly path: string;
  /** Why it cannot be read. */
  readonly unreadable?: string | undefined;
  readonly rows: number;
  readonly bad: readonly { readonly row: number; readonly reason: string }[];
  readonly duplicates: readonly { readonly row: number; readonly firstRow: number }[];
  /** Rows of people without an audience, and of those whose audience the settings do not name. */
  readonly noAudience: readonly number[];
  readonly unknownAudience: readonly number[];
  /** Rows with the address of a task, and with a domain that is likely a slip. */
  readonly roles: readonly number[];
  readonly slips: readonly number[];
  /** Fields that a mail shows without a fallback and that are empty for somebody. */
  readonly gaps: readonly {
    readonly column: string;
    readonly variant: string;
    /** Where the template shows it: `path:line:column`. */
    readonly template: string;
    /** False when the list has no such column. */
    readonly isColumn: boolean;
    readonly rows: readonly number[];
  }[];
  /** How many columns the first row names. A person may stand there instead, so the names are not told. */
  readonly columns: number;
  /** The line of the file on which a row begins. */
  readonly lineOf: (row: number) => number;
}

/** Settings with which a send would be refused, or would be wrong. */
export function sendingFaults(
  { source, unsubscribe }: Pick<Settings, "source" | "unsubscribe">,
  facts: SendingFacts,
): Problem[] {
  const { path } = source;
  const at = (key: string) => placeOf(source, key);
  const { transport, dkim } = facts;
  return [
    ...(facts.isMeant && !facts.hasSender
      ? [problem("send/no-sender", path, at(facts.isReal ? "transport" : "lists"), {})]
      : []),
    ...(facts.isReal && !unsubscribe?.mailto && !unsubscribe?.url
      ? [problem("send/no-unsubscribe", path, at("transport"), {})]
      : []),
    ...(transport === undefined
      ? []
      : [problem("send/transport", path, at("transport"), { reason: transport })]),
    ...(dkim === undefined ? [] : [problem("send/dkim", path, at("dkim.key"), { reason: dkim })]),
    ...(facts.ledger === undefined
      ? []
      : [problem("send/ledger", path, at("ledger"), { reason: facts.ledger })]),
    ...facts.lists.map(({ list, why }) => problem("send/list", path, at(`lists.${list}`), { list, why })),
  ];
}

/** The faults of a list. They name rows and columns, never what stands there. */
export function listFaults(settings: Pick<Settings, "checks" | "audiences">, facts: ListFacts): Problem[] {
  const { list, path, unreadable, lineOf } = facts;
  const at = (row: number) => ({ line: lineOf(row), column: 1 });
  if (unreadable !== undefined) {
    return [problem("list/unreadable", path, undefined, { list, reason: unreadable })];
  }
  if (facts.rows === 0) return [problem("list/empty", path, undefined, { list })];
  const known = settings.audiences.map(({ id }) => id);
  const audience = (rows: readonly number[], unknown: boolean) =>
    rows.length > 0 && known.length > 0
      ? [problem("list/no-audience", path, at(rows[0] ?? 1), { list, rows, known, unknown })]
      : [];
  const bad = limited(facts.bad, limitOf("list/bad-row", "max", settings.checks));
  const duplicates = limited(facts.duplicates, limitOf("list/duplicate", "max", settings.checks));
  return [
    ...bad.map(({ row, reason, more }) =>
      problem("list/bad-row", path, at(row), { list, row, reason, more }),
    ),
    ...duplicates.map(({ row, firstRow, more }) =>
      problem("list/duplicate", path, at(row), { list, row, firstRow, more }),
    ),
    ...audience(facts.noAudience, false),
    ...audience(facts.unknownAudience, true),
    ...(facts.slips.length > 0
      ? [problem("list/likely-slip", path, at(facts.slips[0] ?? 1), { list, rows: facts.slips })]
      : []),
    ...(facts.roles.length > 0
      ? [problem("list/role-address", path, at(facts.roles[0] ?? 1), { list, rows: facts.roles })]
      : []),
    ...facts.gaps.map(({ isColumn, rows, ...details }) =>
      isColumn
        ? problem("list/field-empty", path, at(rows[0] ?? 1), { list, rows, ...details })
        : problem("list/column-missing", path, undefined, { list, columns: facts.columns, ...details }),
    ),
  ];
}

/** As many as are told one by one; the last of them says how many more there are. */
function limited<Fault>(faults: readonly Fault[], most: number): (Fault & { more: number })[] {
  const told = faults.slice(0, Math.max(1, most));
  return told.map((fault, index) => ({
    ...fault,
    more: index === told.length - 1 ? faults.length - told.length : 0,
  }));
}

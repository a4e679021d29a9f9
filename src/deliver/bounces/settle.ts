import type { Ledger } from "../ledger.ts";
import type { Addressee, Bounce, BouncedPerson, NewBounce } from "../records.ts";
import { personToken } from "../identity.ts";
import type { Note, Report, ReportKind, Statement } from "./report.ts";

/** What became of one statement. */
export type Effect =
  /** Put on the do-not-mail list. */
  | "suppressed"
  /** Written down; not enough for more. */
  | "counted"
  /** Written down; on the do-not-mail list already. */
  | "suppressed-before"
  /** This very report was read before. */
  | "read-before"
  /** Says nothing about an address, so nothing changes: an automatic reply, a delay. */
  | "none"
  /** It names nobody who was mailed, so nothing changes: anybody can write such a message. */
  | "not-ours";

export interface Finding {
  readonly kind: ReportKind;
  /** As the ledger knows it; as the report writes it where the ledger does not know it. */
  readonly address: string | undefined;
  readonly status?: string | undefined;
  readonly said?: string | undefined;
  readonly note?: Note | undefined;
  /** Of our message, where the report names it. */
  readonly messageId?: string | undefined;
  /** What the person is known by. */
  readonly knownBy?: "message-id" | "token" | "address" | undefined;
  readonly effect: Effect;
}

export interface SettleOptions {
  /** So many messages in a row that came back as soft bounces put a person on the do-not-mail list. */
  readonly softLimit: number;
  /** Find out what would change, and change nothing. */
  readonly isDry: boolean;
  /** An address as lists write it; nothing when it is none. */
  readonly readAddress: (text: string) => Addressee | undefined;
}

interface Match {
  readonly who: BouncedPerson;
  readonly by: "message-id" | "token" | "address";
  readonly messageId?: string | undefined;
  /** True when the report is about others that the message was passed on to, in part: the address itself may work. */
  readonly isInPart?: boolean;
}

/** Maps reports to people and settles what follows. A dry run remembers what it would have changed. */
export class Settlement {
  readonly #ledger: Ledger;
  readonly #options: SettleOptions;
  readonly #pretended = new Map<string, { bounces: Bounce[]; isSuppressed: boolean }>();

  constructor(ledger: Ledger, options: SettleOptions) {
    this.#ledger = ledger;
    this.#options = options;
  }

  /** Takes a report and its digest. Gives one finding for each of its statements. */
  async settle(digest: string, report: Report): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const statement of report.statements) {
      const match = await this.#whoIsMeant(report, statement);
      findings.push(await this.#follow(digest, statement, match));
    }
    return findings;
  }

  async #follow(digest: string, statement: Statement, match: Match | undefined): Promise<Finding> {
    const { status, said, note } = statement;
    const kind = statement.kind === "hard" && match?.isInPart ? "soft" : statement.kind;
    const finding = {
      kind,
      status,
      said,
      note,
      address: match?.who.address ?? statement.addresses[0],
      messageId: match?.messageId,
      knownBy: match?.by,
    };
    if (kind === "other" || kind === "auto-reply") return { ...finding, effect: "none" };
    if (!match || !isEvidence(kind, match)) return { ...finding, effect: "not-ours" };
    const { who } = match;
    // A report that names no message is about the latest: several of them then count as one.
    const messageId = match.messageId ?? who.messages[0];
    const bounce = {
      report: digest,
      person: who.person,
      address: who.address,
      kind,
      status,
      said,
      messageId,
    };
    return { ...finding, effect: await this.#write(bounce, who) };
  }

  async #write(bounce: NewBounce, who: BouncedPerson): Promise<Effect> {
    const pretended = this.#pretended.get(who.person);
    const past = [...(pretended?.bounces ?? []), ...(await this.#ledger.bouncesOf(who.person))];
    if (past.some(({ report }) => report === bounce.report)) return "read-before";
    const isSuppressed = who.isSuppressed || pretended?.isSuppressed === true;
    const reason = isSuppressed
      ? undefined
      : reasonToSuppress(bounce, past, who.messages, this.#options.softLimit);
    if (this.#options.isDry) {
      const bounces = [{ ...bounce, at: 0 }, ...(pretended?.bounces ?? [])];
      this.#pretended.set(who.person, { bounces, isSuppressed: isSuppressed || reason !== undefined });
    } else if (!(await this.#ledger.recordBounce(bounce, reason))) return "read-before";
    if (isSuppressed) return "suppressed-before";
    return reason === undefined ? "counted" : "suppressed";
  }

  /** Our message first, then the token that came back with it, then the addresses, the surest first. */
  async #whoIsMeant(report: Report, statement: Statement): Promise<Match | undefined> {
    if (statement.token !== undefined) {
      const who = await this.#ledger.whoIs({ person: statement.token });
      if (who) return { who, by: "token" };
    }
    const named = this.#keysOf(statement);
    const owner = await this.#ownerOf(report);
    const isNamed = (person: string, keys: readonly string[]) =>
      keys.some((key) => personToken(this.#ledger.secret, key) === person);
    // An answer is from whoever wrote it; only if that address is unknown, it is from whoever got the message.
    const isAnswer = statement.kind === "unsubscribe" || statement.kind === "auto-reply";
    if (owner && !isAnswer && (report.statements.length === 1 || isNamed(owner.who.person, named)))
      return owner;
    const byAddress = await this.#byAddress(named);
    if (byAddress || !owner) return byAddress;
    if (report.statements.some((one) => isNamed(owner.who.person, this.#keysOf(one)))) return undefined;
    return { ...owner, isInPart: report.statements.some(({ kind }) => kind !== "hard") };
  }

  async #ownerOf({ messageIds, tokens }: Report): Promise<Match | undefined> {
    for (const messageId of messageIds.slice(0, 50)) {
      const who = await this.#ledger.whoIs({ messageId });
      if (who) return { who, by: "message-id", messageId };
    }
    for (const person of tokens.slice(0, 5)) {
      const who = await this.#ledger.whoIs({ person });
      if (who) return { who, by: "token" };
    }
    return undefined;
  }

  async #byAddress(keys: readonly string[]): Promise<Match | undefined> {
    for (const key of keys) {
      const who = await this.#ledger.whoIs({ person: personToken(this.#ledger.secret, key) });
      if (who) return { who, by: "address" };
    }
    return undefined;
  }

  #keysOf({ addresses }: Statement): string[] {
    return addresses.flatMap((text) => this.#options.readAddress(text)?.key ?? []);
  }
}

/** Whoever asks to stop is believed. Everything else must be about somebody who was mailed: anybody can write a report. */
function isEvidence(kind: ReportKind, { who, by }: Match): boolean {
  return kind === "unsubscribe" || by !== "address" || who.wasMailed;
}

/** Why somebody is to be put on the do-not-mail list, or nothing. */
function reasonToSuppress(
  { kind, status, messageId }: NewBounce,
  past: readonly Bounce[],
  messages: readonly string[],
  softLimit: number,
): string | undefined {
  const code = status === undefined ? "" : ` (${status})`;
  switch (kind) {
    case "hard":
      return `the address does not exist${code}`;
    case "complaint":
      return "reported the mail as unwanted";
    case "unsubscribe":
      return "unsubscribed by mail";
    case "soft": {
      const soft = new Set([
        messageId,
        ...past.filter((one) => one.kind === "soft").map((one) => one.messageId),
      ]);
      return inARow(messages, soft) >= softLimit
        ? `${softLimit} messages in a row came back${code}`
        : undefined;
    }
  }
}

/** How many of the latest messages came back, up to the first that did not. */
function inARow(messages: readonly string[], soft: ReadonlySet<string | undefined>): number {
  const end = messages.findIndex((messageId) => !soft.has(messageId));
  return end < 0 ? messages.length : end;
}

import type { Generated, Insertable, Selectable } from "kysely";

import type { DeliveryState } from "../domain/delivery.ts";
import { kits, type KitColumns, type KitTables } from "./kit-schema.ts";
import type { StagedRow } from "./staged-rows.ts";

/** "onet" in ASCII: tells a ledger from any other SQLite file. */
export const applicationId = 0x6f6e6574;
/** Raised with every change of the tables; an older program refuses a newer ledger. */
export const schemaVersion = 4;

export interface Tables extends KitTables {
  meta: { name: string; value: string };
  runs: RunTable;
  list_rows: ListRowTable;
  deliveries: DeliveryTable;
  attempts: AttemptTable;
  domain_rests: DomainRestTable;
  senders: SenderTable;
  suppressions: SuppressionTable;
  bounces: BounceTable;
  /** Temporary, see `Staging`. */
  staged: StagedRow;
  /** Temporary: who stands in a list that is left out. */
  staged_out: { person: string };
}

interface RunTable extends KitColumns {
  id: Generated<number>;
  cycle: string;
  topic: string;
  variant: string;
  list: string;
  list_digest: string;
  content_digest: string;
  /** JSON: what the content is made of, each part with a digest of its own, to say what changed. */
  parts: Generated<string>;
  transport: string;
  rows: number;
  started_at: number;
  rehearsal: Rehearsal;
  /** Set while it is not to be sent, by whomever. */
  control: Generated<"paused" | "cancelled" | null>;
  control_reason: Generated<string | null>;
}

/**
 * 1 for what goes to an outbox, else 0. What was rehearsed and what was really sent share no run and no delivery, so that
 * neither can be taken for the other.
 */
type Rehearsal = Generated<0 | 1>;

/** Every row of the list as it was when the run was frozen, so that the closing equation can be shown for ever. */
interface ListRowTable {
  run: number;
  row: number;
  /** Who the row names, see `personToken`; none when it cannot be mailed at all. */
  person: string | null;
  skip: "suppressed" | "excluded" | "duplicate" | "invalid" | null;
  /** What stands in the list, for rows that name nobody. */
  value: string | null;
  reason: string | null;
}

interface DeliveryTable {
  id: Generated<number>;
  /** The run that is to send it; none when no run wants it at present. */
  run: number | null;
  cycle: string;
  variant: string;
  person: string;
  key: string;
  address: string;
  domain: string;
  audience: string | null;
  /** JSON. */
  fields: string;
  /** `claimed`: taken out of the queue, nothing of it on the wire yet. To people it is still pending. */
  state: Exclude<DeliveryState, "skipped"> | "claimed";
  attempts: number;
  /** When a deferred delivery is due again; none when it was given up. */
  next_at: number | null;
  first_at: number | null;
  updated_at: number;
  reply: string | null;
  message_id: string | null;
  /** The transport of the latest attempt: only that one may say what became of it. */
  transport: string | null;
  owner: string | null;
  /**
   * Of unknown outcome, and asked to be tried again: 1 until that is begun, then 2 until it ended for good. If it never
   * gets so far, the outcome is unknown as before.
   */
  again: Generated<0 | 1 | 2>;
  rehearsal: Rehearsal;
}

/** One row per attempt, kept for a day or so: what the hourly and daily limits are counted by. */
interface AttemptTable {
  at: number;
  domain: string;
}

/** A domain that put off one message after another, and until when it is left alone. */
interface DomainRestTable {
  domain: string;
  until: number;
}

/** A process that sends, or did lately. What it has claimed or begun is its own for as long as its lease. */
interface SenderTable {
  owner: string;
  /** What it works on at present. */
  run: number | null;
  host: string;
  pid: number;
  /** Of onetopic. */
  version: string;
  started_at: number;
  lease_until: number;
  /** How many attempts have ended so far. */
  sent: Generated<number>;
}

interface SuppressionTable {
  person: string;
  /** None after the person asked to be forgotten. */
  address: string | null;
  reason: string;
  since: number;
}

/** A report that came back about a message, once each: read again, it changes nothing. */
interface BounceTable {
  /** Digest of the report. */
  report: string;
  /** None when the report names nobody the ledger knows. */
  person: string | null;
  message_id: string | null;
  kind: "hard" | "soft" | "complaint" | "unsubscribe";
  /** RFC 3463, such as 5.1.1. */
  status: string | null;
  /** What the other server said, in one line. */
  said: string | null;
  at: number;
}

export type DeliveryRow = Selectable<DeliveryTable>;
export type NewDeliveryRow = Insertable<DeliveryTable>;
export type NewListRow = Insertable<ListRowTable>;

export const deliveries = (name: string) => `create table ${name} (
  id integer primary key,
  run integer references runs (id),
  cycle text not null,
  variant text not null,
  person text not null,
  key text not null,
  address text not null,
  domain text not null,
  audience text,
  fields text not null,
  state text not null
    check (state in ('pending', 'claimed', 'sending', 'accepted', 'deferred', 'rejected', 'unknown')),
  attempts integer not null default 0,
  next_at integer,
  first_at integer,
  updated_at integer not null,
  reply text,
  message_id text,
  transport text,
  owner text,
  again integer not null default 0 check (again in (0, 1, 2)),
  rehearsal integer not null default 0 check (rehearsal in (0, 1)),
  unique (person, cycle, variant, rehearsal)
) strict;`;

export const runs = (name: string) => `create table ${name} (
  id integer primary key,
  cycle text not null,
  topic text not null,
  variant text not null,
  list text not null,
  list_digest text not null,
  content_digest text not null,
  parts text not null default '{}',
  transport text not null,
  rows integer not null,
  started_at integer not null,
  rehearsal integer not null default 0 check (rehearsal in (0, 1)),
  unique (cycle, variant, list, list_digest, rehearsal)
) strict;`;

export const deliveryIndexes = `
create index deliveries_queue on deliveries (run, state, next_at);
create index deliveries_message on deliveries (message_id);
create index deliveries_claimed on deliveries (domain) where state = 'claimed';
`;

export const domainRests = `create table domain_rests (
  domain text primary key not null,
  until integer not null
) strict, without rowid;
`;

export const bounces = `create table bounces (
  report text not null,
  person text,
  message_id text,
  kind text not null check (kind in ('hard', 'soft', 'complaint', 'unsubscribe')),
  status text,
  said text,
  at integer not null,
  unique (report, person)
) strict;
create index bounces_person on bounces (person);
`;

/** What came with version 4. */
export const sharing = `
alter table runs add column control text check (control in ('paused', 'cancelled'));
alter table runs add column control_reason text;

create table senders (
  owner text primary key not null,
  run integer,
  host text not null,
  pid integer not null,
  version text not null,
  started_at integer not null,
  lease_until integer not null,
  sent integer not null default 0
) strict, without rowid;
`;

/** The tables of a new ledger in SQLite. Times are milliseconds since 1970. */
export const schema = `
create table meta (
  name text primary key not null,
  value text not null
) strict, without rowid;

${runs("runs")}

${deliveries("deliveries")}
${deliveryIndexes}

create table list_rows (
  run integer not null references runs (id),
  row integer not null,
  person text,
  skip text check (skip in ('suppressed', 'excluded', 'duplicate', 'invalid')),
  value text,
  reason text,
  primary key (run, row)
) strict, without rowid;
create index list_rows_person on list_rows (run, person);

create table attempts (
  at integer not null,
  domain text not null
) strict;
create index attempts_at on attempts (at, domain);

${domainRests}
create table suppressions (
  person text primary key not null,
  address text,
  reason text not null,
  since integer not null
) strict, without rowid;

${bounces}
${sharing}
${kits}
`;

import type { Generated } from "kysely";

/** What workers compose messages from, once for all runs that are made of the same files. */
export interface KitTables {
  kits: { digest: string; made_at: number };
  kit_files: { kit: string; path: string; bytes: Uint8Array };
}

/** What a run says of it. */
export interface KitColumns {
  /** Digest of its kit; none where it never leaves the machine that froze it. */
  kit: Generated<string | null>;
  /** The version of onetopic that froze it. */
  made_with: Generated<string | null>;
  /** What a worker has to know, see `knownNeeds`. */
  needs: Generated<number | null>;
}

/** The same in SQLite, where one machine has it all and leaves them empty. */
export const kits = `create table kits (
  digest text primary key not null,
  made_at integer not null
) strict, without rowid;
create table kit_files (
  kit text not null references kits (digest) on delete cascade,
  path text not null,
  bytes blob not null,
  primary key (kit, path)
) strict, without rowid;

alter table runs add column kit text references kits (digest);
alter table runs add column made_with text;
alter table runs add column needs integer;
`;

/** The same in PostgreSQL. */
export const postgresKits = `
create table kits (
  digest text collate "C" primary key,
  made_at bigint not null
);

create table kit_files (
  kit text collate "C" not null references kits (digest) on delete cascade,
  path text collate "C" not null,
  bytes bytea not null,
  primary key (kit, path)
);

alter table runs
  add column kit text collate "C" references kits (digest),
  add column made_with text collate "C",
  add column needs integer;
`;

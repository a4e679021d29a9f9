import { postgresKits } from "./kit-schema.ts";
import { schemaVersion } from "./schema.ts";

/** The ledger's tables are by themselves in this schema, whatever else the database holds. */
export const schemaName = "onetopic";

/** Rows of deliveries are written three times and more: what they leave behind is cleared away soon. */
const busy = "with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1)";

const words = 'text collate "C"';

/** As in schema.ts. */
const sharing = `
alter table runs add column control ${words} check (control in ('paused', 'cancelled'));
alter table runs add column control_reason ${words};

create table senders (
  owner ${words} primary key,
  run integer,
  host ${words} not null,
  pid integer not null,
  version ${words} not null,
  started_at bigint not null,
  lease_until bigint not null,
  sent integer not null default 0
);
`;

/**
 * The tables of a new ledger in PostgreSQL, as those in schema.ts. Rows do not refer to their run by a foreign key: they
 * are written in one transaction with it, and to look it up for each of a million rows takes longer than to write them.
 * Each state that is asked for has an index of its own, which a delivery leaves with the state.
 */
export const postgresSchema = `
create table meta (
  name ${words} primary key,
  value ${words} not null
);

create table runs (
  id integer generated always as identity primary key,
  cycle ${words} not null,
  topic ${words} not null,
  variant ${words} not null,
  list ${words} not null,
  list_digest ${words} not null,
  content_digest ${words} not null,
  parts ${words} not null default '{}',
  transport ${words} not null,
  rows integer not null,
  started_at bigint not null,
  rehearsal smallint not null default 0 check (rehearsal in (0, 1)),
  unique (cycle, variant, list, list_digest, rehearsal)
);

create table deliveries (
  id bigint generated always as identity primary key,
  run integer,
  cycle ${words} not null,
  variant ${words} not null,
  person ${words} not null,
  key ${words} not null,
  address ${words} not null,
  domain ${words} not null,
  audience ${words},
  fields ${words} not null,
  state ${words} not null
    check (state in ('pending', 'claimed', 'sending', 'accepted', 'deferred', 'rejected', 'unknown')),
  attempts integer not null default 0,
  next_at bigint,
  first_at bigint,
  updated_at bigint not null,
  reply ${words},
  message_id ${words},
  transport ${words},
  owner ${words},
  again smallint not null default 0 check (again in (0, 1, 2)),
  rehearsal smallint not null default 0 check (rehearsal in (0, 1)),
  unique (person, cycle, variant, rehearsal)
) ${busy};
create index deliveries_pending on deliveries (run, id) where state = 'pending';
create index deliveries_deferred on deliveries (run, next_at) where state = 'deferred';
create index deliveries_sending on deliveries (run, id) where state = 'sending';
create index deliveries_again on deliveries (run, id) where again > 0;
create index deliveries_claimed on deliveries (domain) where state = 'claimed';
create index deliveries_message on deliveries (message_id) where message_id is not null;

create table list_rows (
  run integer not null,
  "row" integer not null,
  person ${words},
  skip ${words} check (skip in ('suppressed', 'excluded', 'duplicate', 'invalid')),
  value ${words},
  reason ${words},
  primary key (run, "row")
);
create index list_rows_person on list_rows (run, person);

create table attempts (
  at bigint not null,
  domain ${words} not null
);
create index attempts_at on attempts (at, domain);

create table domain_rests (
  domain ${words} primary key,
  until bigint not null
);

create table suppressions (
  person ${words} primary key,
  address ${words},
  reason ${words} not null,
  since bigint not null
);

create table bounces (
  report ${words} not null,
  person ${words},
  message_id ${words},
  kind ${words} not null check (kind in ('hard', 'soft', 'complaint', 'unsubscribe')),
  status ${words},
  said ${words},
  at bigint not null,
  unique (report, person)
);
create index bounces_person on bounces (person);
${sharing}
${postgresKits}`;

/** The version of these tables: the same number as SQLite's, since both hold the same. */
export const postgresVersion = schemaVersion;

/** What makes a ledger of one version into one of the next, by the version it starts from. */
export const postgresUpgrades: Readonly<Record<number, string>> = {
  // As in upgrades.ts.
  2: `
create temporary table tried on commit drop as
select run, person, min(transport) as transport from deliveries where transport not like 'outbox:%' group by run, person;
create index tried_run on tried (run, person);

alter table runs add column rehearsal smallint not null default 0 check (rehearsal in (0, 1));
alter table runs drop constraint runs_cycle_variant_list_list_digest_key;
alter table runs add unique (cycle, variant, list, list_digest, rehearsal);
update list_rows l set skip = 'excluded' where l.skip is null
  and l.run in (select r.id from runs r join tried t on t.run = r.id where r.transport like 'outbox:%')
  and not exists (select 1 from tried t where t.run = l.run and t.person = l.person);
update runs r set transport = (select min(t.transport) from tried t where t.run = r.id)
where r.transport like 'outbox:%' and exists (select 1 from tried t where t.run = r.id);
update runs set rehearsal = 1 where transport like 'outbox:%';

alter table deliveries add column rehearsal smallint not null default 0 check (rehearsal in (0, 1));
alter table deliveries drop constraint deliveries_person_cycle_variant_key;
alter table deliveries add unique (person, cycle, variant, rehearsal);
update deliveries d set rehearsal = 1
where coalesce(d.transport, (select r.transport from runs r where r.id = d.run), '') like 'outbox:%';
insert into deliveries (cycle, variant, person, key, address, domain, audience, fields, state, updated_at, rehearsal)
select cycle, variant, person, key, address, domain, audience, fields, 'pending', updated_at, 1 - rehearsal
from deliveries d
where exists (select 1 from runs r join list_rows l on l.run = r.id and l.person = d.person and l.skip is null
  where r.cycle = d.cycle and r.variant = d.variant and r.rehearsal <> d.rehearsal);
`,
  3: `${sharing}${postgresKits}`,
};

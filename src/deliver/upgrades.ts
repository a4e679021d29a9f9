import { kits } from "./kit-schema.ts";
import { bounces, deliveries, deliveryIndexes, domainRests, runs, sharing } from "./schema.ts";

/** What makes a ledger of one version into one of the next, by the version it starts from. */
export const upgrades: Readonly<Record<number, string>> = {
  1: `
alter table runs add column parts text not null default '{}';
${deliveries("new_deliveries")}
insert into new_deliveries (id, run, cycle, variant, person, key, address, domain, audience, fields, state, attempts,
  next_at, first_at, updated_at, reply, message_id, transport, owner)
select id, run, cycle, variant, person, key, address, domain, audience, fields, state, attempts,
  next_at, first_at, updated_at, reply, message_id, transport, owner from deliveries;
drop table deliveries;
alter table new_deliveries rename to deliveries;
${deliveryIndexes}
${domainRests}
${bounces}
`,
  // A rehearsal could take over a run that had reached people: what was tried for real tells. Whoever it rehearsed beside
  // them was left out of the real send, and stays so.
  2: `
create temporary table tried as
select run, person, cycle, variant, min(transport) as transport from deliveries
where transport is not null and transport not like 'outbox:%'
group by run, person, cycle, variant;
create index temp.tried_run on tried (run, person);

${runs("new_runs")}
insert into new_runs (id, cycle, topic, variant, list, list_digest, content_digest, parts, transport, rows, started_at,
  rehearsal)
select id, cycle, topic, variant, list, list_digest, content_digest, parts,
  coalesce(really, transport), rows, started_at, really is null and transport like 'outbox:%'
from (select *, case when transport like 'outbox:%' then (select min(transport) from tried where run = runs.id) end
  as really from runs);
update list_rows set skip = 'excluded' where skip is null
  and run in (select n.id from new_runs n join runs r on r.id = n.id where r.transport <> n.transport)
  and not exists (select 1 from tried t where t.run = list_rows.run and t.person = list_rows.person);
drop table temp.tried;
drop table runs;
alter table new_runs rename to runs;

${deliveries("new_deliveries")}
insert into new_deliveries (id, run, cycle, variant, person, key, address, domain, audience, fields, state, attempts,
  next_at, first_at, updated_at, reply, message_id, transport, owner, again, rehearsal)
select d.id, d.run, d.cycle, d.variant, d.person, d.key, d.address, d.domain, d.audience, d.fields, d.state, d.attempts,
  d.next_at, d.first_at, d.updated_at, d.reply, d.message_id, d.transport, d.owner, d.again,
  coalesce(d.transport, r.transport, '') like 'outbox:%'
from deliveries d left join runs r on r.id = d.run;
insert into new_deliveries (cycle, variant, person, key, address, domain, audience, fields, state, updated_at, rehearsal)
select cycle, variant, person, key, address, domain, audience, fields, 'pending', updated_at, 1 - rehearsal
from (select * from new_deliveries) d
where exists (select 1 from runs r join list_rows l on l.run = r.id and l.person = d.person and l.skip is null
  where r.cycle = d.cycle and r.variant = d.variant and r.rehearsal <> d.rehearsal);
drop table deliveries;
alter table new_deliveries rename to deliveries;
${deliveryIndexes}
`,
  3: `${sharing}${kits}`,
};

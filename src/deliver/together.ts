import { CompiledQuery, type Kysely } from "kysely";

import { type Asked, write, type Writer } from "./asked.ts";
import { untilNotUndone } from "./postgres-faults.ts";
import type { Tables } from "./schema.ts";

type Begin = Extract<Asked, { what: "begin" }>;
type Settle = Extract<Asked, { what: "settle" }>;

/** Of no two of them the order matters: each is about another delivery. */
interface Step {
  readonly begins: { readonly at: number; readonly asked: Begin }[];
  readonly settles: Settle[];
  readonly ids: Set<number>;
}

/**
 * For a server, where each question takes a way there and back: everything that several connections ask for goes in one
 * statement, which is a transaction by itself. It says what `begin` and `settle` in outcomes.ts say for one of them.
 */
export const writeTogether: Writer = (db, group) => untilNotUndone(() => writeOnce(db, group));

const writeOnce: Writer = async (db, group) => {
  const steps = inSteps(group);
  const results: unknown[] = group.map(() => undefined);
  const all = async (on: Kysely<Tables>) => {
    for (const step of steps) {
      if ("what" in step) await write(on, step);
      else await writeStep(on, step, results);
    }
  };
  const [only] = steps;
  await (steps.length === 1 && only && !("what" in only) ? all(db) : db.transaction().execute(all));
  return results;
};

function inSteps(group: readonly Asked[]): (Step | Asked)[] {
  const steps: (Step | Asked)[] = [];
  for (const [at, asked] of group.entries()) {
    if (asked.what !== "begin" && asked.what !== "settle") {
      steps.push(asked);
      continue;
    }
    const { id } = asked.what === "begin" ? asked.attempt : asked.ending.attempt;
    const step = stepFor(steps, id);
    step.ids.add(id);
    if (asked.what === "begin") step.begins.push({ at, asked });
    else step.settles.push(asked);
  }
  return steps;
}

/** The earliest step that comes after everything else that is asked about this delivery. */
function stepFor(steps: (Step | Asked)[], id: number): Step {
  let found: Step | undefined;
  for (const step of steps.toReversed()) {
    if ("what" in step || step.ids.has(id)) break;
    found = step;
  }
  if (found) return found;
  const made: Step = { begins: [], settles: [], ids: new Set() };
  steps.push(made);
  return made;
}

async function writeStep(db: Kysely<Tables>, { begins, settles }: Step, results: unknown[]): Promise<void> {
  const attempts = begins.map(({ asked }) => asked.attempt);
  const ends = settles.map(({ ending }) => ending);
  const parameters = [
    attempts.map(({ id }) => id),
    attempts.map(({ owner }) => owner),
    attempts.map(({ domain }) => domain),
    attempts.map(({ messageId }) => messageId),
    attempts.map(({ transport }) => transport),
    begins.map(({ asked }) => asked.now),
    ends.map(({ attempt }) => attempt.id),
    ends.map(({ attempt }) => attempt.owner),
    ends.map(({ attempt }) => attempt.domain),
    ends.map(({ attempt }) => attempt.messageId),
    ends.map(({ attempt }) => attempt.transport),
    ends.map(({ outcome }) => outcome.kind),
    ends.map(({ outcome }) => outcome.reply),
    ends.map(({ outcome, nextAt }) => (outcome.kind === "deferred" ? (nextAt ?? null) : null)),
    settles.map(({ now }) => now),
  ];
  const { rows } = await db.executeQuery<{ id: number }>(CompiledQuery.raw(statement, parameters));
  const begun = new Set(rows.map(({ id }) => id));
  for (const { at, asked } of begins) results[at] = begun.has(asked.attempt.id);
}

/**
 * What ended before its body began was an attempt all the same, and is counted with those that begin. What went to an outbox
 * has burdened no server.
 */
const statement = `
with begins as (
  select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    as a (id, owner, domain, message_id, transport, now)
), begun as (
  update deliveries d set
    state = 'sending',
    attempts = case when d.again = 1 then 1 else d.attempts + 1 end,
    first_at = case when d.again = 1 then a.now else coalesce(d.first_at, a.now) end,
    again = case when d.again = 0 then 0 else 2 end,
    next_at = null, updated_at = a.now, message_id = a.message_id, transport = a.transport
  from begins a
  where d.id = a.id and d.state = 'claimed' and d.owner = a.owner
    and not exists (select 1 from suppressions s where s.person = d.person)
    and not exists (select 1 from runs r where r.id = d.run and r.control is not null)
    and exists (select 1 from senders s where s.owner = a.owner
      and s.lease_until > (extract(epoch from clock_timestamp()) * 1000)::bigint)
  returning d.id, a.domain, a.now, a.transport
), ends as (
  select * from unnest($7::bigint[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
    $14::bigint[], $15::bigint[]) as a (id, owner, domain, message_id, transport, state, reply, next_at, now)
), open as (
  select d.id, d.state = 'claimed' as early from deliveries d join ends a on a.id = d.id
  where d.state in ('sending', 'claimed', 'unknown') and d.owner = a.owner
    and (d.state <> 'unknown' or d.again <> 1)
  for update of d
), ended as (
  update deliveries d set
    state = a.state, reply = a.reply, next_at = a.next_at, updated_at = a.now, owner = null,
    attempts = case when not o.early then d.attempts when d.again = 1 then 1 else d.attempts + 1 end,
    first_at = case when not o.early then d.first_at when d.again = 1 then a.now else coalesce(d.first_at, a.now) end,
    again = case when d.again = 0 or a.state <> 'deferred' then 0 else 2 end,
    message_id = case when o.early then a.message_id else d.message_id end,
    transport = case when o.early then a.transport else d.transport end
  from ends a join open o on o.id = a.id
  where d.id = a.id
  returning d.id
), noted as (
  insert into attempts (at, domain)
  select now, domain from begun where transport not like 'outbox:%'
  union all select a.now, a.domain from ends a join open o on o.id = a.id
  where o.early and a.transport not like 'outbox:%'
)
select id from begun`;

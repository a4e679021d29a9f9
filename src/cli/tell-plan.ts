import type { PlannedDelivery, Tally } from "../domain/delivery.ts";
import { formOf, type RecipientList } from "../domain/recipient.ts";
import type { TransportFactory } from "../deliver/transports/transport.ts";
import type { Cycle } from "../plan/calendar.ts";
import type { Context } from "./context.ts";
import { count } from "../domain/count.ts";
import type { Output } from "./output.ts";
import { audienceOf, type Mailing } from "./sending.ts";
import type { Workshop } from "./workshop.ts";

/** What is to be sent, to whom, and who is left out. */
export interface PlanToTell {
  readonly cycle: Cycle;
  readonly mailing: Mailing;
  readonly list: RecipientList;
  readonly planned: readonly PlannedDelivery[];
  readonly tally: Tally;
  readonly transport: TransportFactory;
  readonly messages: number;
  readonly isReal: boolean;
}

/** Says what a send would do, before it does it. */
export function tellPlan({ out }: Context, workshop: Workshop, plan: PlanToTell): void {
  const { cycle, mailing, list, planned, tally, transport, messages, isReal } = plan;
  const { topic, variant } = mailing;
  out.event({
    event: "plan",
    dryRun: !isReal,
    cycle: cycle.id,
    topic: topic.slug,
    variant,
    list: list.name,
    transport: transport.name,
    messages,
    ...tally,
  });
  out.print(`${cycle.label}: ${topic.title}`);
  const facts: [string, string][] = [
    ["Variant", variant],
    ["List", `${list.name}: ${count(list.rows, "row")}, ${formOf(list)}`],
    ["Goes through", transport.name],
    [
      "Messages",
      count(messages, "message") +
        (messages < tally.pending ? ` of ${tally.pending}, because of --limit` : ""),
    ],
  ];
  for (const [name, value] of facts) out.print(`  ${name.padEnd(14)}${value}`);
  tellLeftOut(out, list, tally);
  const plain = planned.filter(
    ({ kind, to }) => kind === "send" && audienceOf(workshop, to) === undefined,
  ).length;
  if (plain > 0)
    out.warn(
      `Note: ${count(plain, "person has", "people have")} no audience, or one that the settings do not name, and will get the version for everyone.`,
    );
}

function tellLeftOut(out: Output, list: RecipientList, tally: Tally): void {
  const reasons: [number, string][] = [
    [tally.accepted, "had it already"],
    [tally.unknown, "unknown outcome, not repeated"],
    [tally.rejected, "refused by the server before"],
    [tally.suppressed, "on the do-not-mail list"],
    [tally.excluded, "excluded"],
    [tally.duplicates, "same address twice"],
    [tally.invalid, "not an address"],
  ];
  for (const [amount, why] of reasons)
    if (amount > 0) out.print(`  ${"Left out".padEnd(14)}${amount.toLocaleString("en-GB")}: ${why}`);
  for (const fault of list.faults.slice(0, 10)) {
    const why = fault.kind === "invalid" ? fault.reason : `same as row ${fault.firstRow}`;
    out.say(`    row ${fault.row}: ${fault.value || "(empty)"}: ${why}`);
  }
  if (list.faults.length > 10) out.say(`    and ${list.faults.length - 10} more`);
}

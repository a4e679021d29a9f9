import type { Sum, Tally } from "../domain/delivery.ts";
import { formOf, type ListSource } from "../domain/recipient.ts";
import type { LeftOut } from "../deliver/staging.ts";
import type { TransportFactory } from "../deliver/transports/transport.ts";
import type { Cycle } from "../plan/calendar.ts";
import type { Context } from "./context.ts";
import { count } from "../domain/count.ts";
import type { Output } from "./output.ts";
import { stillWaiting } from "./list-plan.ts";
import type { Mailing } from "./sending.ts";

/** What is to be sent, to whom, and who is left out. */
export interface PlanToTell {
  readonly cycle: Cycle;
  readonly mailing: Mailing;
  readonly list: ListSource;
  readonly tally: Tally;
  /** The same for scripts. */
  readonly sum: Sum;
  /** The first rows that are left out for what stands in them. */
  readonly leftOut: readonly LeftOut[];
  /** How many get the version for everyone. */
  readonly plain: number;
  /** How many still wait for a message from an earlier send to this list, and are left out now. */
  readonly waiting: number;
  /** How many messages of an earlier rehearsal are replaced. */
  readonly rehearsed: number;
  readonly transport: TransportFactory;
  readonly messages: number;
  readonly isReal: boolean;
}

/** Says what a send would do, before it does it. */
export function tellPlan({ out }: Context, plan: PlanToTell): void {
  const { cycle, mailing, list, tally, plain, transport, messages, isReal } = plan;
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
    ...(plan.waiting > 0 ? { waitingLeftOut: plan.waiting } : {}),
    ...plan.sum,
  });
  out.print(`${cycle.label}: ${topic.title}`);
  const facts: [string, string][] = [
    ["Variant", variant],
    ["List", `${list.name}: ${count(tally.audience, "row")}, ${formOf(list)}`],
    ["Goes through", transport.name],
    [
      "Messages",
      count(messages, "message") +
        (messages < tally.pending ? ` of ${tally.pending.toLocaleString("en-GB")}, because of --limit` : ""),
    ],
  ];
  for (const [name, value] of facts) out.print(`  ${name.padEnd(14)}${inOneLine(value)}`);
  tellLeftOut(out, tally, plan.leftOut);
  if (plan.waiting > 0)
    out.warn(
      `Note: ${stillWaiting(plan.waiting)} To finish that send first: onetopic resume ${cycle.id}. To give them up: --drop-waiting.`,
    );
  if (plan.rehearsed > 0)
    out.warn(
      `Note: ${count(plan.rehearsed, "message")} of an earlier rehearsal ${plan.rehearsed === 1 ? "is" : "are"} replaced.`,
    );
  if (plain > 0)
    out.warn(
      `Note: ${count(plain, "person has", "people have")} no audience, or one that the settings do not name, and will get the version for everyone.`,
    );
}

function tellLeftOut(out: Output, tally: Tally, rows: readonly LeftOut[]): void {
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
  for (const { row, value, why } of rows) out.say(`    row ${row}: ${inOneLine(value) || "(empty)"}: ${why}`);
  const more = tally.duplicates + tally.invalid - rows.length;
  if (more > 0) out.say(`    and ${more.toLocaleString("en-GB")} more`);
}

/** As much as tells what stands in a cell. */
const longestValue = 100;

/** What somebody else wrote must not look like lines of ours. */
function inOneLine(value: string): string {
  const letters = [...value.replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ").trim()];
  return letters.length > longestValue ? `${letters.slice(0, longestValue).join("")}…` : letters.join("");
}

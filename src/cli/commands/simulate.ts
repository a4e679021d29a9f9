import { count } from "../../domain/count.ts";
import type { ExitCode } from "../../domain/user-error.ts";
import { simulate, type Simulation } from "../../plan/simulation.ts";
import { findCycle, requireSettings, tellProblems } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { table, type Output } from "../output.ts";

/** `onetopic plan --simulate N` */
export async function planSimulation(
  context: Context,
  { simulate: cycles, from }: { readonly simulate: number; readonly from?: string },
): Promise<ExitCode> {
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const { out } = context;
  const simulation = simulate(toolkit, findCycle(context, toolkit, from).index, cycles);
  out.document({ simulation: simulationJson(simulation) });
  tell(out, simulation);
  return tellProblems(context, toolkit.problems);
}

function simulationJson({ from, to, count: cycles, topics, audiences, empty }: Simulation): object {
  return {
    from,
    to,
    cycles,
    audiences,
    empty,
    topics: topics.map(({ slug, cycles: own, longestWait, never }) => ({
      topic: slug,
      times: own.length,
      cycles: own,
      longestWait,
      never: never ?? null,
    })),
  };
}

function tell(out: Output, { from, to, count: cycles, topics, audiences, empty }: Simulation): void {
  out.print(out.style("bold", `${count(cycles, "cycle")}, ${from} to ${to}`));
  out.print();
  out.print(
    table(out, topics, [
      { title: "Topic", text: ({ slug }) => slug },
      { title: "Times", text: (topic) => String(topic.cycles.length) },
      { title: "Longest wait", text: ({ longestWait }) => String(longestWait) },
      {
        title: "When, or why never",
        text: (topic) => (topic.never === undefined ? someOf(topic.cycles) : `never: ${topic.never}`),
        wraps: true,
      },
    ]),
  );
  if (audiences.length > 0) {
    out.print();
    out.print(
      table(out, audiences, [
        { title: "Audience", text: ({ title }) => title, wraps: true },
        { title: "Topics", text: (audience) => String(audience.topics) },
        { title: "Cycles", text: (audience) => `${audience.cycles} of ${cycles}` },
        { title: "Longest wait", text: ({ longestWait }) => String(longestWait) },
      ]),
    );
  }
  for (const { cycle, why } of empty.slice(0, 5))
    out.say(`${out.sayStyle("yellow", "Note")}  ${cycle}: ${why}.`);
  if (empty.length > 5) out.say(`      and ${count(empty.length - 5, "more cycle")} without a topic`);
  out.say();
  out.say("Waits are in cycles. Review dates that lie ahead are taken as kept.");
  out.say("Next: onetopic plan --why shows each choice.");
}

/** The first of them, so that rows stay short. */
function someOf(cycles: readonly string[]): string {
  const more = cycles.length - 4;
  return `${cycles.slice(0, 4).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

import { Option, type Command } from "commander";
import { outcomeKinds } from "../domain/edition.ts";
import { collect, wholeNumber } from "./arguments.ts";
import type { Choose } from "./commands.ts";
import type { ReportFormat } from "./commands/report.ts";

/** Adds the commands about stopping a send, about sending at a set time, and about what came of it. */
export function declareScheduling(program: Command, choose: Choose): void {
  declareStopping(program, choose);
  program
    .command("schedule [cycle]")
    .description("let an edition go out by itself on its send date; a dry run unless confirmed")
    .option("--to <list>", "a list: a file of the toolkit, or a name from the settings")
    .addOption(
      new Option("--variant <name>", "what to send").choices(["email", "newsletter"]).default("email"),
    )
    .option("--only <segment>", "only part of the list, such as audience=managers")
    .option("--exclude <list>", "leave out the people of another list (may be repeated)", collect)
    .option("--transport <url>", "smtp://…, smtps://…, sendmail: or outbox:DIR (else as in the settings)")
    .option("--confirm <n>", "schedule it, if the plan counts so many messages", wholeNumber(0, 100_000_000))
    .action((cycle: string | undefined, options) =>
      choose(async (context) => (await import("./commands/schedule.ts")).schedule(context, cycle, options)),
    );
  program
    .command("unschedule [cycle]")
    .description("take a scheduled edition back: it no longer goes out by itself")
    .action((cycle: string | undefined) =>
      choose(async (context) => (await import("./commands/schedule.ts")).unschedule(context, cycle)),
    );
  program
    .command("run")
    .description("send what is scheduled and due, once: for cron, a timer or a CI schedule")
    .option("--now <time>", "rehearse: say what would be done at this time; only an outbox is written to")
    .action((options) =>
      choose(async (context) => (await import("./commands/run.ts")).run(context, options)),
    );
  program
    .command("status [cycle]")
    .description("say where things stand and what the next step is")
    .option("--watch", "follow the sending, by whomever, until all is done")
    .action((cycle: string | undefined, options) =>
      choose(async (context) => (await import("./commands/status.ts")).status(context, cycle, options)),
    );
  declareReport(program, choose);
}

function declareStopping(program: Command, choose: Choose): void {
  program
    .command("pause [cycle]")
    .description("have whoever sends an edition stop for now, on whichever machine; resume goes on")
    .option("--why <text>", "why, for the record")
    .action((cycle: string | undefined, options) =>
      choose(async (context) => (await import("./commands/pause.ts")).pause(context, cycle, options)),
    );
  program
    .command("cancel [cycle]")
    .description("have whoever sends an edition stop for good; the rest is not sent")
    .option("--why <text>", "why, for the record")
    .option("--yes", "cancel without asking")
    .action((cycle: string | undefined, options) =>
      choose(async (context) => (await import("./commands/pause.ts")).cancel(context, cycle, options)),
    );
}

function declareReport(program: Command, choose: Choose): void {
  const report = program
    .command("report [cycle]")
    .description("say how editions went: who had which topic, how rows ended, what came of it")
    .addOption(
      new Option("--format <form>", "how it is written")
        .choices(["table", "html", "json", "csv"] satisfies ReportFormat[])
        .default("table"),
    )
    .option("--recipients", "also name every row of the lists, with how it ended (personal data)")
    .option("--out <file>", "write to a file instead of standard output")
    .action((cycle: string | undefined, options) =>
      choose(async (context) => (await import("./commands/report.ts")).report(context, cycle, options)),
    );
  report
    .command("add <cycle>")
    .description("enter a figure that somebody counted, such as replies or calls")
    .requiredOption("--measure <text>", "what was counted")
    .addOption(
      new Option("--kind <kind>", "what was done, what people took from it, or what they did")
        .choices(outcomeKinds)
        .makeOptionMandatory(),
    )
    .requiredOption("--value <n>", "the number")
    .option("--note <text>", "how it was counted, for the record")
    .action((cycle: string, options) =>
      choose(async (context) => (await import("./commands/report.ts")).reportAdd(context, cycle, options)),
    );
}

import { Option, type Command } from "commander";
import { collect, wholeNumber } from "./arguments.ts";
import { declareMachine } from "./machine-commands.ts";
import type { Action } from "./program.ts";
import type { PlanForm } from "./commands/plan.ts";
import { declarePeople } from "./people-commands.ts";
import { declareScheduling } from "./schedule-commands.ts";
import type { ReportForm } from "./check/tell-findings.ts";

/*
 * The command line, declared here, and by its side what is about sending at a set time and what came of it
 * (schedule-commands.ts), about people (people-commands.ts) and about the machine (machine-commands.ts). Each command's code is loaded only when it is called.
 */

/** Takes what a command does, to be done when the line is read. */
export type Choose = (action: Action) => void;

/** Declares all commands; the one called is handed to `choose`. */
export function declareCommands(program: Command, choose: Choose): void {
  declareStart(program, choose);
  declareTopics(program, choose);
  declareMaking(program, choose);
  declareSending(program, choose);
  declarePeople(program, choose);
  declareMachine(program, choose);
}

function declareStart(program: Command, choose: Choose): void {
  program
    .command("demo [dir]")
    .description("run the whole main job on a sample toolkit, with nothing set up")
    .action((dir: string | undefined) =>
      choose(async (context) => (await import("./commands/demo.ts")).demo(context, dir)),
    );
  program
    .command("init [dir]")
    .description("make a toolkit that works at once")
    .option("--name <text>", "what the toolkit is called")
    .option("--organisation <text>", "whose toolkit it is")
    .option("--sender <address>", "the address that messages come from")
    .addOption(
      new Option("--every <cycle>", "how often a topic goes out").choices([
        "week",
        "fortnight",
        "month",
        "quarter",
      ]),
    )
    .addOption(
      new Option(
        "--content <kind>",
        "what to start with: one starter topic, or the ready-made interface topics",
      ).choices(["starter", "interface"]),
    )
    .action((dir: string | undefined, options) =>
      choose(async (context) => (await import("./commands/init.ts")).init(context, dir, options)),
    );
}

function declareTopics(program: Command, choose: Choose): void {
  program
    .command("new [title]")
    .description("write a topic file from questions or flags")
    .option("--summary <text>", "one sentence, at most 160 characters")
    .option("--slug <name>", "the file's name (else made from the title)")
    .option("--message <text>", "a key message; may be repeated", collect)
    .option("--action <audience=text>", "what one audience is asked to do; may be repeated", collect)
    .option("--link <url>", "where to read more")
    .option("--owner <text>", "who looks after the topic")
    .option("--review <date>", "when to check the facts again, YYYY-MM-DD")
    .action((title: string | undefined, options) =>
      choose(async (context) => (await import("./commands/new.ts")).newTopic(context, title, options)),
    );
  program
    .command("topics [slug]")
    .description("list the topics, or show one")
    .option(
      "--since [cycle]",
      "the lines of it that have changed since it last went out, or since this cycle",
    )
    .action((slug: string | undefined, options) =>
      choose(async (context) => (await import("./commands/topics.ts")).topics(context, slug, options)),
    );
  program
    .command("plan")
    .description("show the calendar ahead: which topic in which cycle, and why")
    .option("--cycles <n>", "how many cycles", wholeNumber(1, 600), 12)
    .option("--from <cycle>", "the first cycle (else the current one)")
    .addOption(
      new Option("--format <form>", "how it is written")
        .choices(["table", "json", "csv", "ics", "html", "pdf"] satisfies PlanForm[])
        .default("table"),
    )
    .option("--out <file>", "write to a file instead of standard output (pdf: else out/plan.pdf)")
    .option("--why", "say for each cycle who comes next and why not now, and who cannot come")
    .addOption(
      new Option("--simulate <n>", "say how often each topic comes up in so many cycles")
        .argParser(wholeNumber(1, 600))
        .conflicts(["cycles", "format", "out", "why"]),
    )
    .action((options) =>
      choose(async (context) =>
        options.simulate === undefined
          ? (await import("./commands/plan.ts")).plan(context, options)
          : (await import("./commands/simulate.ts")).planSimulation(context, options),
      ),
    );
  program
    .command("pick [slug]")
    .description("choose one topic for a cycle and write its edition")
    .option("--cycle <cycle>", "the cycle (else the current one)")
    .option("--auto", "take the topic that the plan suggests")
    .option("--why <text>", "why this topic, for the record")
    .option("--by <name>", "who picked it, for the record")
    .option("--replace", "put another topic in the place of one already picked")
    .action((slug: string | undefined, options) =>
      choose(async (context) => (await import("./commands/pick.ts")).pick(context, slug, options)),
    );
}

function declareMaking(program: Command, choose: Choose): void {
  program
    .command("check [path...]")
    .description("the dry run for CI: check content, settings and templates, and render everything")
    .addOption(
      new Option("--format <form>", "how findings are written").choices([
        "pretty",
        "json",
        "junit",
        "sarif",
        "github",
      ] satisfies ReportForm[]),
    )
    .option("--strict", "warnings fail as well")
    .addOption(new Option("--quick", "leave posters and pictures out").conflicts("full"))
    .option("--full", "every size, form and brand")
    .option("--no-cache", "find everything out anew")
    .option("--online", "ask the web whether links can be opened")
    .option(
      "--list <list>",
      "a list to judge as well: a file, or a name from the settings; may be repeated",
      collect,
    )
    .option("--changed <ref>", "only what changes since this branch, tag or commit of git can affect")
    .option("--fix", "repair what is safe in topics, posts and editions first, and show what was changed")
    .option("--dry-run", "with --fix: show it, and write nothing")
    .option("--baseline <file>", "a list of known findings (else onetopic-baseline.json of the toolkit)")
    .option("--no-baseline", "tell the known findings as well")
    .option("--update-baseline", "write all that is found now into the list of known findings")
    .action((paths: string[], options) =>
      choose(async (context) => (await import("./commands/check.ts")).check(context, paths, options)),
    );
  program
    .command("render [name]")
    .description("write the newsletter, email, poster, screen and social pictures of a topic or a cycle")
    .option("--all", "every topic that is not retired")
    .option("--variant <names>", "newsletter, email, poster, screen, social; separate several with commas")
    .option("--format <names>", "html, txt, eml, pdf, png; separate several with commas")
    .option("--audience <id>", "for one audience alone")
    .addOption(new Option("--brand <id>", "for one brand").conflicts("allBrands"))
    .option("--all-brands", "for every brand")
    .option(
      "--size <papers>",
      "paper size of posters: A3, A4 (unless given), A5; separate several with commas",
    )
    .addOption(
      new Option("--press", "posters for a print shop: bleed and crop marks").conflicts("largePrint"),
    )
    .option("--large-print", "posters in large print")
    .option("--out <dir>", "where to write (else out/<topic>)")
    .action((name: string | undefined, options) =>
      choose(async (context) => (await import("./commands/render.ts")).render(context, name, options)),
    );
  program
    .command("export [cycle]")
    .description(
      "write a form to hand over: a bulletin, an unsent draft, a review pack, a pack, or an archive site",
    )
    .addOption(
      new Option("--as <form>", "which form")
        .choices(["html", "eml", "zip", "site", "docx"])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--variant <name>", "what a bulletin or draft is made of (else the newsletter)").choices([
        "newsletter",
        "email",
      ]),
    )
    .option("--audience <id>", "a bulletin or draft for one audience alone")
    .addOption(new Option("--brand <id>", "for one brand (else the default)").conflicts("allBrands"))
    .option("--all-brands", "a pack for every brand")
    .option("--out <path>", "where to write")
    .action((cycle: string | undefined, options) =>
      choose(async (context) =>
        (await import("./commands/export.ts")).exportEdition(context, cycle, options),
      ),
    );
  program
    .command("preview")
    .description("show the whole toolkit on a page of this machine that follows every change")
    .option("--port <n>", "the port; a free one unless given", wholeNumber(0, 65_535), 0)
    .option("--no-open", "do not open the browser")
    .action((options) =>
      choose(async (context) => (await import("./commands/preview.ts")).preview(context, options)),
    );
}

function declareSending(program: Command, choose: Choose): void {
  const sending = (command: Command) =>
    command
      .option("--transport <url>", "smtp://…, smtps://…, sendmail: or outbox:DIR (else as in the settings)")
      .option("--limit <n>", "at most so many messages this time", wholeNumber(1, 100_000_000))
      .option("--retry-unknown", "try those again whose outcome is unknown; they may get it twice");
  program
    .command("approve [cycle]")
    .description("record an approval of what would be sent; any later change voids it")
    .requiredOption("--by <name>", "who approves")
    .requiredOption("--as <role>", "in which role")
    .action((cycle: string | undefined, options) =>
      choose(async (context) => (await import("./commands/approve.ts")).approve(context, cycle, options)),
    );
  sending(program.command("send [cycle]"))
    .description("send an edition to a list; a dry run unless confirmed")
    .option("--to <list>", "a list: a file, or a name from the settings")
    .addOption(
      new Option("--variant <name>", "what to send").choices(["email", "newsletter"]).default("email"),
    )
    .option("--only <segment>", "only part of the list, such as audience=managers")
    .option("--exclude <list>", "leave out the people of another list (may be repeated)", collect)
    .option("--drop-waiting", "give up people of an earlier send who still wait and are left out now")
    .option(
      "--afresh",
      "a rehearsal through the outbox from its start: the messages of the last one are replaced",
    )
    .addOption(
      new Option(
        "--test <addresses...>",
        "send to these addresses (or groups of reviewers) only, marked as a test; never counted",
      ).conflicts(["only", "exclude", "limit", "dropWaiting", "afresh"]),
    )
    .option(
      "--as <who>",
      'with --test: as this row or address of the list sees it, or "sample" for an invented person (may be repeated)',
      collect,
    )
    .addOption(
      new Option("--confirm <n>", "send, if the plan counts so many messages")
        .argParser(wholeNumber(0, 100_000_000))
        .conflicts("yes"),
    )
    .option("--yes", "send, whatever the count")
    .addOption(
      new Option("--enqueue", "leave the sending to workers, which share a ledger on a server").conflicts([
        "test",
        "limit",
        "retryUnknown",
        "afresh",
      ]),
    )
    .action((cycle: string | undefined, options) =>
      choose(async (context) => (await import("./commands/send.ts")).send(context, cycle, options)),
    );
  sending(program.command("resume [cycle]"))
    .description("go on with a send that was interrupted or paused")
    .option("--reopen", "go on with one that was cancelled, too")
    .action((cycle: string | undefined, options) =>
      choose(async (context) => (await import("./commands/resume.ts")).resume(context, cycle, options)),
    );
  declareScheduling(program, choose);
  program
    .command("bounces [path]")
    .description(
      "read what came back: bounces, complaints and unsubscribes go into the record and onto the do-not-mail list",
    )
    .option("--dry-run", "show what would change, and change nothing")
    .option("--all", "read a mailbox on a server from its beginning")
    .addHelpText(
      "after",
      "\nPATH is an .eml file, a folder of them, an mbox, a Maildir, or 'imaps://USER:${NAME}@HOST/INBOX'\n(else bounces.mailbox of the settings).",
    )
    .action((path: string | undefined, options) =>
      choose(async (context) => (await import("./commands/bounces.ts")).bounces(context, path, options)),
    );
}

import { Command, CommanderError, Option } from "commander";
import { EXIT, usageError, UserError, type ExitCode } from "../domain/user-error.ts";
import { declareCommands } from "./commands.ts";
import { readVersion, type Context } from "./context.ts";
import { createOutput, reportFailure, type Output } from "./output.ts";

/** Global options, as commander gives them. */
interface GlobalOptions {
  readonly toolkit?: string;
  readonly ledger?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

/** A command: what it is given after its options are read. */
export type Action = (context: Context) => Promise<ExitCode>;

/**
 * Runs one command line.
 * @returns the exit code; nothing is thrown
 */
export async function runProgram(process: NodeJS.Process, signal: AbortSignal): Promise<ExitCode> {
  let chosen: Action | undefined;
  const program = buildProgram(process, (action) => (chosen = action));
  const early = createOutput(process, earlyOptions(process.argv, process.env));
  try {
    await hidePasswords(process.argv, early);
    await program.parseAsync(process.argv);
    const options = program.opts<GlobalOptions>();
    return chosen ? await chosen(createContext(process, options, early, signal)) : EXIT.done;
  } catch (error) {
    return handleFailure(error, early);
  }
}

/** Before anything is said: whatever is wrong with a command line, its passwords are not repeated. */
async function hidePasswords(words: readonly string[], out: Output): Promise<void> {
  if (!words.some((word) => word.includes("://"))) return;
  const { passwordsAmong } = await import("../deliver/transports/discreet.ts");
  for (const secret of passwordsAmong(words)) out.redact(secret);
}

function buildProgram(process: NodeJS.Process, choose: (action: Action) => void): Command {
  const program = new Command("onetopic")
    .description(
      "Comms campaigns, one topic at a time: pick a topic, render it for every channel, send it or hand it over.",
    )
    .version(readVersion(), "-V, --version", "show the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .option("-C, --toolkit <dir>", "the toolkit's folder (else the one around the current folder)")
    .option(
      "--ledger <place>",
      "what records every delivery: a file, or postgres://… (else ONETOPIC_LEDGER, else the settings)",
    )
    .option("--json", "one JSON document on standard output")
    .option("--quiet", "say nothing but results and faults")
    .option("--verbose", "say more")
    .addOption(new Option("--no-color", "no colours (NO_COLOR does the same)"))
    .exitOverride()
    // Faults are told in one form by `reportFailure`; help that was not asked for still goes to stderr.
    .configureOutput({
      writeOut: (text) => void process.stdout.write(text),
      writeErr: (text) => void (text.startsWith("Usage:") && process.stderr.write(text)),
    })
    .showSuggestionAfterError(true)
    .addHelpText("after", "\nStart here:  onetopic demo      See it work:  docs/getting-started.md");
  declareCommands(program, choose);
  return program;
}

function createContext(
  process: NodeJS.Process,
  options: GlobalOptions,
  out: Output,
  signal: AbortSignal,
): Context {
  const { env, stdin, stdout, stderr } = process;
  return {
    out,
    cwd: process.cwd(),
    env,
    interactive:
      Boolean(stdin.isTTY && stdout.isTTY && stderr.isTTY) && !isSet(env["CI"]) && options.json !== true,
    now: readNow(env["ONETOPIC_NOW"]),
    toolkitFolder: options.toolkit,
    ledger: options.ledger,
    signal,
  };
}

/** Output must be ready before the command line is read, so that its faults can be told in the right form. */
function earlyOptions(argv: readonly string[], env: NodeJS.ProcessEnv) {
  const given = (flag: string) => argv.includes(flag);
  return {
    json: given("--json"),
    quiet: given("--quiet"),
    verbose: given("--verbose"),
    colour: !given("--no-color") && !isSet(env["NO_COLOR"]),
  };
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== "" && variable !== "0" && variable !== "false";
}

/** `ONETOPIC_NOW` stands in for the clock, to rehearse another day. */
function readNow(variable: string | undefined): Date {
  if (variable === undefined || variable === "") return new Date();
  const now = new Date(variable);
  if (Number.isNaN(now.getTime())) {
    throw usageError(
      "bad-now",
      `ONETOPIC_NOW is "${variable}", which is not a time.`,
      "Use a time such as 2026-12-07T09:30:00Z.",
    );
  }
  return now;
}

function handleFailure(error: unknown, out: Output): ExitCode {
  if (error instanceof CommanderError) return handleCommander(error, out);
  if (
    isError(error, "ExitPromptError") ||
    (error as Error).name === "ExitPromptError" ||
    (error as Error).name === "AbortError"
  ) {
    reportFailure(
      out,
      new UserError("cancelled", "Cancelled.", "Nothing more was done.", { exit: EXIT.cancelled }),
    );
    return EXIT.cancelled;
  }
  if (error instanceof UserError) {
    reportFailure(out, error);
    return error.exit;
  }
  const bug = new UserError(
    "bug",
    `This is a fault of onetopic ${readVersion()}, not yours: ${(error as Error).message}`,
    "Please report it with the command you ran and the lines below.",
  );
  reportFailure(out, bug);
  out.warn((error as Error).stack ?? String(error));
  return EXIT.bug;
}

function handleCommander(error: CommanderError, out: Output): ExitCode {
  if (error.exitCode === 0) return EXIT.done;
  if (error.code === "commander.help") return EXIT.usage;
  const [message = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? "" : "."}`;
  const hint = rest.join(" ").trim() || 'See "onetopic --help", or "onetopic help COMMAND".';
  reportFailure(out, usageError("usage", sentence, hint.replace(/^\(|\)$/g, "")));
  return EXIT.usage;
}

/** True for a system error of this code. */
export function isError(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === code;
}

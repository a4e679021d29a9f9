import { Argument, type Command } from "commander";
import { listenPlace, wholeNumber } from "./arguments.ts";
import type { Action } from "./program.ts";

/** Declares the commands that are about the machine they run on. */
export function declareMachine(program: Command, choose: (action: Action) => void): void {
  program
    .command("serve")
    .description("run the unsubscribe page that links in messages lead to, until it is stopped")
    .option("--port <n>", "the port; 0 takes a free one", wholeNumber(0, 65_535), 8080)
    .option("--host <address>", "the address of this machine to listen at", "127.0.0.1")
    .option("--behind-proxy", "a proxy on this machine says who the client is (X-Forwarded-For)")
    .action((options) =>
      choose(async (context) => (await import("./commands/serve.ts")).serve(context, options)),
    );
  program
    .command("worker")
    .description("send what is frozen in a shared ledger, with workers on other machines; needs no toolkit")
    .option("--once", "end when nothing is due")
    .option("--transport <url>", "smtp://… or smtps://… (else as in the settings of each send)")
    .option(
      "--listen <[host:]port>",
      "answer /metrics, /healthz and /readyz there (this machine alone unless a host is named)",
      listenPlace,
    )
    .addHelpText(
      "after",
      "\nName the ledger with ONETOPIC_LEDGER or --ledger. Passwords come from the environment, or from the file .env\nin the current folder (-C names another), where keys that the settings name by path are looked for as well.",
    )
    .action((options) =>
      choose(async (context) => (await import("./commands/worker.ts")).worker(context, options)),
    );
  program
    .command("doctor")
    .description("say what is missing on this machine, and what to do")
    .option("--online", "also connect to the mail server of the settings; nothing is sent")
    .action((options) =>
      choose(async (context) => (await import("./commands/doctor.ts")).doctor(context, options)),
    );
  program
    .command("completion")
    .description("print the script that completes command lines in your shell")
    .addArgument(new Argument("<shell>", "which shell").choices(["bash", "zsh", "fish", "powershell"]))
    .action((shell) =>
      choose(async (context) =>
        (await import("./commands/completion.ts")).completion(context, program, shell),
      ),
    );
}

import type { Command } from "commander";
import type { Choose } from "./commands.ts";

/** Adds the commands about people rather than editions. */
export function declarePeople(program: Command, choose: Choose): void {
  program
    .command("recipients")
    .description("look at lists of people")
    .command("check <list>")
    .description("read a list and explain it: its form, columns, people, bad and doubtful rows")
    .option("--only <segment>", "how many this means, such as: audience=managers and role~nurse")
    .option("--all", "show every row that is told of, not the first ten of a kind")
    .action((list: string, options) =>
      choose(async (context) =>
        (await import("./commands/recipients.ts")).recipientsCheck(context, list, options),
      ),
    );
  const suppress = program.command("suppress").description("keep the do-not-mail list");
  suppress
    .command("add <address>")
    .description("never mail this address again")
    .option("--reason <text>", "why, for the record", "asked not to be mailed")
    .action((address: string, options) =>
      choose(async (context) =>
        (await import("./commands/suppress.ts")).suppressAdd(context, address, options),
      ),
    );
  suppress
    .command("remove <address>")
    .description("allow this address again")
    .action((address: string) =>
      choose(async (context) => (await import("./commands/suppress.ts")).suppressRemove(context, address)),
    );
  suppress
    .command("list")
    .description("show the do-not-mail list")
    .action(() => choose(async (context) => (await import("./commands/suppress.ts")).suppressList(context)));
  suppress
    .command("import <file>")
    .description("add every address of a list")
    .option("--reason <text>", "why, for the record", "asked not to be mailed")
    .action((file: string, options) =>
      choose(async (context) =>
        (await import("./commands/suppress.ts")).suppressImport(context, file, options),
      ),
    );
  const person = program.command("person").description("show or erase what is held about one address");
  person
    .command("show <address>")
    .description("show everything that is held about an address")
    .action((address: string) =>
      choose(async (context) => (await import("./commands/person.ts")).personShow(context, address)),
    );
  person
    .command("forget <address>")
    .description("erase everything about an address; it is never mailed again")
    .option("--yes", "erase without asking")
    .action((address: string, options) =>
      choose(async (context) =>
        (await import("./commands/person.ts")).personForget(context, address, options),
      ),
    );
}

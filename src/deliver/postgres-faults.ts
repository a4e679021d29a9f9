import { EXIT, UserError } from "../domain/user-error.ts";

const again = "then run the same command again. A message that was on its way is listed as unknown.";

/** What is told of a fault, by the server's own number for it. Source: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const told: readonly (readonly [RegExp, string, (name: string, said: string) => string, string])[] = [
  [
    /^(28|0P)/,
    "ledger-login",
    (name, said) => `The ledger ${name} does not let us in: ${said}.`,
    "Check the user and the password in `ledger`, and that the server lets this machine in (pg_hba.conf).",
  ],
  [
    /^3D000$/,
    "ledger-missing",
    (name) => `There is no such database: ${name}.`,
    "Check its name in `ledger`, or have it made: docs/scale.md says how.",
  ],
  [
    /^42501$/,
    "ledger-rights",
    (name, said) => `The user of the ledger ${name} lacks a right: ${said}.`,
    "docs/scale.md lists the rights that it needs.",
  ],
  [
    /^(53100|53200|54)/,
    "ledger-unwritable",
    (name, said) => `The server of the ledger ${name} has no room: ${said}.`,
    `Have room made there, ${again}`,
  ],
  [
    /^(25006|25P0)/,
    "ledger-unwritable",
    (name, said) => `The ledger ${name} cannot be written: ${said}.`,
    `Name the main server in \`ledger\`, not a copy of it, ${again}`,
  ],
  [
    /^(55P03|57014|40)/,
    "ledger-busy",
    (name, said) => `The ledger ${name} is kept busy by another program: ${said}.`,
    `Wait until that is done, ${again}`,
  ],
  [
    /^42P01$/,
    "ledger-unreachable",
    (name, said) => `The ledger ${name} was lost in the middle: ${said}.`,
    `See that the server runs, ${again}`,
  ],
  [
    /^(08|57P|53)/,
    "ledger-unreachable",
    (name, said) => `The ledger ${name} cannot be reached: ${said}.`,
    `Check that the server runs and has connections left, ${again}`,
  ],
];

/** Says a fault of the database or of the line to it in words; anything else is a surprise and stays as it is. */
export function explainedFault(fault: unknown, name: string): unknown {
  if (fault instanceof UserError || !(fault instanceof Error)) return fault;
  const { code, severity } = fault as { code?: unknown; severity?: unknown };
  const said = sentence(fault);
  if (typeof severity === "string") {
    const found = told.find(([pattern]) => pattern.test(String(code)));
    return found ? refusal(found[1], found[2](name, said), found[3], fault) : fault;
  }
  // The server has no number for it: it is the line, or the certificate, or the library that gives up waiting.
  if (!isOfTheLine(fault)) return fault;
  return refusal(
    "ledger-unreachable",
    `The ledger ${name} cannot be reached: ${said}.`,
    `Check its address and port in \`ledger\`, that the server runs and that no firewall is in the way, ${again}`,
    fault,
  );
}

function isOfTheLine(fault: Error): boolean {
  const { code, syscall } = fault as NodeJS.ErrnoException;
  if (syscall !== undefined || fault instanceof AggregateError) return true;
  if (
    typeof code === "string" &&
    /^(E[A-Z]+$|ERR_(TLS|SSL)|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/.test(code)
  )
    return true;
  return /connection|timeout|ssl|certificate|not queryable|SASL|password/i.test(fault.message);
}

/** In one line, without the full stop that our own sentence has. */
function sentence(fault: Error): string {
  const first = fault instanceof AggregateError ? (fault.errors[0] as Error) : fault;
  const text = (
    first.message ||
    fault.message ||
    String((fault as NodeJS.ErrnoException).code ?? "no answer")
  )
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim();
  return text.replace(/\.$/, "");
}

function refusal(code: string, message: string, hint: string, cause: unknown): UserError {
  return new UserError(code, message, hint, { exit: EXIT.usage, cause });
}

/** So often at the most; each time one of those who wait goes on, so that two are enough for almost anything. */
const mostTries = 4;

/**
 * Does it again when the server undid all of it because each of several waited for another (40P01, 40001). Only for what is
 * done as a whole or not at all.
 */
export async function untilNotUndone<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (fault) {
      const { code } = ((fault as Error).cause ?? {}) as { code?: unknown };
      if (tries === mostTries || (code !== "40P01" && code !== "40001")) throw fault;
    }
  }
}

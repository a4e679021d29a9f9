import inquirer from "inquirer";

/** One answer of a list. */
export interface Choice<Value> {
  readonly value: Value;
  readonly name: string;
  /** What stands there once it is chosen; the name unless given. */
  readonly short?: string;
  /** Shown below the list while the choice is marked. */
  readonly description?: string;
  /** Why it cannot be chosen: it is shown when somebody searches for it. */
  readonly disabled?: string;
}

/** Asks for a line of text. */
export async function askText(
  message: string,
  options: { initial?: string; check?: (text: string) => true | string } = {},
): Promise<string> {
  const { answer } = await inquirer.prompt([
    {
      type: "input",
      name: "answer",
      message,
      ...(options.initial === undefined ? {} : { default: options.initial }),
      ...(options.check ? { validate: options.check } : {}),
    },
  ]);
  return (answer as string).trim();
}

/**
 * Asks to choose from a list that typing narrows.
 * @param closed what cannot be chosen, and is shown to those who look for it
 */
export async function askSearch<Value>(
  message: string,
  choices: readonly Choice<Value>[],
  closed: readonly Choice<undefined>[] = [],
): Promise<Value> {
  const { answer } = await inquirer.prompt([
    {
      type: "search",
      name: "answer",
      message,
      // The list, what is said of the choice, and the lines around them have to fit the screen.
      pageSize: Math.max(4, Math.min(10, (process.stdout.rows ?? 24) - 14)),
      source: (term: string | undefined) => found([...choices, ...closed], term ?? ""),
    },
  ]);
  return answer as Value;
}

/** Asks to choose from a short list. */
export async function askSelect<Value>(message: string, choices: readonly Choice<Value>[]): Promise<Value> {
  const { answer } = await inquirer.prompt([
    { type: "select", name: "answer", message, choices: [...choices] },
  ]);
  return answer as Value;
}

/** Asks for a yes or no; no unless told. */
export async function askConfirm(message: string): Promise<boolean> {
  const { answer } = await inquirer.prompt([{ type: "confirm", name: "answer", message, default: false }]);
  return answer as boolean;
}

/** What a search finds: what cannot be chosen comes last, and only when it is asked for. */
export function found<Value>(choices: readonly Choice<Value>[], term: string): Choice<Value>[] {
  const matching = choices.filter((choice) => matches(choice, term));
  const open = matching.filter(({ disabled }) => disabled === undefined);
  const closed = term.trim() === "" ? [] : matching.filter(({ disabled }) => disabled !== undefined);
  return [...open, ...closed.slice(0, 5)];
}

function matches<Value>({ name, description = "" }: Choice<Value>, term: string): boolean {
  const text = `${name} ${description}`.toLowerCase();
  return term
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

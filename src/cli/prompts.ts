import inquirer from "inquirer";

/** One answer of a list. */
export interface Choice<Value> {
  readonly value: Value;
  readonly name: string;
  /** Shown below the list while the choice is marked. */
  readonly description?: string;
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

/** Asks to choose from a list that typing narrows. */
export async function askSearch<Value>(message: string, choices: readonly Choice<Value>[]): Promise<Value> {
  const { answer } = await inquirer.prompt([
    {
      type: "search",
      name: "answer",
      message,
      pageSize: 10,
      source: (term: string | undefined) => choices.filter((choice) => matches(choice, term ?? "")),
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

function matches<Value>({ name, description = "" }: Choice<Value>, term: string): boolean {
  const text = `${name} ${description}`.toLowerCase();
  return term
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

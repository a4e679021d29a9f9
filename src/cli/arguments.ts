import { InvalidArgumentError } from "commander";

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** Reads a whole number, or says which are taken. */
export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new InvalidArgumentError(
        `Use a whole number from ${least.toLocaleString("en-GB")} to ${most.toLocaleString("en-GB")}.`,
      );
    }
    return number;
  };
}

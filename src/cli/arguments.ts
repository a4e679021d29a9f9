import { InvalidArgumentError } from "commander";

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** An address and a port to listen at. */
export interface ListenPlace {
  readonly host: string;
  readonly port: number;
}

/** Reads `[HOST:]PORT`; without a host, this machine alone. */
export function listenPlace(value: string): ListenPlace {
  const [, host, port] = /^(?:(\[[\da-fA-F:.]+\]|[^\s:[\]/]+):)?(\d{1,5})$/.exec(value) ?? [];
  if (port === undefined || Number(port) > 65_535)
    throw new InvalidArgumentError(
      "Use a port, such as 9464, or an address and a port, such as 10.0.0.5:9464.",
    );
  return { host: host?.replace(/^\[(.*)\]$/, "$1") ?? "127.0.0.1", port: Number(port) };
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

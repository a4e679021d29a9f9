import type { Position } from "./problem.ts";

/** Exit codes of the command line. */
export const EXIT = { done: 0, findings: 1, usage: 2, bug: 70, cancelled: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface UserErrorPlace extends Partial<Position> {
  readonly path?: string;
}

/** The run cannot go on, and the person at the keyboard can mend it: what happened, and what to do next. */
export class UserError extends Error {
  override readonly name = "UserError";
  /** Stable, for scripts: `not-ready`, `no-toolkit`, … */
  readonly code: string;
  readonly hint: string;
  readonly exit: ExitCode;
  readonly place: UserErrorPlace;

  constructor(
    code: string,
    message: string,
    hint: string,
    options: { exit?: ExitCode; place?: UserErrorPlace; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = hint;
    this.exit = options.exit ?? EXIT.findings;
    this.place = options.place ?? {};
  }
}

/** The command line is wrong, or something named on it cannot be used: exit code 2. */
export function usageError(code: string, message: string, hint: string, place?: UserErrorPlace): UserError {
  return new UserError(code, message, hint, { exit: EXIT.usage, ...(place ? { place } : {}) });
}

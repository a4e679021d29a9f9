import { UserError } from "../domain/user-error.ts";
import type { Output } from "./output.ts";

/** The same without the secrets that the command line knows of: for what is not printed, but shown on a page. */
export function concealed({ conceal }: Pick<Output, "conceal">, error: UserError): UserError {
  const { code, message, hint, exit, place } = error;
  return new UserError(code, conceal(message), conceal(hint), { exit, place, cause: error });
}

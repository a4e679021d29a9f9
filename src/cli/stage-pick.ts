import type { PickedTopic, PickWish } from "../preview/stage.ts";
import { UserError } from "../domain/user-error.ts";
import { pick } from "./commands/pick.ts";
import { concealed } from "./concealed.ts";
import type { Context } from "./context.ts";
import type { Output } from "./output.ts";

/** Picks as the command does, and tells what it says. @throws UserError with its words */
export async function pickAsCommand(context: Context, wish: PickWish): Promise<PickedTopic> {
  const { cycle, slug, why, by, replace, before } = wish;
  const told: string[] = [];
  let document: unknown;
  const out = collecting(context.out, told, (value) => (document = value));
  const picking = pick({ ...context, out, interactive: false }, slug, {
    cycle,
    replace,
    auto: slug === undefined,
    ...(why === undefined ? {} : { why }),
    ...(by === undefined ? {} : { by }),
    ...(before === undefined ? {} : { before }),
  });
  await picking.catch((error: unknown) => {
    throw error instanceof UserError ? concealed(context.out, error) : error;
  });
  return { cycle, slug: (document as { readonly topic: string }).topic, told };
}

/** Writes nothing, and keeps the lines. */
function collecting(out: Output, told: string[], onDocument: (value: unknown) => void): Output {
  const keep = (line = "") => void (line.trim() !== "" && told.push(out.conceal(line.trim())));
  const plain = (_: unknown, text: string) => text;
  return {
    ...out,
    print: keep,
    say: keep,
    warn: keep,
    document: onDocument,
    style: plain,
    sayStyle: plain,
  };
}

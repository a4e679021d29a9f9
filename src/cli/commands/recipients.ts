import { surveyList } from "../../check/list-survey.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import { EXIT, UserError, type ExitCode } from "../../domain/user-error.ts";
import { openToolkit, type Context } from "../context.ts";
import { openSource, readSegment } from "../people.ts";
import { tellList, type ToldList } from "../tell-list.ts";

export interface RecipientsOptions {
  readonly only?: string;
  readonly all?: boolean;
}

/** `onetopic recipients check LIST`: reads a list and says all there is to say of it. Writes nothing. */
export async function recipientsCheck(
  context: Context,
  named: string,
  { only, all = false }: RecipientsOptions,
): Promise<ExitCode> {
  const toolkit = await toolkitIfAny(context);
  const list = await openSource(context, { toolkit }, named);
  const segment = only === undefined ? undefined : await readSegment(only, list);
  const audiences = toolkit?.settings.audiences.map(({ id }) => id);
  const told: ToldList = {
    list,
    survey: await surveyList(list.details(), list.columns, audiences, segment),
    segment: only,
    audiences,
    missing: toolkit ? await missingColumns(context, toolkit, list.columns) : [],
    all,
  };
  tellList(context, told);
  return told.survey.invalid.length > 0 ? EXIT.findings : EXIT.done;
}

/** A list can be looked at anywhere, and faults in the settings are for `check` to tell. */
async function toolkitIfAny(context: Context): Promise<Toolkit | undefined> {
  try {
    return await openToolkit(context);
  } catch (error) {
    if (error instanceof UserError && error.code === "no-toolkit" && !context.toolkitFolder) return undefined;
    throw error;
  }
}

/** Fields that a mail shows without a fallback, and that no column of the list fills. */
async function missingColumns(
  context: Context,
  toolkit: Toolkit,
  columns: readonly string[],
): Promise<ToldList["missing"]> {
  const { openWorkshop } = await import("../workshop.ts");
  const { studio } = await openWorkshop(context, toolkit);
  try {
    const shown = (["email", "newsletter"] as const).flatMap((variant) => studio.withoutFallback(variant));
    const missing = new Map<string, string>();
    for (const { details, path, line, column } of shown) {
      if (!columns.includes(details.field) && !missing.has(details.field)) {
        missing.set(details.field, `${path}:${line}:${column}`);
      }
    }
    return [...missing].map(([column, at]) => ({ column, template: at }));
  } catch (error) {
    // Templates that cannot be read are told by check, and stop a send.
    if (error instanceof UserError) return [];
    throw error;
  } finally {
    await studio.close();
  }
}

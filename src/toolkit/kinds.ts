import { z } from "zod";
import { cycleIdPattern } from "../domain/dates.ts";
import { amountPattern } from "../domain/edition.ts";

/*
 * The kinds of values that files hold. All scalars arrive as text (see yaml.ts); the message of each says what was expected.
 */

export const text = (longest: number, what = "text") => {
  const error = `${what} of 1 to ${longest} characters`;
  return z.string({ error }).trim().min(1, { error }).max(longest, { error });
};
export const line = (longest: number, what = "text") =>
  text(longest, what).regex(/^\P{Cc}*$/u, {
    error: `${what} on one line, without control characters`,
  });
export const whole = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`;
  const toNumber = (value: unknown) =>
    typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  return z.preprocess(
    toNumber,
    z.number({ error }).int({ error }).min(least, { error }).max(most, { error }),
  );
};
/** A figure that somebody counted or measured. */
export const figure = z.preprocess(
  (value) => (typeof value === "string" && amountPattern.test(value) ? Number(value) : value),
  z.number({ error: "a number such as 42 or 3.5" }),
);
export const yes = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.boolean({ error: "true or false" }),
);
export const day = z
  .string({ error: "a date such as 2026-12-31" })
  .refine(isDay, { error: "a date that exists, such as 2026-12-31" })
  .meta({ format: "date" });
export const monthDay = z
  .string({ error: "a month and day such as 09-30" })
  .refine((value) => isDay(`2024-${value}`), { error: "a month and day such as 09-30" });
export const cycleId = z
  .string({ error: "a cycle such as 2026-12, 2026-W49 or 2026-Q4" })
  .regex(cycleIdPattern, {
    error: "a cycle such as 2026-12, 2026-W49 or 2026-Q4",
  });
export const slug = z
  .string({ error: "a short name" })
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: "a short name of small letters, digits and single hyphens" });
export const address = z
  .string({ error: "an e-mail address" })
  .trim()
  .regex(/^[^\s\p{Cc}@<>"(),:;\\[\]]+@[^\s\p{Cc}@<>"(),:;\\[\]]+\.[^\s\p{Cc}@<>"(),:;\\[\]]+$/u, {
    error: "an e-mail address",
  });
export const web = z
  .string({ error: "an address that begins with https://" })
  .trim()
  // A QR code holds no more than 2,331 bytes.
  .max(2000, { error: "an address of at most 2,000 characters" })
  .refine(isWebAddress, { error: "an address that begins with https://" });
export const colour = z
  .string({ error: 'a colour such as "#005f6b", in quotes' })
  .regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, { error: 'a colour such as "#005f6b", in quotes' });
export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: `one of ${words.join(", ")}` });
export const listOf = <Item extends z.ZodType>(item: Item, least: number, most: number) => {
  const error = `a list of ${least} to ${most}`;
  return z.array(item, { error }).min(least, { error }).max(most, { error });
};
export const keysAndValues = "names with values, one a line";
export const record = <Key extends z.ZodType<string>, Value extends z.ZodType>(key: Key, value: Value) =>
  z.record(key, value, { error: keysAndValues });
export const fields = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: keysAndValues });
/** Settings may hold `${NAME}` for a secret, which is read from the environment when it is needed. */
export const duration = z
  .string({ error: "a time such as 30s, 5m or 24h" })
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, { error: "a time such as 250ms, 30s, 5m, 24h or 7d" })
  .transform(milliseconds);

/** True for a day that exists, `YYYY-MM-DD`. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

export function isWebAddress(value: string): boolean {
  try {
    const { protocol } = new URL(value);
    return (protocol === "https:" || protocol === "http:") && !/[\s<>"]/.test(value);
  } catch {
    return false;
  }
}

export function isLanguage(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}

export function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function milliseconds(value: string): number {
  const [, amount, unit] = /^([\d.]+)(ms|s|m|h|d)$/.exec(value) ?? [];
  const sizes: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return Number(amount) * (sizes[unit ?? "ms"] ?? 1);
}

import { readFile } from "node:fs/promises";
import type { PublicHolidays } from "../domain/settings.ts";

/** The data as `npm run generate` writes them: region, name, days with spaces between. */
interface HolidayFile {
  readonly until: number;
  readonly regions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * The public holidays of a region, those in lieu of a weekend among them. Read only where the settings ask for them.
 * @param region ISO 3166 code, such as `GB-SCT`
 * @returns the regions that are known, where this one is not
 */
export async function readHolidays(
  region: string,
): Promise<{ readonly holidays: PublicHolidays } | { readonly known: readonly string[] }> {
  const file = new URL(import.meta.resolve("#package/data/public-holidays.json"));
  const { regions, until } = JSON.parse(await readFile(file, "utf8")) as HolidayFile;
  if (!Object.hasOwn(regions, region)) return { known: Object.keys(regions) };
  const days = new Map<string, string>();
  for (const [name, list] of Object.entries(regions[region] ?? {}))
    for (const day of list.split(" ")) days.set(day, days.has(day) ? `${days.get(day)}, ${name}` : name);
  return { holidays: { days, until: `${until}-12-31` } };
}

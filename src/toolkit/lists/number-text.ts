import { format } from "numfmt";

/** How cells of a workbook show numbers, by the number of their style. */
export interface NumberStyles {
  /** The format of each style. */
  readonly formats: readonly string[];
  /** True when days are counted from 1904, as old Macs did. */
  readonly from1904: boolean;
}

/**
 * Formats that workbooks name by number alone. Source: ECMA-376, part 1, 18.8.30. Those that follow the country are in
 * their British form.
 */
const builtIn: Readonly<Record<number, string>> = {
  1: "0",
  2: "0.00",
  3: "#,##0",
  4: "#,##0.00",
  9: "0%",
  10: "0.00%",
  11: "0.00E+00",
  12: "# ?/?",
  13: "# ??/??",
  14: "dd/mm/yyyy",
  15: "d-mmm-yy",
  16: "d-mmm",
  17: "mmm-yy",
  18: "h:mm AM/PM",
  19: "h:mm:ss AM/PM",
  20: "hh:mm",
  21: "hh:mm:ss",
  22: "dd/mm/yyyy hh:mm",
  37: "#,##0 ;(#,##0)",
  38: "#,##0 ;(#,##0)",
  39: "#,##0.00;(#,##0.00)",
  40: "#,##0.00;(#,##0.00)",
  45: "mm:ss",
  46: "[h]:mm:ss",
  47: "mm:ss.0",
  48: "##0.0E+0",
  49: "@",
};

/** The format behind a number, where the workbook does not define it. */
export function builtInFormat(id: number): string {
  return builtIn[id] ?? "General";
}

/**
 * A number as the cell shows it: `00042`, `01/12/2026`. Without a format it is written out in full, so that a long
 * number of a person is not shortened to `4.4E+12`.
 */
export function numberText(value: string, style: number, { formats, from1904 }: NumberStyles): string {
  const number = Number(value);
  if (value === "" || !Number.isFinite(number)) return value;
  const pattern = formats[style] ?? "General";
  if (/^(general|@)$/i.test(pattern)) return String(Number(number.toPrecision(15)));
  // 1 January 1904 is day 1462 of the other count. Source: ECMA-376, part 1, 18.17.4.1.
  const isDay = from1904 && /[dmyhs]/i.test(pattern.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ""));
  try {
    return format(pattern, isDay ? number + 1462 : number, { locale: "en-GB", throws: true }).trim();
  } catch {
    return String(number);
  }
}

/** Rows as CSV (RFC 4180), safe to open in a spreadsheet. Pure. */

/** What a spreadsheet would take for a formula; an apostrophe before it makes it text. */
const FORMULA = /^[=+\-@\t\r]/;

/** What neither of the two needs a second look at, as most values: one pass instead of two. */
const PLAIN = /^[^=+\-@\t\r\n",][^",\r\n]*$/;

function cell(value: string | null): string {
  if (value === null || PLAIN.test(value)) return value ?? "";
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvLine(values: readonly (string | null)[]): string {
  return `${values.map(cell).join(",")}\r\n`;
}

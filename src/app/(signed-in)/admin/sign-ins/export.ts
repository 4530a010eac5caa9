/** The history as a file: the address to ask for it. Pure. */
import type { SignInFilter } from "@/audit/history";

export const formats = [
  { id: "csv", words: "CSV", hint: "for spreadsheets" },
  { id: "ndjson", words: "NDJSON", hint: "a line for each, as JSON" },
  { id: "ocsf", words: "OCSF", hint: "for security data lakes" },
] as const;
export type Format = (typeof formats)[number]["id"];

/** `/api/export` with a filter as `signIns.list` takes it. */
export function exportHref(format: Format, filter: SignInFilter): string {
  const query = new URLSearchParams({ format });
  for (const [key, value] of Object.entries(filter)) {
    if (value === undefined) continue;
    query.set(key, value instanceof Date ? value.toISOString() : [value].flat().join(","));
  }
  return `/api/export?${query}`;
}

/** "12.3 MB" */
export function bytesWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ["kB", "MB", "GB"];
  let [size, unit] = [bytes / 1000, 0];
  while (size >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${size.toFixed(1)} ${units[unit]}`;
}

/** What an export is asked for, from the query of an address or the flags of a command. Pure. */
import { z } from "zod";
import { exportFormats } from "@/audit/export/formats";
import { decodeCursor, type SignInFilter, signInFilter } from "@/audit/history";

/** Keys that take one value or several, with commas between them or said again. */
const LISTS = new Set(["status", "authMethod", "provider", "organizationId", "failureReason", "signal"]);
const TIMES = new Set(["from", "to"]);

const when = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

export const exportRequest = z.strictObject({
  format: z.enum(exportFormats),
  filter: signInFilter,
  /** Where an export that ended early goes on. */
  cursor: z
    .string()
    .max(200)
    .refine((text) => decodeCursor(text) !== null, "the cursor is not one that an export gave out")
    .nullable(),
});
export type ExportRequest = {
  format: z.infer<typeof exportRequest>["format"];
  filter: SignInFilter;
  cursor: string | null;
};

/** A time in ISO 8601, or a date, which is its midnight UTC; anything else stays what it is, and is refused as a time. */
function timeOf(text: string): unknown {
  return when.safeParse(text).success ? new Date(text) : text;
}

function inputOf(key: string, values: string[]): unknown {
  if (LISTS.has(key)) return values.flatMap((value) => value.split(","));
  const [only] = values;
  if (values.length > 1 || only === undefined) return values;
  return TIMES.has(key) ? timeOf(only) : only;
}

export function readExportRequest(parameters: URLSearchParams) {
  const filter: Record<string, unknown> = {};
  for (const key of new Set(parameters.keys())) {
    if (key !== "format" && key !== "cursor") filter[key] = inputOf(key, parameters.getAll(key));
  }
  return exportRequest.safeParse({
    format: parameters.get("format") ?? "csv",
    cursor: parameters.get("cursor"),
    filter,
  });
}

/** What exports are written in. Pure. */
import { csvLine } from "@/audit/export/csv";
import { ocsfEvent } from "@/audit/export/ocsf";

export const exportFormats = ["csv", "ndjson", "ocsf"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What is exported of an attempt: the columns of the CSV, and the names in NDJSON, in their order. */
export const exportedColumns = [
  "id",
  "occurred_at",
  "status",
  "failure_reason",
  "auth_method",
  "second_factor",
  "provider",
  "user_id",
  "email",
  "claimed_email",
  "organization_id",
  "ip",
  "user_agent",
  "request_id",
  "session_id",
] as const;
export type ExportedColumn = (typeof exportedColumns)[number];

/**
 * An attempt as it is exported: what the book says, without what is derived from it. Its keys stand in the order of the
 * columns; `occurred_at` is in ISO 8601, UTC, with milliseconds.
 */
export type ExportedSignIn = Record<ExportedColumn, string | null> & {
  id: string;
  occurred_at: string;
  status: string;
};

type Writing = {
  contentType: string;
  extension: string;
  /** What stands before the first row. */
  header: string;
  /** A row, its line end included. */
  line: (row: ExportedSignIn) => string;
};

export const writings: Record<ExportFormat, Writing> = {
  csv: {
    contentType: "text/csv; charset=utf-8; header=present",
    extension: "csv",
    header: csvLine(exportedColumns),
    line: (row) => csvLine(Object.values(row)),
  },
  /** One JSON object a line, with the names of the CSV's columns. */
  ndjson: {
    contentType: "application/x-ndjson",
    extension: "ndjson",
    header: "",
    line: (row) => `${JSON.stringify(row)}\n`,
  },
  ocsf: {
    contentType: "application/x-ndjson",
    extension: "ocsf.ndjson",
    header: "",
    line: (row) => `${ocsfEvent(row)}\n`,
  },
};

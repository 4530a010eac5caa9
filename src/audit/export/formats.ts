/** What exports are written in. Pure. */
import { csvLine } from "@/audit/export/csv";
import { ocsfEvent } from "@/audit/export/ocsf";
import type { SignIn } from "@/audit/history";

export const exportFormats = ["csv", "ndjson", "ocsf"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** An attempt as it is exported: what the book says, without what is derived from it. */
export type ExportedSignIn = Omit<SignIn, "device" | "signals" | "status" | "authMethod"> & {
  status: string;
  authMethod: string | null;
};

const COLUMNS: readonly [name: string, read: (row: ExportedSignIn) => string | null][] = [
  ["id", ({ id }) => id],
  ["occurred_at", ({ occurredAt }) => occurredAt.toISOString()],
  ["status", ({ status }) => status],
  ["failure_reason", ({ failureReason }) => failureReason],
  ["auth_method", ({ authMethod }) => authMethod],
  ["second_factor", ({ secondFactor }) => secondFactor],
  ["provider", ({ provider }) => provider],
  ["user_id", ({ userId }) => userId],
  ["email", ({ email }) => email],
  ["claimed_email", ({ claimedEmail }) => claimedEmail],
  ["organization_id", ({ organizationId }) => organizationId],
  ["ip", ({ ip }) => ip],
  ["user_agent", ({ userAgent }) => userAgent],
  ["request_id", ({ requestId }) => requestId],
  ["session_id", ({ sessionId }) => sessionId],
];

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
    header: csvLine(COLUMNS.map(([name]) => name)),
    line: (row) => csvLine(COLUMNS.map(([, read]) => read(row))),
  },
  /** One JSON object a line, with the names of the CSV's columns. */
  ndjson: {
    contentType: "application/x-ndjson",
    extension: "ndjson",
    header: "",
    line: (row) => `${JSON.stringify(Object.fromEntries(COLUMNS.map(([name, read]) => [name, read(row)])))}\n`,
  },
  ocsf: {
    contentType: "application/x-ndjson",
    extension: "ocsf.ndjson",
    header: "",
    line: (row) => `${JSON.stringify(ocsfEvent(row))}\n`,
  },
};

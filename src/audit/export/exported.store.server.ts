/** Reads attempts as they are exported: thousands at a time, as lines of COPY. */
import "server-only";
import type { Database } from "@db/connect.server";
import { copyLines, fieldsOf } from "@db/copy.server";
import { type RawBuilder, sql } from "kysely";
import { type ExportedColumn, type ExportedSignIn, exportedColumns } from "@/audit/export/formats";
import { type Cursor, encodeCursor, type Scope, type SignInFilter } from "@/audit/history";
import { EMAIL, selectSignIns } from "@/audit/history.store.server";

/** Where each column comes from. */
const SOURCES: Record<ExportedColumn, RawBuilder<unknown>> = {
  id: sql`event.id`,
  occurred_at: sql`event.occurred_at at time zone 'UTC'`,
  status: sql`event.status`,
  failure_reason: sql`event.failure_reason`,
  auth_method: sql`event.auth_method`,
  second_factor: sql`event.second_factor`,
  provider: sql`event.provider`,
  user_id: sql`event.target_id`,
  email: EMAIL,
  claimed_email: sql`event.claimed_email`,
  organization_id: sql`event.organization_id`,
  ip: sql`host(event.ip)`,
  user_agent: sql`event.user_agent`,
  request_id: sql`event.request_id`,
  session_id: sql`event.session_id`,
};
const SHOWN = sql.join(exportedColumns.map((column) => SOURCES[column]));

/** The statement of one page; null where nothing can be in it. */
export function exportedPageQuery(
  scope: Scope,
  filter: SignInFilter,
  cursor: Cursor | null,
  limit: number,
): RawBuilder<unknown> | null {
  return selectSignIns(scope, filter, cursor, limit, SHOWN)?.statement ?? null;
}

/** A page of attempts, newest first: a line for each, taken apart by {@link exportedSignIn} when its turn comes. */
export async function readExportedPage(
  db: Database,
  scope: Scope,
  filter: SignInFilter,
  cursor: Cursor | null,
  limit: number,
): Promise<string[]> {
  const query = exportedPageQuery(scope, filter, cursor, limit);
  return query === null ? [] : copyLines(db, query);
}

/** An instant as PostgreSQL writes it, `2026-03-04 14:05:09.412345` without zeros at its end, in ISO 8601 with milliseconds. */
function isoTime(at: string): string {
  return `${at.slice(0, 10)}T${at.slice(11, 19)}.${at.slice(20, 23).padEnd(3, "0")}Z`;
}

/**
 * A line taken apart: its fields stand in the order of {@link exportedColumns}. An object that is written out costs less than
 * one that is filled column by column.
 */
export function exportedSignIn(line: string): ExportedSignIn {
  const fields = fieldsOf(line);
  const [id, at, status] = fields;
  return {
    id: id ?? "",
    occurred_at: isoTime(at ?? ""),
    status: status ?? "",
    failure_reason: fields[3] ?? null,
    auth_method: fields[4] ?? null,
    second_factor: fields[5] ?? null,
    provider: fields[6] ?? null,
    user_id: fields[7] ?? null,
    email: fields[8] ?? null,
    claimed_email: fields[9] ?? null,
    organization_id: fields[10] ?? null,
    ip: fields[11] ?? null,
    user_agent: fields[12] ?? null,
    request_id: fields[13] ?? null,
    session_id: fields[14] ?? null,
  };
}

/** The place after a line, for the page that follows it. */
export function cursorAfter(line: string): string {
  const [id, at] = fieldsOf(line);
  if (!id || !at) throw new TypeError("A line of an export has no place.");
  const seconds = Date.parse(`${at.slice(0, 10)}T${at.slice(11, 19)}Z`) / 1000;
  return encodeCursor(`${seconds}${at.slice(20).padEnd(6, "0")}`, id);
}

import "server-only";
/** The one statement that writes events: inside a transaction with what happened, or alone for a group of rows. */
import { CompiledQuery } from "kysely";
import type { EventRow } from "@/audit/event";
import type { Database } from "@db/connect.server";

// A record, so that the compiler sees that every column of a row is named.
const COLUMNS: Record<keyof EventRow, true> = {
  id: true,
  occurred_at: true,
  action: true,
  status: true,
  failure_reason: true,
  actor_type: true,
  actor_id: true,
  target_type: true,
  target_id: true,
  organization_id: true,
  auth_method: true,
  second_factor: true,
  provider: true,
  request_id: true,
  session_id: true,
  claimed_email: true,
  ip: true,
  user_agent: true,
  changes: true,
  details: true,
};
const columnList = Object.keys(COLUMNS).join(", ");

/**
 * Takes one parameter, a JSON array of rows, and inserts them in their order. A row whose id and time are there already
 * is left alone, so that a group may be written again after an answer was lost.
 */
export const INSERT_EVENTS = `
  insert into audit_events (${columnList})
  select ${columnList} from json_populate_recordset(null::audit_events, $1::json)
  on conflict do nothing`;

/** Inserts the rows in one statement, in their order; see {@link INSERT_EVENTS}. */
export async function insertEvents(db: Database, rows: readonly EventRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db.executeQuery(CompiledQuery.raw(INSERT_EVENTS, [JSON.stringify(rows)]));
}

/** The memory of which questions are in the book already. */
import "server-only";
import type { Database } from "@db/connect.server";
import { sql } from "kysely";
import type { EventRow } from "@/audit/event";
import { insertEventsIf } from "@/audit/events.store.server";

/** Writes the event of a question unless its session has asked it before; both in one statement. */
export async function insertQueryOnce(
  db: Database,
  { sessionId, fingerprint }: { sessionId: string; fingerprint: Buffer },
  row: EventRow,
): Promise<void> {
  await sql`
    with asked as (
      insert into audit_queries (session_id, fingerprint) values (${sessionId}, ${fingerprint})
      on conflict do nothing returning 1
    ), written as (${insertEventsIf([row], sql`exists (select from asked)`)})
    select from asked`.execute(db);
}

/** The memory of which questions are in the book already. */
import "server-only";
import type { Database } from "@db/connect.server";
import { CompiledQuery } from "kysely";
import type { EventRow } from "@/audit/event";
import { eventParameters, insertEventsIf } from "@/audit/events.store.server";

const INSERT_ONCE = `/* prepared audit-query */
    with asked as (
      insert into audit_queries (session_id, fingerprint) values ($1, $2) on conflict do nothing returning 1
    ), written as (${insertEventsIf("exists (select from asked)", { rows: 1, from: 3 })})
    select from asked`;

/** Writes the event of a question unless its session has asked it before; both in one statement. */
export async function insertQueryOnce(
  db: Database,
  { sessionId, fingerprint }: { sessionId: string; fingerprint: Buffer },
  row: EventRow,
): Promise<void> {
  await db.executeQuery(CompiledQuery.raw(INSERT_ONCE, [sessionId, fingerprint, ...eventParameters([row])]));
}

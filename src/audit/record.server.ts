import "server-only";
import { type Database, database, type Tx } from "@db/connect.server";
/**
 * The two ways an event gets into the book. `recordInTransaction` is for what a transaction does: the row commits
 * or rolls back with it. `recordDurably` is for what has no transaction of its own: failures, refusals, sign-outs.
 */
import type { EventInput } from "@/audit/catalogue";
import { eventRow } from "@/audit/event";
import { insertEvents } from "@/audit/events.store.server";

export async function recordInTransaction(tx: Tx, events: readonly EventInput[]): Promise<void> {
  await insertEvents(tx, events.map(eventRow));
}

/** Resolves when the rows are durable. */
export async function recordDurably(events: readonly EventInput[], db: Database = database()): Promise<void> {
  await insertEvents(db, events.map(eventRow));
}

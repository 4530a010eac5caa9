/**
 * The two ways an event gets into the book. `recordInTransaction` is for what a transaction does: the row commits
 * or rolls back with it (a store that does everything in one statement takes `insertEventsIf`). `recordDurably` is for what has no transaction of its own: failures, refusals, sign-outs.
 */
import "server-only";
import type { Tx } from "@db/connect.server";
import type { EventInput } from "@/audit/catalogue";
import { eventRow } from "@/audit/event";
import { insertEvents } from "@/audit/events.store.server";
import { enqueue } from "@/audit/queue/process-queue.server";
import type { Durable } from "@/audit/queue/receipt";

export { isNotDurable } from "@/audit/queue/receipt";

export async function recordInTransaction(tx: Tx, events: readonly EventInput[]): Promise<void> {
  await insertEvents(tx, events.map(eventRow));
}

/**
 * Resolves when all of the rows are durable: `committed`, or `journaled` while the database is away. Rejects with
 * `NotDurable` (see {@link isNotDurable}) when that cannot be promised: whoever needs the rows must then refuse.
 */
export async function recordDurably(events: readonly EventInput[]): Promise<Durable> {
  return enqueue(events.map(eventRow)).durable;
}

/** Follows what a session leaves in the book, for as long as the session lives and somebody listens. */
import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "@db/connect.server";
import { TRPCError, tracked } from "@trpc/server";
import { SentWindow, WINDOW_SIZE } from "@/audit/sent-window";
import {
  listSessionEvents,
  listSessionEventsAfter,
  type SessionEvent,
  type SessionEventFilter,
} from "@/audit/session-events.store.server";
import { INSPECTED_EVENTS } from "@/auth/inspection/inspect.server";
import { findLiveSession } from "@/auth/session.store.server";
import { sessionLimits } from "@/auth/session-read.server";
import { streamed } from "@/trpc/stream.server";

const EVERY_MS = 1000;
/** So that a window full of rows that were sent leaves room for new ones. */
const BATCH = WINDOW_SIZE + INSPECTED_EVENTS;

/** The newest events for a reader who brings no place of their own; what is older than those is never sent. */
async function start(db: Database, filter: SessionEventFilter): Promise<{ events: SessionEvent[]; sent: SentWindow }> {
  const newest = await listSessionEvents(db, filter, INSPECTED_EVENTS + 1);
  return {
    events: newest.slice(0, INSPECTED_EVENTS).reverse(),
    sent: new SentWindow(newest[INSPECTED_EVENTS] ?? null),
  };
}

type Followed = { sessionId: string; requestId?: string; lastEventId?: string | null };

async function* follow(db: Database, followed: Followed, signal: AbortSignal | undefined) {
  let sent = followed.lastEventId ? SentWindow.parse(followed.lastEventId) : null;
  for (;;) {
    const session = await findLiveSession(db, followed.sessionId, sessionLimits());
    if (!session) throw new TRPCError({ code: "UNAUTHORIZED", message: "The session has ended." });
    const filter = { sessionId: session.id, since: session.createdAt, requestId: followed.requestId };
    let events: SessionEvent[];
    if (sent) events = await listSessionEventsAfter(db, filter, sent.horizon, BATCH);
    else ({ events, sent } = await start(db, filter));
    for (const event of events) {
      if (sent.has(event)) continue;
      sent.note(event);
      yield tracked(sent.toString(), event);
    }
    // Throws when the reader has gone, which ends the stream without telling a reader who is still there that it is over.
    signal?.throwIfAborted();
    if (events.length < BATCH) await sleep(EVERY_MS, undefined, { signal });
  }
}

/**
 * The session's newest events, oldest first, and then each one as it commits: none twice, none left out. With the id
 * of the last one that was received it goes on from there. Ends with UNAUTHORIZED when the session does.
 */
export function followSessionEvents(db: Database, followed: Followed, signal: AbortSignal | undefined) {
  return streamed("session.events", signal, follow(db, followed, signal));
}

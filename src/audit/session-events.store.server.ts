/** Reads what one session has left in the book, in the order in which it was recorded. */
import "server-only";
import type { Database } from "@db/connect.server";
import { sql } from "kysely";
import { type Place, placeTime } from "@/audit/sent-window";

export type SessionEvent = {
  id: string;
  occurredAt: Date;
  action: string;
  status: "success" | "failure";
  failureReason: string | null;
  targetType: string | null;
  targetId: string | null;
  requestId: string | null;
  details: Record<string, unknown>;
  /** Where it stands in the order in which events are recorded: microseconds since the epoch. */
  micros: number;
};

export type SessionEventFilter = {
  sessionId: string;
  /** When the session began. Spares the partitions of the months before. */
  since: Date;
  requestId?: string;
};

/** An attempt is older than the session it opens, and clocks differ. */
const MARGIN_MS = 24 * 3600 * 1000;

function eventsOf(db: Database, { sessionId, since, requestId }: SessionEventFilter) {
  return db
    .selectFrom("audit_events")
    .select([
      "id",
      "occurred_at as occurredAt",
      "action",
      "status",
      "failure_reason as failureReason",
      "target_type as targetType",
      "target_id as targetId",
      "request_id as requestId",
      "details",
      sql<string>`(extract(epoch from recorded_at) * 1000000)::bigint::text`.as("micros"),
    ])
    .where("session_id", "=", sessionId)
    .where("occurred_at", ">=", new Date(since.getTime() - MARGIN_MS))
    .$if(requestId !== undefined, (query) => query.where("request_id", "=", requestId ?? null));
}

type Row = Awaited<ReturnType<ReturnType<typeof eventsOf>["execute"]>>[number];

function toEvent(row: Row): SessionEvent {
  return {
    ...row,
    status: row.status as SessionEvent["status"],
    details: row.details as Record<string, unknown>,
    micros: Number(row.micros),
  };
}

/** The newest events, newest first. */
export async function listSessionEvents(
  db: Database,
  filter: SessionEventFilter,
  limit: number,
): Promise<SessionEvent[]> {
  const rows = await eventsOf(db, filter).orderBy("recorded_at", "desc").orderBy("id", "desc").limit(limit).execute();
  return rows.map(toEvent);
}

/** The events after a place, oldest first; from the first one on when it is null. */
export async function listSessionEventsAfter(
  db: Database,
  filter: SessionEventFilter,
  place: Place | null,
  limit: number,
): Promise<SessionEvent[]> {
  const rows = await eventsOf(db, filter)
    .$if(place !== null, (query) =>
      query.where(
        sql<boolean>`(recorded_at, id) > (${place && placeTime(place)}::timestamptz, ${place?.id ?? null}::uuid)`,
      ),
    )
    .orderBy("recorded_at")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(toEvent);
}

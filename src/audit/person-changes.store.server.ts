/** Reads what was changed of a person, newest first, by keyset. */
import "server-only";
import type { Database } from "@db/connect.server";
import { sql } from "kysely";
import type { Action, Changes } from "@/audit/catalogue";
import { type Cursor, encodeCursor } from "@/audit/history";

/** What is done to an account, as opposed to what it is used for. */
const CHANGES: readonly Action[] = [
  "userCreated",
  "userUpdated",
  "userDisabled",
  "userEnabled",
  "membershipChanged",
  "emailVerified",
  "passwordChanged",
  "passwordResetRequested",
  "passwordReset",
];

export type PersonChange = {
  id: string;
  occurredAt: Date;
  action: string;
  status: "success" | "failure";
  failureReason: string | null;
  /** Null where the system itself acted, or nobody was known. */
  actor: { id: string; email: string | null } | null;
  changes: Changes | null;
  organization: string | null;
};

/**
 * @param scope whose history is read: `"all"`, or that of some organizations
 * @param limit rows a page
 */
export async function listPersonChanges(
  db: Database,
  scope: "all" | readonly string[],
  userId: string,
  cursor: Cursor | null,
  limit: number,
): Promise<{ items: PersonChange[]; nextCursor: string | null }> {
  const within = scope === "all" ? sql`true` : sql`event.organization_id = any(${[...scope]}::uuid[])`;
  const below = cursor
    ? sql`event.occurred_at <= ${cursor.occurredAt}::timestamptz
          and (event.occurred_at, event.id) < (${cursor.occurredAt}::timestamptz, ${cursor.id}::uuid)`
    : sql`true`;
  const result = await sql<PersonChange & { micros: string }>`
    select event.id, event.occurred_at as "occurredAt", event.action, event.status,
           event.failure_reason as "failureReason", event.changes,
           case when event.actor_id is not null
                then jsonb_build_object('id', event.actor_id, 'email', actor.email) end as actor,
           organization.name as organization,
           (extract(epoch from event.occurred_at) * 1000000)::bigint::text as micros
      from audit_events event
      left join users actor on actor.id = event.actor_id
      left join organizations organization on organization.id = event.organization_id
     where event.target_id = ${userId} and event.target_type = 'user' and event.action = any(${[...CHANGES]}::text[])
       and ${within} and ${below}
     order by event.occurred_at desc, event.id desc limit ${limit + 1}`.execute(db);
  const last = result.rows[limit - 1];
  return {
    items: result.rows.slice(0, limit).map(({ micros: _, ...change }) => change),
    nextCursor: result.rows.length > limit && last ? encodeCursor(last.micros, last.id) : null,
  };
}

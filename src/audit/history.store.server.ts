/** Reads the sign-in history, newest first, by keyset: a page costs the same at any depth. */
import "server-only";
import type { Database } from "@db/connect.server";
import type { DB } from "@db/schema";
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";
import type { AuthMethod } from "@/audit/catalogue";
import { deviceOf } from "@/audit/device";
import { type Cursor, encodeCursor, type SignInFilter, type SignInPage } from "@/audit/history";
import { normalizeEmail } from "@/platform/text";

type Events = ExpressionBuilder<DB, "audit_events">;

function listOf<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

function conditions(eb: Events, filter: SignInFilter): Expression<SqlBool> {
  const all: Expression<SqlBool>[] = [eb("action", "=", "signedIn")];
  if (filter.userId) all.push(eb("target_id", "=", filter.userId));
  if (filter.email) {
    const email = normalizeEmail(filter.email) ?? filter.email.trim().toLowerCase();
    all.push(
      eb.or([
        eb("target_id", "in", eb.selectFrom("users").select("id").where("email", "=", email)),
        eb.and([eb("target_id", "is", null), eb("claimed_email", "=", email)]),
      ]),
    );
  }
  if (filter.status) all.push(eb("status", "in", listOf(filter.status)));
  if (filter.authMethod) all.push(eb("auth_method", "in", listOf(filter.authMethod)));
  if (filter.provider) all.push(eb("provider", "in", listOf(filter.provider)));
  if (filter.organizationId) all.push(eb("organization_id", "in", listOf(filter.organizationId)));
  if (filter.ip) {
    all.push(filter.ip.includes("/") ? sql<boolean>`audit_events.ip <<= ${filter.ip}::inet` : eb("ip", "=", filter.ip));
  }
  if (filter.requestId) all.push(eb("request_id", "=", filter.requestId));
  if (filter.sessionId) all.push(eb("session_id", "=", filter.sessionId));
  if (filter.failureReason) all.push(eb("failure_reason", "in", listOf(filter.failureReason)));
  if (filter.from) all.push(eb("occurred_at", ">=", filter.from));
  if (filter.to) all.push(eb("occurred_at", "<", filter.to));
  return eb.and(all);
}

/**
 * @param scope whose attempts may be seen: `"all"`, those of some organizations, or those against one user
 * @param limit rows a page, 1 to 200
 */
export async function listSignIns(
  db: Database,
  scope: "all" | { organizations: string[] } | { userId: string },
  filter: SignInFilter,
  cursor: Cursor | null,
  limit: number,
): Promise<SignInPage> {
  let query = db
    .selectFrom("audit_events")
    .leftJoin("users", "users.id", "audit_events.target_id")
    .select([
      "audit_events.id",
      "audit_events.occurred_at as occurredAt",
      sql<string>`(extract(epoch from audit_events.occurred_at) * 1000000)::bigint::text`.as("micros"),
      "audit_events.status",
      "audit_events.auth_method as authMethod",
      "audit_events.provider",
      "audit_events.second_factor as secondFactor",
      "audit_events.failure_reason as failureReason",
      "audit_events.target_id as userId",
      "users.email",
      "audit_events.claimed_email as claimedEmail",
      "audit_events.organization_id as organizationId",
      sql<string | null>`host(audit_events.ip)`.as("ip"),
      "audit_events.user_agent as userAgent",
      "audit_events.request_id as requestId",
      "audit_events.session_id as sessionId",
    ])
    .where((eb) => conditions(eb as unknown as Events, filter));
  if (scope !== "all") {
    if ("userId" in scope) query = query.where("audit_events.target_id", "=", scope.userId);
    else {
      const { organizations } = scope;
      if (organizations.length === 0) return { items: [], nextCursor: null };
      query = query.where("audit_events.organization_id", "in", organizations);
    }
  }
  if (cursor) {
    query = query
      // Said again as a plain bound: a row comparison alone does not exclude the newer partitions.
      .where("audit_events.occurred_at", "<=", sql<Date>`${cursor.occurredAt}::timestamptz`)
      .where(
        sql<boolean>`(audit_events.occurred_at, audit_events.id) < (${cursor.occurredAt}::timestamptz, ${cursor.id}::uuid)`,
      );
  }
  const rows = await query
    .orderBy("audit_events.occurred_at", "desc")
    .orderBy("audit_events.id", "desc")
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(({ micros: _, ...row }) => ({
    ...row,
    status: row.status as "success" | "failure",
    authMethod: row.authMethod as AuthMethod | null,
    device: deviceOf(row.userAgent),
  }));
  const last = rows[limit - 1];
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(last.micros, last.id) : null };
}

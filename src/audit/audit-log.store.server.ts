/** Reads the whole book, newest first, within what the reader may see. */
import "server-only";
import type { Database } from "@db/connect.server";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { AuditEvent, AuditFilter, AuditPage } from "@/audit/audit-log";
import { deviceOf } from "@/audit/device";
import { type Cursor, encodeCursor, type ReaderScope } from "@/audit/history";
import { type Branches, type Condition, newestFirst, runNamed } from "@/audit/newest-first.store.server";
import { organizationsOf } from "@/audit/sign-in-query.store.server";
import { valuesOf } from "@/audit/values";

const COLUMNS = sql`event.*`;

const SHOWN = sql`event.id, event.occurred_at as "occurredAt", event.recorded_at as "recordedAt",
  (extract(epoch from event.occurred_at) * 1000000)::bigint::text as micros, event.action, event.status,
  event.failure_reason as "failureReason", event.actor_type as "actorType", event.actor_id as "actorId",
  actor.email as "actorEmail", event.target_type as "targetType", event.target_id as "targetId",
  target.email as "targetEmail", event.organization_id as "organizationId", event.auth_method as "authMethod",
  event.second_factor as "secondFactor", event.provider, event.request_id as "requestId",
  event.session_id as "sessionId", event.claimed_email as "claimedEmail", host(event.ip) as ip,
  event.user_agent as "userAgent", event.changes, event.details`;

const PEOPLE = sql`left join users actor on actor.id = event.actor_id left join users target on target.id = event.target_id`;

type Row = Omit<AuditEvent, "device"> & { micros: string };

/** Written out: only then does the planner see that the partial index of what is done seldom serves. */
const oneOf = (column: string, values: readonly string[]): Condition[] =>
  values.map((value) => sql<SqlBool>`event.${sql.ref(column)} = ${sql.lit(value)}`);
const anyOf = (conditions: readonly Condition[]): Condition => sql<SqlBool>`(${sql.join([...conditions], sql` or `)})`;

/** @returns null where no row can be in the answer */
function auditQuery(
  scope: ReaderScope,
  filter: AuditFilter,
): { conditions: Condition[]; branches: Branches | null } | null {
  const organizations = organizationsOf(scope, filter.organizationId);
  if (organizations?.length === 0) return null;
  const conditions: Condition[] = [];
  if (filter.actorId !== undefined) conditions.push(sql`event.actor_id = ${filter.actorId}::uuid`);
  if (filter.targetId !== undefined) conditions.push(sql`event.target_id = ${filter.targetId}::uuid`);
  if (filter.requestId !== undefined) conditions.push(sql`event.request_id = ${filter.requestId}`);
  if (filter.sessionId !== undefined) conditions.push(sql`event.session_id = ${filter.sessionId}::uuid`);
  if (filter.ip !== undefined) {
    conditions.push(
      filter.ip.includes("/") ? sql`event.ip <<= ${filter.ip}::inet` : sql`event.ip = ${filter.ip}::inet`,
    );
  }
  // These have few rows each, and an index of their own; what else is asked for is looked up in the rows.
  let branches: Branches | null = null;
  const few = conditions.length > 0;
  if (organizations !== null && few) conditions.push(sql`event.organization_id = any(${organizations}::uuid[])`);
  else if (organizations !== null) branches = { column: "organization_id", type: "uuid", values: organizations };
  for (const [column, asked] of [
    ["action", filter.action],
    ["target_type", filter.targetType],
  ] as const) {
    const values = valuesOf<string>(asked);
    if (values === null) continue;
    if (few || branches) conditions.push(anyOf(oneOf(column, values)));
    else branches = { either: oneOf(column, values) };
  }
  const statuses = valuesOf(filter.status);
  if (statuses?.length === 1) conditions.push(...oneOf("status", statuses));
  const reasons = valuesOf(filter.failureReason);
  if (reasons !== null) conditions.push(sql`event.failure_reason = any(${reasons}::text[])`);
  if (filter.from !== undefined) conditions.push(sql`event.occurred_at >= ${filter.from}`);
  if (filter.to !== undefined) conditions.push(sql`event.occurred_at < ${filter.to}`);
  return { conditions, branches };
}

/** The statement of one page; null where nothing can be in it. */
export function auditPageQuery(
  scope: ReaderScope,
  filter: AuditFilter,
  cursor: Cursor | null,
  limit: number,
): RawBuilder<Row> | null {
  const query = auditQuery(scope, filter);
  if (query === null) return null;
  return sql<Row>`
    select ${SHOWN} from (${newestFirst({ columns: COLUMNS, ...query, cursor, limit })}) event ${PEOPLE}
     order by event.occurred_at desc, event.id desc`;
}

function toEvent({ micros: _, ...row }: Row): AuditEvent {
  return { ...row, device: deviceOf(row.userAgent) };
}

/** @param limit rows a page, 1 to 200 */
export async function listAuditEvents(
  db: Database,
  scope: ReaderScope,
  filter: AuditFilter,
  cursor: Cursor | null,
  limit: number,
): Promise<AuditPage> {
  const statement = auditPageQuery(scope, filter, cursor, limit + 1);
  if (statement === null) return { items: [], nextCursor: null };
  const rows = await runNamed(db, null, statement);
  const last = rows[limit - 1];
  return {
    items: rows.slice(0, limit).map(toEvent),
    nextCursor: rows.length > limit && last ? encodeCursor(last.micros, last.id) : null,
  };
}

/** One event, or null when there is none of that id that may be seen. */
export async function findAuditEvent(db: Database, scope: ReaderScope, id: string): Promise<AuditEvent | null> {
  const mine = organizationsOf(scope, undefined);
  const seen = mine === null ? sql`true` : sql`event.organization_id = any(${mine}::uuid[])`;
  const [row] = await runNamed(
    db,
    null,
    sql<Row>`select ${SHOWN} from audit_events event ${PEOPLE} where event.id = ${id}::uuid and ${seen}`,
  );
  return row ? toEvent(row) : null;
}

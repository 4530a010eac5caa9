/** Reads the sign-in history, newest first, by keyset: a page costs the same at any depth. */
import "server-only";
import type { Database } from "@db/connect.server";
import { type RawBuilder, sql } from "kysely";
import type { AuthMethod } from "@/audit/catalogue";
import { deviceOf } from "@/audit/device";
import {
  type Cursor,
  encodeCursor,
  type Scope,
  type SignIn,
  type SignInFilter,
  type SignInPage,
} from "@/audit/history";
import { newestFirst, runNamed } from "@/audit/newest-first.store.server";
import { signInQuery } from "@/audit/sign-in-query.store.server";
import { findSignals } from "@/audit/signals/signals.store.server";

const COLUMNS = sql`event.id, event.occurred_at, event.status, event.auth_method, event.provider, event.second_factor,
  event.failure_reason, event.target_id, event.claimed_email, event.organization_id, event.ip, event.user_agent,
  event.request_id, event.session_id`;

/** A row as it is shown, before its device and labels are. */
export type SignInRow = Omit<SignIn, "device" | "signals" | "status" | "authMethod"> & {
  status: string;
  authMethod: string | null;
  /** Microseconds since the epoch, in decimal. */
  micros: string;
};

/** Of the person of `event`. Looked up row by row, in the order that the rows come in: a join may read all people for a page. */
export const EMAIL = sql`(select account.email from users account where account.id = event.target_id)`;

/** What is shown of `event`. */
export const SHOWN = sql`event.id, event.occurred_at as "occurredAt",
  (extract(epoch from event.occurred_at) * 1000000)::bigint::text as micros, event.status,
  event.auth_method as "authMethod", event.provider, event.second_factor as "secondFactor",
  event.failure_reason as "failureReason", event.target_id as "userId", ${EMAIL} as email,
  event.claimed_email as "claimedEmail", event.organization_id as "organizationId", host(event.ip) as ip,
  event.user_agent as "userAgent", event.request_id as "requestId", event.session_id as "sessionId"`;

/** One page of rows, with what is `shown` of `event`; null where nothing can be in it. */
export function selectSignIns<Row>(
  scope: Scope,
  filter: SignInFilter,
  cursor: Cursor | null,
  limit: number,
  shown: RawBuilder<unknown>,
): { name: string | null; statement: RawBuilder<Row> } | null {
  const query = signInQuery(scope, filter);
  if (query === null) return null;
  const page = newestFirst({ columns: COLUMNS, ...query, cursor, limit });
  const statement = sql<Row>`
    select ${shown} from (${page}) event
     order by event.occurred_at desc, event.id desc`;
  return { name: query.name, statement };
}

/** The statement of one page, and the name under which it may be kept; null where nothing can be in it. */
export function signInPageQuery(
  scope: Scope,
  filter: SignInFilter,
  cursor: Cursor | null,
  limit: number,
): { name: string | null; statement: RawBuilder<SignInRow> } | null {
  const query = selectSignIns<SignInRow>(scope, filter, cursor, limit, SHOWN);
  return query?.name ? { ...query, name: `signins-${query.name}${cursor ? "-after" : ""}` } : query;
}

/** Rows with what is unusual about them. */
export async function describeSignIns(db: Database, rows: readonly SignInRow[]): Promise<SignIn[]> {
  const labels = await findSignals(db, rows);
  return rows.map(({ micros: _, ...row }) => ({
    ...row,
    status: row.status as SignIn["status"],
    authMethod: row.authMethod as AuthMethod | null,
    device: deviceOf(row.userAgent),
    signals: labels.get(row.id) ?? [],
  }));
}

/** @param limit rows a page, 1 to 200 */
export async function listSignIns(
  db: Database,
  scope: Scope,
  filter: SignInFilter,
  cursor: Cursor | null,
  limit: number,
): Promise<SignInPage> {
  const query = signInPageQuery(scope, filter, cursor, limit + 1);
  if (query === null) return { items: [], nextCursor: null };
  const rows = await runNamed(db, query.name, query.statement);
  const last = rows[limit - 1];
  return {
    items: await describeSignIns(db, rows.slice(0, limit)),
    nextCursor: rows.length > limit && last ? encodeCursor(last.micros, last.id) : null,
  };
}

/** A filter of sign-ins, within what the reader may see, as conditions and the index by which they are met. */
import "server-only";
import { type SqlBool, sql } from "kysely";
import type { Scope, SignInFilter } from "@/audit/history";
import type { Branches, Condition } from "@/audit/newest-first.store.server";
import { valuesOf } from "@/audit/values";
import { storedEmail } from "@/platform/text";

export type SignInQuery = {
  conditions: Condition[];
  branches: Branches | null;
  /** Under which the statement may be kept prepared; null where there are too many of its kind. */
  name: string | null;
};

/** The organizations that are asked for within those that may be seen; null for all there are. */
export function organizationsOf(scope: Scope, asked: SignInFilter["organizationId"]): string[] | null {
  const wanted = valuesOf(asked);
  if (scope === "all" || "userId" in scope) return wanted;
  const seen = new Set(scope.organizations);
  return wanted === null ? [...seen] : wanted.filter((id) => seen.has(id));
}

const anyOf = (column: string, type: string, values: readonly string[]): Condition =>
  sql<SqlBool>`event.${sql.ref(column)} = any(${[...values]}::${sql.raw(type)}[])`;

/** More keys than these at once are asked seldom, and their statements are planned each time. */
const NAMED_KEYS = 3;

/** @returns null where no row can be in the answer */
export function signInQuery(scope: Scope, filter: SignInFilter): SignInQuery | null {
  // Written out, not as parameters: the planner must see that the partial indexes serve.
  const conditions: Condition[] = [sql<SqlBool>`event.action = 'signedIn'`];
  const keys: string[] = [];
  const found: Branches[] = [];
  const add = (key: string, ...more: Condition[]) => {
    keys.push(key);
    conditions.push(...more);
  };
  const each = (key: string, column: string, type: "uuid" | "text", values: readonly string[] | null) => {
    if (values === null) return;
    // The first one found is the one that is walked along.
    if (found.length === 0) found.push({ column, type, values });
    else conditions.push(anyOf(column, type, values));
    keys.push(key);
  };

  const organizations = organizationsOf(scope, filter.organizationId);
  const signals = valuesOf(filter.signal);
  const statuses = valuesOf(filter.status);
  const reasons = valuesOf(filter.failureReason);
  if (organizations?.length === 0) return null;
  const onlyFailures = statuses?.length === 1 && statuses[0] === "failure";
  if (reasons !== null && statuses !== null && !statuses.includes("failure")) return null;

  if (scope !== "all" && "userId" in scope) add("self", sql`event.target_id = ${scope.userId}::uuid`);
  if (filter.userId !== undefined) add("user", sql`event.target_id = ${filter.userId}::uuid`);
  if (filter.requestId !== undefined) add("request", sql`event.request_id = ${filter.requestId}`);
  if (filter.sessionId !== undefined) add("session", sql`event.session_id = ${filter.sessionId}::uuid`);
  const one = keys.length > 0;
  if (filter.email !== undefined) {
    const email = storedEmail(filter.email);
    keys.push("email");
    const either = [
      sql<SqlBool>`event.target_id = (select id from users where email = ${email})`,
      sql<SqlBool>`event.target_id is null and event.claimed_email = ${email}`,
    ];
    if (one || signals !== null) conditions.push(sql<SqlBool>`((${either[0]}) or (${either[1]}))`);
    else found.push({ either });
  }
  const range = filter.ip?.includes("/") ?? false;
  if (filter.ip !== undefined)
    add("ip", range ? sql`event.ip <<= ${filter.ip}::inet` : sql`event.ip = ${filter.ip}::inet`);
  // An address, a user or a request has few rows: no other index is needed then.
  const few = one || (filter.ip !== undefined && !range);
  const walk = (key: string, column: string, type: "uuid" | "text", values: readonly string[] | null) => {
    if (few && values !== null) add(key, anyOf(column, type, values));
    else each(key, column, type, values);
  };
  if (signals !== null && !few) {
    keys.push("signal");
    found.unshift({ labels: signals, from: filter.from ?? null });
  } else if (signals !== null) {
    add(
      "signal",
      sql`exists (select from sign_in_signals label
                   where label.occurred_at = event.occurred_at and label.event_id = event.id
                     and label.signal = any(${signals}::text[]))`,
    );
  }
  walk("organization", "organization_id", "uuid", organizations);
  walk("reason", "failure_reason", "text", reasons);
  walk("provider", "provider", "text", valuesOf(filter.provider));
  walk("method", "auth_method", "text", valuesOf(filter.authMethod));
  if (onlyFailures || reasons !== null) add("failures", sql`event.status = 'failure'`);
  else if (statuses?.length === 1) add("successes", sql`event.status = 'success'`);
  if (filter.from !== undefined) add("from", sql`event.occurred_at >= ${filter.from}`);
  if (filter.to !== undefined) add("to", sql`event.occurred_at < ${filter.to}`);
  const named = !range && signals === null && keys.length <= NAMED_KEYS;
  return { conditions, branches: found[0] ?? null, name: named ? keys.join("-") || "any" : null };
}

/**
 * Counts of attempts: from what is counted ahead where the filter asks for nothing else, and from the newest rows, up to a
 * cap, where it does. Never from a count of all rows.
 */
import "server-only";
import type { Database } from "@db/connect.server";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import { type Bucket, bucketLengths } from "@/audit/buckets";
import type { AuthMethod } from "@/audit/catalogue";
import { type CountedOf, countedAttempts } from "@/audit/counts/counts.store.server";
import { type Grain, piecesOf } from "@/audit/counts/pieces";
import type { Scope, SignInFilter } from "@/audit/history";
import {
  type Alike,
  type Bar,
  bucketsOf,
  facetOf,
  goodBucket,
  isCounted,
  ORIGIN,
  rangeOf,
  type SignInFacets,
  type SignInStats,
  totalOf,
} from "@/audit/history-summary";
import { type Condition, newestFirst, runNamed } from "@/audit/newest-first.store.server";
import { organizationsOf, signInQuery } from "@/audit/sign-in-query.store.server";
import { valuesOf } from "@/audit/values";
import { now } from "@/platform/clock";

/** Attempts that are counted row by row. */
export const COUNTED_ROWS = 10_000;
const BARRED_ROWS = 50_000;
const MOST_ORGANIZATIONS = 50;

type BarRow = { startsAt: Date; attempts: number; oldest: Date | null } & Pick<Alike, "status" | "authMethod">;

/** What bars are counted from; shorter ones are counted from rows. */
const grainOf: Partial<Record<Bucket, Grain>> = {
  hour: "hour",
  twoHours: "hour",
  fourHours: "hour",
  eightHours: "shift",
  day: "day",
  week: "day",
};

/** The columns of what is counted ahead. */
const COUNTED_COLUMNS = {
  status: "status",
  authMethod: "auth_method",
  provider: "provider",
  failureReason: "failure_reason",
} as const;

/** The filter's conditions on what is counted ahead; whose it is is said where the counts are taken from. */
function countedConditions(filter: SignInFilter): Condition[] {
  return Object.entries(COUNTED_COLUMNS).flatMap(([key, column]) => {
    const values = valuesOf<string>(filter[key as keyof typeof COUNTED_COLUMNS]);
    return values === null ? [] : [sql<SqlBool>`${sql.ref(column)} = any(${[...values]}::text[])`];
  });
}

const dimensions = sql`status, auth_method as "authMethod", provider, failure_reason as "failureReason"`;

function barOf(bucket: Bucket, column: string): RawBuilder<unknown> {
  return sql`date_bin(make_interval(secs => ${bucketLengths[bucket] / 1000}), ${sql.ref(column)}, ${ORIGIN})`;
}

function countedOf(scope: Scope, filter: SignInFilter): CountedOf {
  return organizationsOf(scope, filter.organizationId) ?? "instance";
}

/** Bars from counts. */
export function countedBars(scope: Scope, filter: SignInFilter, bucket: Bucket, grain: Grain): RawBuilder<BarRow> {
  const { from, to } = rangeOf(filter, now());
  const pieces = piecesOf({ from, to: filter.to ?? null }, grain);
  const conditions = [sql<SqlBool>`starts_at < ${to}`, ...countedConditions(filter)];
  return sql<BarRow>`
    select ${barOf(bucket, "starts_at")} as "startsAt", status, auth_method as "authMethod",
           sum(attempts)::int as attempts, null as oldest
      from (${countedAttempts(countedOf(scope, filter), pieces)}) counted
     where ${sql.join(conditions, sql` and `)} group by 1, 2, 3`;
}

/** Bars from the newest rows; null where there can be none. */
export function rowBars(scope: Scope, filter: SignInFilter, bucket: Bucket): RawBuilder<BarRow> | null {
  const query = signInQuery(scope, { ...filter, ...rangeOf(filter, now()) });
  if (query === null) return null;
  const columns = sql`event.occurred_at, event.id, event.status, event.auth_method`;
  const rows = newestFirst({ columns, ...query, cursor: null, limit: BARRED_ROWS });
  return sql<BarRow>`
    select ${barOf(bucket, "occurred_at")} as "startsAt", status, auth_method as "authMethod", count(*)::int as attempts,
           min(occurred_at) as oldest
      from (${rows}) newest group by 1, 2, 3`;
}

/** Attempts by time. The filter's range is the last thirty days where it names none. */
export async function signInStats(
  db: Database,
  scope: Scope,
  filter: SignInFilter,
  wanted: Bucket | undefined,
): Promise<SignInStats> {
  const { from, to } = rangeOf(filter, now());
  const bucket = wanted ?? goodBucket(from, to);
  const grain = isCounted(filter) ? grainOf[bucket] : undefined;
  const statement = grain ? countedBars(scope, filter, bucket, grain) : rowBars(scope, filter, bucket);
  const rows = statement === null ? [] : await runNamed(db, null, statement);
  const bars = new Map<number, Bar>(
    bucketsOf(bucket, from, to).map((startsAt) => [
      startsAt.getTime(),
      { startsAt, success: 0, failure: 0, byMethod: {} },
    ]),
  );
  let counted = 0;
  let oldest: Date | null = null;
  for (const row of rows) {
    counted += row.attempts;
    if (row.oldest && (!oldest || row.oldest < oldest)) oldest = row.oldest;
    const bar = bars.get(row.startsAt.getTime());
    if (!bar) continue;
    bar[row.status === "success" ? "success" : "failure"] += row.attempts;
    const method = row.authMethod as AuthMethod | null;
    if (method) bar.byMethod[method] = (bar.byMethod[method] ?? 0) + row.attempts;
  }
  const capped = !grain && counted >= BARRED_ROWS;
  return { from, to, bucket, bars: [...bars.values()], countedFrom: capped ? oldest : null };
}

/** All attempts of a range, those alike together, whatever is selected of them; and by organization what is selected. */
export function countedFacets(
  scope: Scope,
  filter: SignInFilter,
): { alike: RawBuilder<Alike>; organizations: RawBuilder<Alike> } {
  const pieces = piecesOf({ from: filter.from ?? null, to: filter.to ?? null }, "month");
  const every = organizationsOf(scope, undefined) ?? ("organizations" as const);
  return {
    alike: sql<Alike>`
      select ${dimensions}, sum(attempts)::int as attempts
        from (${countedAttempts(countedOf(scope, filter), pieces)}) counted group by 1, 2, 3, 4`,
    organizations: sql<Alike>`
      select organization_id as "organizationId", ${dimensions}, sum(attempts)::int as attempts
        from (${countedAttempts(every, pieces)}) counted group by 1, 2, 3, 4, 5`,
  };
}

/** The newest attempts that meet the narrow parts of a filter, those alike together; null where there can be none. */
export function rowFacets(scope: Scope, filter: SignInFilter): RawBuilder<Alike> | null {
  const { status: _s, authMethod: _m, provider: _p, failureReason: _r, organizationId: _o, ...narrow } = filter;
  const query = signInQuery(scope, narrow);
  if (query === null) return null;
  const columns = sql`event.occurred_at, event.id, event.status, event.auth_method, event.provider, event.failure_reason,
    event.organization_id`;
  const rows = newestFirst({ columns, ...query, cursor: null, limit: COUNTED_ROWS + 1 });
  return sql<Alike>`
    select organization_id as "organizationId", ${dimensions}, count(*)::int as attempts
      from (${rows}) newest group by 1, 2, 3, 4, 5`;
}

async function nameOrganizations(
  db: Database,
  values: readonly { value: string; count: number }[],
): Promise<SignInFacets["organizationId"]> {
  const busiest = values.slice(0, MOST_ORGANIZATIONS);
  if (busiest.length === 0) return [];
  const rows = await db
    .selectFrom("organizations")
    .select(["id", "name"])
    .where(
      "id",
      "in",
      busiest.map(({ value }) => value),
    )
    .execute();
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return busiest.map(({ value, count }) => ({ value, count, name: names.get(value) ?? value }));
}

/** Counts for each part of the filter, its own selection ignored, and of what the whole filter finds. */
export async function signInFacets(db: Database, scope: Scope, filter: SignInFilter): Promise<SignInFacets> {
  let [alike, byOrganization, more]: [Alike[], Alike[], boolean] = [[], [], false];
  if (isCounted(filter)) {
    const statements = countedFacets(scope, filter);
    [alike, byOrganization] = await Promise.all([
      runNamed(db, null, statements.alike),
      runNamed(db, null, statements.organizations),
    ]);
  } else {
    const statement = rowFacets(scope, filter);
    alike = byOrganization = statement === null ? [] : await runNamed(db, null, statement);
    more = alike.reduce((sum, { attempts }) => sum + attempts, 0) > COUNTED_ROWS;
  }
  const count = totalOf(alike, filter);
  return {
    total: more ? { count: Math.min(count, COUNTED_ROWS), more } : { count, more },
    status: facetOf("status", alike, filter),
    authMethod: facetOf("authMethod", alike, filter),
    provider: facetOf("provider", alike, filter),
    failureReason: facetOf("failureReason", alike, filter),
    organizationId: await nameOrganizations(db, facetOf("organizationId", byOrganization, filter)),
  };
}

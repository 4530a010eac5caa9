/**
 * How many attempts there were, from counts instead of rows. A trigger of the book appends to `sign_in_count_entries` in
 * the statement that writes rows, so the two cannot part; `foldCounts` brings the entries into `sign_in_counts`. What
 * counts is always the sum of both, read in one statement.
 */
import "server-only";
import type { Database } from "@db/connect.server";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Grain, Piece } from "@/audit/counts/pieces";
import type { Condition } from "@/audit/newest-first.store.server";

const FOLD_AT_ONCE = 5000;

/** The grains, and where the piece of one begins in which an entry's hour lies. */
const GRAINS = sql`(values ('hour'), ('shift'), ('day'), ('month')) grains (grain)`;
const PIECE_START = sql`
  case grain when 'shift' then date_bin('8 hours', starts_at, timestamptz '2000-01-01 00:00Z')
             else date_trunc(grain, starts_at, 'UTC') end`;

/**
 * Brings entries into the counts, unless somebody else is doing it. Readers see the same sums before and after.
 * @returns how many entries were brought in; when it is `FOLD_AT_ONCE`, there may be more
 */
export async function foldCounts(db: Database): Promise<{ entries: number; more: boolean }> {
  return db.transaction().execute(async (tx) => {
    const { rows: lock } = await sql<{ mine: boolean }>`
      select pg_try_advisory_xact_lock(hashtext('sign_in_counts')) as mine`.execute(tx);
    if (!lock[0]?.mine) return { entries: 0, more: false };
    const { rows } = await sql<{ entries: number }>`
      with taken as materialized (
        delete from sign_in_count_entries
         where ctid = any(array(select ctid from sign_in_count_entries limit ${FOLD_AT_ONCE}))
        returning *
      ), folded as (
        insert into sign_in_counts as known
        select grain, scope, case scope when 'organization' then organization_id end,
               ${PIECE_START}, status, auth_method, provider, failure_reason, sum(attempts)
          from taken, ${GRAINS},
               (values ('instance'), ('organization')) scopes (scope)
         group by 1, 2, 3, 4, 5, 6, 7, 8
        having sum(attempts) <> 0
        on conflict (grain, scope, organization_id, starts_at, status, auth_method, provider, failure_reason)
        do update set attempts = known.attempts + excluded.attempts
      )
      select count(*)::int as entries from taken`.execute(tx);
    const entries = rows[0]?.entries ?? 0;
    return { entries, more: entries === FOLD_AT_ONCE };
  });
}

/** Which attempts: of the whole instance, of every organization, or of some. */
export type CountedOf = "instance" | "organizations" | readonly string[];

function within(column: string, { from, to }: { from: Date | null; to: Date | null }): RawBuilder<unknown> {
  const at = sql.ref(column);
  const bounds = [...(from ? [sql`${at} >= ${from}`] : []), ...(to ? [sql`${at} < ${to}`] : [])];
  return bounds.length === 0 ? sql`true` : sql.join(bounds, sql` and `);
}

/** The condition on a column that holds the organization. */
function whose(of: CountedOf, column: string): Condition {
  if (of === "instance") return sql<SqlBool>`true`;
  if (of === "organizations") return sql<SqlBool>`${sql.ref(column)} is not null`;
  return sql<SqlBool>`${sql.ref(column)} = any(${[...of]}::uuid[])`;
}

/** The rows of `sign_in_counts` of one grain. */
function ofGrain(of: CountedOf, grain: Grain): Condition {
  const scope = of === "instance" ? "instance" : "organization";
  const owner = of === "instance" ? sql<SqlBool>`organization_id is null` : whose(of, "organization_id");
  return sql<SqlBool>`grain = ${grain} and scope = ${scope} and ${owner}`;
}

/** Whether any attempt is counted before a midnight, UTC. */
export function countedBefore(of: CountedOf, midnight: Date): RawBuilder<boolean> {
  return sql<boolean>`exists (select from sign_in_counts where ${ofGrain(of, "day")} and starts_at < ${midnight})`;
}

/**
 * Rows of `starts_at, organization_id, status, auth_method, provider, failure_reason, attempts` that add up to the attempts
 * in the pieces. `starts_at` is the beginning of the piece's hour, day or month, or a row's own time.
 */
export function countedAttempts(of: CountedOf, pieces: readonly Piece[]): RawBuilder<unknown> {
  const columns = sql.raw("organization_id, status, auth_method, provider, failure_reason");
  const parts = pieces.flatMap(({ grain, ...range }) =>
    grain === "rows"
      ? [
          sql`select occurred_at as starts_at, ${columns}, 1 as attempts from audit_events
               where action = 'signedIn' and ${within("occurred_at", range)} and ${whose(of, "organization_id")}`,
        ]
      : [
          sql`select starts_at, ${columns}, attempts from sign_in_counts
               where ${ofGrain(of, grain)} and ${within("starts_at", range)}`,
          sql`select starts_at, ${columns}, attempts from sign_in_count_entries
               where ${within("starts_at", range)} and ${whose(of, "organization_id")}`,
        ],
  );
  if (parts.length === 0) return sql`select starts_at, ${columns}, attempts from sign_in_count_entries where false`;
  return sql.join(parts, sql` union all `);
}

/** By what a count is off: there are more rows in the book than counted when `missing` is positive. */
export type Drift = { grain: string; startsAt: Date; organizationId: string | null; status: string; missing: number };

/** The differences between the rows and the counts of every grain and scope, in one look at both. */
const DRIFT = sql`
  with counted as (
    select grain, scope, organization_id, starts_at, status, auth_method, provider, failure_reason, attempts
      from sign_in_counts
    union all
    select grain, scope, case scope when 'organization' then organization_id end, ${PIECE_START},
           status, auth_method, provider, failure_reason, attempts
      from sign_in_count_entries, ${GRAINS},
           (values ('instance'), ('organization')) scopes (scope)
  ), hours as (
    select date_bin('1 hour', occurred_at, timestamptz '2000-01-01 00:00Z') as starts_at, organization_id, status,
           auth_method, provider, failure_reason, count(*) as attempts
      from audit_events where action = 'signedIn' group by 1, 2, 3, 4, 5, 6
  ), every as (
    select grain, scope, organization_id, starts_at, status, auth_method, provider, failure_reason, -attempts as attempts
      from counted
    union all
    select grain, scope, case scope when 'organization' then organization_id end, ${PIECE_START},
           status, auth_method, provider, failure_reason, attempts
      from hours, ${GRAINS},
           (values ('instance'), ('organization')) scopes (scope)
  )
  select grain, scope, organization_id, starts_at, status, auth_method, provider, failure_reason,
         sum(attempts)::bigint as missing
    from every group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(attempts) <> 0`;

/**
 * What is counted otherwise than it stands in the book; empty when all is well. Reads every row, so that a large book wants
 * a connection that may take its time.
 */
export async function findDrift(db: Database): Promise<Drift[]> {
  const { rows } = await sql<Drift>`
    select grain, starts_at as "startsAt", organization_id as "organizationId", status, missing::int
      from (${DRIFT}) drift order by starts_at limit 1000`.execute(db);
  return rows;
}

/**
 * Makes the counts what the rows say, while others go on writing: both are seen at one moment, and the difference is added.
 * Like {@link findDrift} it reads every row.
 * @returns how many counts were put right
 */
export async function repairCounts(db: Database): Promise<number> {
  return db.transaction().execute(async (tx) => {
    // Nobody folds meanwhile, and nobody repairs twice.
    await sql`select pg_advisory_xact_lock(hashtext('sign_in_counts'))`.execute(tx);
    const { rows } = await sql<{ repaired: number }>`
      with repaired as (
        insert into sign_in_counts as known
        select * from (${DRIFT}) drift
        on conflict (grain, scope, organization_id, starts_at, status, auth_method, provider, failure_reason)
        do update set attempts = known.attempts + excluded.attempts
        returning 1
      )
      select count(*)::int as repaired from repaired`.execute(tx);
    return rows[0]?.repaired ?? 0;
  });
}

import { type Kysely, sql } from "kysely";

/**
 * Attempts by shift as well: eight hours from 00:00, 08:00 and 16:00, UTC. Thirty days are ninety of them, which is as many
 * bars as can be told apart, and are read from an eighth of the counts that there are by the hour.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sign_in_counts drop constraint sign_in_counts_grain_check`.execute(db);
  await sql`alter table sign_in_counts add constraint sign_in_counts_grain_check
            check (grain in ('hour', 'shift', 'day', 'month'))`.execute(db);
  await sql`
    insert into sign_in_counts
    select 'shift', scope, organization_id, date_bin('8 hours', starts_at, timestamptz '2000-01-01 00:00Z'),
           status, auth_method, provider, failure_reason, sum(attempts)
      from sign_in_counts where grain = 'hour' group by 1, 2, 3, 4, 5, 6, 7, 8`.execute(db);
}

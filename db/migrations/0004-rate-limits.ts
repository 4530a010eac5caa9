import { type Kysely, sql } from "kysely";

/** Counters of failed sign-ins, in the shape that rate-limiter-flexible reads and writes. Unlogged: losing them in a crash is harmless. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create unlogged table rate_limits (
      key text primary key,
      points integer not null default 0,
      -- Milliseconds since the epoch.
      expire bigint
    )`.execute(db);
  await sql`create index rate_limits_expire on rate_limits (expire)`.execute(db);
}

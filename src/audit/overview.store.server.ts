/** What the overview says of the history, from counts and labels: it reads no rows that it does not show. */
import "server-only";
import type { Database } from "@db/connect.server";
import { type RawBuilder, sql } from "kysely";
import { countedAttempts, countedBefore } from "@/audit/counts/counts.store.server";
import { piecesOf } from "@/audit/counts/pieces";
import type { ReaderScope, SignIn } from "@/audit/history";
import { listSignIns } from "@/audit/history.store.server";
import { runNamed } from "@/audit/newest-first.store.server";
import { bordersAt, type DayCount, type Today, todayAgainstUsual } from "@/audit/overview";

const NEWEST = 8;
const NEWEST_DAYS = 30;
const DAY_MS = 24 * 3600_000;

const countedOf = (scope: ReaderScope) => (scope === "all" ? ("instance" as const) : scope.organizations);

/** Attempts of today and of the days before, by outcome and reason. */
export function dayCounts(scope: ReaderScope, now: Date): RawBuilder<DayCount> {
  const { from, hour, before } = bordersAt(now);
  const timeOfDay = sql`starts_at - date_trunc('day', starts_at, 'UTC')`;
  const running = sql`${hour}::timestamptz - ${from}::timestamptz`;
  return sql<DayCount>`
    select starts_at >= ${from} as today, status, failure_reason as "failureReason",
           coalesce(sum(attempts) filter (where ${timeOfDay} < ${running}), 0)::int as whole,
           coalesce(sum(attempts) filter (where ${timeOfDay} = ${running}), 0)::int as running,
           min(starts_at) as first
      from (${countedAttempts(countedOf(scope), piecesOf({ from: before, to: null }, "hour"))}) counted
     group by 1, 2, 3`;
}

/** How today goes for those whom the reader may see. */
export async function readToday(db: Database, scope: ReaderScope, now: Date): Promise<Today> {
  const older = sql<{ older: boolean }>`select ${countedBefore(countedOf(scope), bordersAt(now).before)} as older`;
  const [counts, known] = await Promise.all([runNamed(db, null, dayCounts(scope, now)), runNamed(db, null, older)]);
  return todayAgainstUsual(counts, known[0]?.older ?? false, now);
}

/** The newest sign-ins from a device or a network that is new for the person, of the last thirty days. */
export async function listNewPlaces(db: Database, scope: ReaderScope, now: Date): Promise<SignIn[]> {
  const from = new Date(now.getTime() - NEWEST_DAYS * DAY_MS);
  const { items } = await listSignIns(db, scope, { signal: ["new_device", "new_network"], from }, null, NEWEST);
  return items;
}

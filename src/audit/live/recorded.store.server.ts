/** Reads attempts in the order in which they were recorded. */
import "server-only";
import type { Database } from "@db/connect.server";
import { sql } from "kysely";
import type { SignIn } from "@/audit/history";
import { describeSignIns, SHOWN, type SignInRow } from "@/audit/history.store.server";
import type { Place } from "@/audit/live/place";

export type RecordedSignIn = { place: Place; signIn: SignIn };

/** The oldest transaction that is not over: of those before it, nothing more will come. */
export async function findHorizon(db: Database): Promise<bigint> {
  const { rows } = await sql<{ horizon: string }>`/* prepared history-horizon */
    select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`.execute(db);
  return BigInt(rows[0]?.horizon ?? 0);
}

/** Attempts after a place, of transactions before the horizon, as they came. */
export async function listRecorded(
  db: Database,
  after: Place,
  horizon: bigint,
  limit: number,
): Promise<RecordedSignIn[]> {
  const { rows } = await sql<SignInRow & { transaction: string }>`/* prepared history-recorded */
    select ${SHOWN}, event.recorded_in::text as transaction
      from (select * from audit_events
             where action = 'signedIn' and recorded_in < ${horizon.toString()}::xid8
               and (recorded_in, id) > (${after.transaction.toString()}::xid8, ${after.id}::uuid)
             order by recorded_in, id limit ${limit}) event
     order by event.recorded_in, event.id`.execute(db);
  const described = await describeSignIns(
    db,
    rows.map(({ transaction: _, ...row }) => row),
  );
  return described.map((signIn, index) => ({
    place: { transaction: BigInt(rows[index]?.transaction ?? 0), id: signIn.id },
    signIn,
  }));
}

/** How many live sessions each of several people has. */
import "server-only";
import type { Database } from "@db/connect.server";

/** @returns by user id; who has none is not in it */
export async function countLiveSessions(
  db: Database,
  userIds: readonly string[],
  limits: { at: Date; idleSince: Date },
): Promise<Map<string, number>> {
  if (userIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("sessions")
    .select(({ fn }) => ["user_id as userId", fn.countAll<string>().as("count")])
    .where("user_id", "in", userIds)
    .where("ended_at", "is", null)
    .where("expires_at", ">", limits.at)
    .where("last_used_at", ">", limits.idleSince)
    .groupBy("user_id")
    .execute();
  return new Map(rows.map(({ userId, count }) => [userId, Number(count)]));
}

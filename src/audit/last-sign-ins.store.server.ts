/** When and how each of several people last signed in. */
import "server-only";
import type { Database } from "@db/connect.server";
import { sql } from "kysely";
import type { AuthMethod } from "@/audit/catalogue";

export type LastSignIn = {
  occurredAt: Date;
  authMethod: AuthMethod | null;
  provider: string | null;
  secondFactor: string | null;
};

/**
 * @param scope whose history is read: `"all"`, or that of some organizations
 * @returns by user id; who has never signed in, as far as the scope shows, is not in it
 */
export async function findLastSignIns(
  db: Database,
  scope: "all" | readonly string[],
  userIds: readonly string[],
): Promise<Map<string, LastSignIn>> {
  if (userIds.length === 0) return new Map();
  const within = scope === "all" ? sql`true` : sql`organization_id = any(${[...scope]}::uuid[])`;
  // One walk along the index of targets for each person, which ends at the first row that fits.
  const result = await sql<LastSignIn & { userId: string }>`
    select person.id as "userId", latest.occurred_at as "occurredAt", latest.auth_method as "authMethod",
           latest.provider, latest.second_factor as "secondFactor"
      from unnest(${[...userIds]}::uuid[]) person (id)
     cross join lateral (
       select occurred_at, auth_method, provider, second_factor from audit_events
        where target_id = person.id and action = 'signedIn' and status = 'success' and ${within}
        order by occurred_at desc, id desc limit 1) latest`.execute(db);
  return new Map(result.rows.map(({ userId, ...latest }) => [userId, latest]));
}

/** Each question about the history reads along the index that is meant for it, in the partitions that can hold its rows. */
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { testDatabase } from "@/workbench/test-database";
import { areMeant, planOf } from "./history-plans";
import { CURSOR, historyQueries, ID } from "./history-questions";

const postgres = testDatabase();
const ROWS = 40_000;

/** Half a year around the questions, of a thousand people from many addresses; they ask for one of each. */
beforeAll(async () => {
  await postgres.db.connection().execute(async (db) => {
    await sql`select ensure_audit_partitions('2026-01-01', 6)`.execute(db);
    await sql`set session_replication_role = replica`.execute(db);
    await sql`insert into users (id, email) values (${ID}, 'member@acme.test')`.execute(db);
    await sql`
      insert into audit_events (id, occurred_at, recorded_at, action, status, failure_reason, actor_type, actor_id,
                                target_type, target_id, organization_id, auth_method, provider, request_id, session_id,
                                claimed_email, ip, user_agent)
      select gen_random_uuid(), at, at, case when n % 50 = 0 then 'jwtTokenCreated' else 'signedIn' end,
             case when reason is null then 'success' else 'failure' end, reason,
             case when reason is null then 'user' else 'anonymous' end, case when reason is null then person end, 'user',
             case when n % 40 > 0 then person end, case when n % 20 = 7 then ${ID}::uuid else md5((n % 20)::text)::uuid end,
             case when n % 10 < 7 then 'password' else 'sso' end,
             case when n % 10 < 7 then 'credentials' when n % 10 < 9 then 'openid' else 'azure-ad' end,
             'request-' || n, gen_random_uuid(), 'someone-' || n % 1000 || '@acme.test',
             case when n % 4000 = 7 then '203.0.113.7' else '198.18.0.0'::inet + n % 65536 end, 'browser'
        from (select n, '2026-01-01T00:00Z'::timestamptz + n * interval '6 minutes' as at,
                     case when n % 1000 = 7 then ${ID}::uuid else md5('person' || n % 1000)::uuid end as person,
                     case when n % 3 = 0 then case when n % 30 = 0 then 'unknown_user' else 'wrong_password' end end as reason
                from generate_series(1, ${ROWS}::integer) n) attempt`.execute(db);
    await sql`set session_replication_role = origin`.execute(db);
    await sql`analyze audit_events, users`.execute(db);
  });
});

test.each(historyQueries)("%s", async (_, statement, indexes) => {
  if (statement === null) throw new Error("nothing is asked");
  const plan = await planOf(postgres.db, statement);
  expect([plan.indexes, areMeant(plan.indexes, indexes), plan.scanned]).toEqual([plan.indexes, true, []]);
});

test.each(historyQueries.filter(([question]) => /depth|export|actor/.test(question)))(
  "%s: reads no month after its place",
  async (_, statement) => {
    const { partitions } = await planOf(postgres.db, statement ?? sql``);
    const months = partitions.filter((name) => /_\d{4}_\d\d$/.test(name));
    expect(months).toContain("audit_events_2026_03");
    for (const month of months)
      expect(month.slice("audit_events_".length) <= CURSOR.occurredAt.slice(0, 7).replace("-", "_")).toBe(true);
  },
);

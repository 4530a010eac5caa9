/** A history of any size, spread evenly over fourteen months up to now, as the application would have written it. */
import { connectPatiently } from "@db/connect.server";
import pg from "pg";
import { repairCounts } from "@/audit/counts/counts.store.server";

const MONTHS = 14;
const ORGANIZATIONS = 20;
/** Of each person and each address there are about so many in a history of any size: more than a page, so that pages compare. */
const ATTEMPTS_EACH = 100;
const ADDRESSES = 65_536;
const AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

const usersOf = (rows: number) => Math.ceil(rows / ATTEMPTS_EACH);

/** Somebody and somewhere that the generated rows speak of. */
export type Known = { userId: string; email: string; organizationId: string; ip: string };

const peopleOf = (users: number) => `
  insert into organizations (id, slug, name)
  select gen_random_uuid(), 'bench-' || n, 'Bench ' || n from generate_series(1, ${ORGANIZATIONS}) n;
  insert into users (id, email)
  select gen_random_uuid(), 'someone-' || n || '@bench.test' from generate_series(1, ${users}) n;
  create temporary table organization_list as
    select row_number() over (order by slug) - 1 as n, id from organizations where slug like 'bench-%';
  create temporary table user_list as
    select row_number() over (order by email) - 1 as n, id, email from users where email like '%@bench.test';
  create unique index on organization_list (n);
  create unique index on user_list (n);
  analyze organization_list, user_list`;

/** A third of the attempts fail; one in fifty is against no account. */
const rowsOf = (users: number) => `
  insert into audit_events (id, occurred_at, recorded_at, action, status, failure_reason, actor_type, actor_id, target_type,
                            target_id, organization_id, auth_method, second_factor, provider, request_id, session_id,
                            claimed_email, ip, user_agent, details)
  select uuidv7(at - now()), at, at, 'signedIn', case when reason is null then 'success' else 'failure' end, reason,
         case when reason is null then 'user' else 'anonymous' end, case when reason is null then account.id end,
         case when reason is distinct from 'unknown_user' then 'user' end,
         case when reason is distinct from 'unknown_user' then account.id end,
         case when reason is distinct from 'unknown_user' then organization.id end, way.method, null, way.provider,
         gen_random_uuid()::text, case when reason is null then gen_random_uuid() end, account.email,
         '198.18.0.0'::inet + address, '${AGENT}',
         case when reason is null then '{}' else '{"gate": "credentials"}' end::jsonb
    from (
      select $1::timestamptz + ($2::timestamptz - $1::timestamptz) * ((n - random()) / $3) as at,
             floor(random() * ${users})::int as person, floor(random() * ${ORGANIZATIONS})::int as team,
             floor(random() * ${Math.min(users, ADDRESSES)})::int as address, random() as luck, random() as habit
        from generate_series(1, $3::bigint) n
    ) attempt
    cross join lateral (select
      case when luck < 0.67 then null when luck < 0.69 then 'unknown_user' when luck < 0.95 then 'wrong_password'
           when luck < 0.99 then 'rate_limited' else 'account_locked' end as reason) outcome
    cross join lateral (select
      case when habit < 0.7 then 'password' when habit < 0.9 then 'sso' else 'email_verification' end as method,
      case when habit < 0.7 then 'credentials' when habit < 0.8 then 'openid' when habit < 0.9 then 'azure-ad'
           else 'token' end as provider) way
    join user_list account on account.n = attempt.person
    join organization_list organization on organization.n = attempt.team`;

/** Loading is three times as fast without indexes and triggers; what the triggers would have counted is counted afterwards. */
async function load(client: pg.Client, rows: number, say: (text: string) => void): Promise<void> {
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
      from pg_index where indrelid = 'audit_events'::regclass and not indisprimary`);
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await client.query("set session_replication_role = replica");
  const { rows: span } = await client.query<{ from: Date; to: Date }>(
    `select date_trunc('month', now()) - interval '${MONTHS - 1} months' as "from", now() as "to"`,
  );
  await client.query("select ensure_audit_partitions($1::date, $2)", [span[0]?.from, MONTHS + 3]);
  await client.query(rowsOf(usersOf(rows)), [span[0]?.from, span[0]?.to, rows]);
  await client.query("set session_replication_role = origin");
  for (const { name, definition } of indexes) {
    say(`index ${name}`);
    // Of a partitioned table it is said without its partitions, which are to have it too.
    await client.query(definition.replace(" ON ONLY ", " ON "));
  }
}

/** Fills a migrated, empty database with so many attempts, and answers somebody who is in it. */
export async function generateHistory(databaseUrl: string, rows: number, say: (text: string) => void): Promise<Known> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("set maintenance_work_mem = '1GB'; set synchronous_commit = off");
    await client.query(peopleOf(usersOf(rows)));
    await load(client, rows, say);
    const db = connectPatiently(databaseUrl, 1);
    await repairCounts(db);
    await db.destroy();
    await client.query("vacuum analyze");
    const { rows: known } = await client.query<Known>(`
      select target_id as "userId", claimed_email as email, organization_id as "organizationId", host(ip) as ip
        from audit_events where organization_id is not null order by occurred_at desc limit 1`);
    const [found] = known;
    if (!found) throw new Error("the generated history is empty");
    return found;
  } finally {
    await client.end();
  }
}

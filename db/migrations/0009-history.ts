import { type Kysely, sql } from "kysely";

/**
 * What keeps the history instant at ten million rows: indexes for every question that is asked of it, the transaction that
 * recorded a row, and how many attempts there were, counted by the very statements that write them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The transactions below `pg_snapshot_xmin` are over: whoever reads up to there, in this order, misses no row and sees
  // none twice. Set as a default afterwards, so that rows that are there already need not be rewritten.
  await sql`alter table audit_events add column recorded_in xid8`.execute(db);
  await sql`alter table audit_events alter column recorded_in set default pg_current_xact_id()`.execute(db);
  for (const statement of [
    sql`create index audit_events_id on audit_events (id)`,
    sql`create index audit_events_recorded on audit_events (recorded_in, id)`,
    // In one direction, read backwards: only then can a page begin at (value, time, id), and no other index has its order.
    sql`drop index audit_events_organization`,
    sql`create index audit_events_organization on audit_events (organization_id, occurred_at, id)`,
    sql`create index audit_events_provider on audit_events (provider, occurred_at, id) where action = 'signedIn'`,
    sql`create index audit_events_method on audit_events (auth_method, occurred_at, id) where action = 'signedIn'`,
    sql`create index audit_events_reason on audit_events (failure_reason, occurred_at, id)
        where action = 'signedIn' and status = 'failure'`,
    sql`create index audit_events_organization_failures on audit_events (organization_id, occurred_at, id)
        where action = 'signedIn' and status = 'failure'`,
    // What is done seldom; the rest is found among the newest rows.
    sql`create index audit_events_action on audit_events (action, occurred_at desc, id desc)
        where action not in ('signedIn', 'jwtTokenCreated')`,
    sql`create index audit_events_target_type on audit_events (target_type, occurred_at desc, id desc)
        where target_type not in ('user', 'session')`,
  ]) {
    await statement.execute(db);
  }

  // Attempts by hour, day and month (UTC), of the whole instance and of each organization.
  await sql`
    create table sign_in_counts (
      grain text not null check (grain in ('hour', 'day', 'month')),
      scope text not null check (scope in ('instance', 'organization')),
      organization_id uuid,
      starts_at timestamptz not null,
      status text not null,
      auth_method text,
      provider text,
      failure_reason text,
      attempts bigint not null,
      unique nulls not distinct
        (grain, scope, organization_id, starts_at, status, auth_method, provider, failure_reason),
      check (scope = 'organization' or organization_id is null)
    )`.execute(db);
  // What is not in there yet. Only ever appended to by those who write the book, so that they never wait for each other; what
  // counts is the sum of both tables.
  await sql`
    create table sign_in_count_entries (
      starts_at timestamptz not null,
      organization_id uuid,
      status text not null,
      auth_method text,
      provider text,
      failure_reason text,
      attempts bigint not null
    )`.execute(db);

  await sql`
    create function count_sign_ins() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'DELETE' then
        insert into sign_in_count_entries
        select date_bin('1 hour', occurred_at, timestamptz '2000-01-01 00:00Z'), organization_id, status, auth_method,
               provider, failure_reason, count(*)
          from added where action = 'signedIn' group by 1, 2, 3, 4, 5, 6;
      end if;
      if tg_op <> 'INSERT' then
        insert into sign_in_count_entries
        select date_bin('1 hour', occurred_at, timestamptz '2000-01-01 00:00Z'), organization_id, status, auth_method,
               provider, failure_reason, -count(*)
          from removed where action = 'signedIn' group by 1, 2, 3, 4, 5, 6;
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create function forget_sign_in_counts() returns trigger language plpgsql as $$
    begin
      truncate sign_in_counts, sign_in_count_entries;
      return null;
    end $$`.execute(db);
  for (const trigger of [
    sql`create trigger audit_events_count_added after insert on audit_events referencing new table as added
        for each statement execute function count_sign_ins()`,
    sql`create trigger audit_events_count_removed after delete on audit_events referencing old table as removed
        for each statement execute function count_sign_ins()`,
    sql`create trigger audit_events_count_changed after update on audit_events
        referencing old table as removed new table as added for each statement execute function count_sign_ins()`,
    sql`create trigger audit_events_count_none after truncate on audit_events
        for each statement execute function forget_sign_in_counts()`,
  ]) {
    await trigger.execute(db);
  }
  await sql`
    insert into sign_in_counts
    select grain, scope, case scope when 'organization' then organization_id end, date_trunc(grain, occurred_at, 'UTC'),
           status, auth_method, provider, failure_reason, count(*)
      from audit_events, (values ('hour'), ('day'), ('month')) grains (grain),
           (values ('instance'), ('organization')) scopes (scope)
     where action = 'signedIn' group by 1, 2, 3, 4, 5, 6, 7, 8`.execute(db);
}

import { type Kysely, sql } from "kysely";

/**
 * What happened. Partitioned by month of `occurred_at`; no foreign keys, so history outlives what it speaks of;
 * append-only for everyone who has not declared maintenance (retention and erasure do) in the same transaction.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_events (
      id uuid not null,
      occurred_at timestamptz not null,
      recorded_at timestamptz not null default clock_timestamp(),
      action text not null,
      status text not null check (status in ('success', 'failure')),
      failure_reason text,
      actor_type text not null check (actor_type in ('user', 'anonymous', 'system')),
      actor_id uuid,
      target_type text,
      target_id uuid,
      organization_id uuid,
      auth_method text check (auth_method in ('password', 'email_verification', 'sso', 'passkey')),
      second_factor text check (second_factor in ('totp', 'backup_code', 'passkey')),
      provider text,
      request_id text,
      session_id uuid,
      claimed_email text,
      ip inet,
      user_agent text,
      changes jsonb,
      details jsonb not null default '{}',
      -- Serves the newest-first history too, read backwards.
      primary key (occurred_at, id),
      check ((status = 'failure') = (failure_reason is not null)),
      check ((actor_type = 'user') = (actor_id is not null))
    ) partition by range (occurred_at)`.execute(db);

  // A row whose time no monthly partition covers is kept all the same.
  await sql`create table audit_events_default partition of audit_events default`.execute(db);

  await sql`
    create function refuse_audit_change() returns trigger language plpgsql as $$
    begin
      if current_setting('gatebook.maintenance', true) is distinct from 'on' then
        raise exception 'audit_events is append-only' using errcode = 'insufficient_privilege';
      end if;
      return case when tg_op = 'DELETE' then old else new end;
    end $$`.execute(db);
  await sql`
    create trigger audit_events_append_only before update or delete on audit_events
    for each row execute function refuse_audit_change()`.execute(db);
  await sql`
    create trigger audit_events_no_truncate before truncate on audit_events
    for each statement execute function refuse_audit_change()`.execute(db);

  await sql`
    create trigger audit_events_no_truncate before truncate on audit_events_default
    for each statement execute function refuse_audit_change()`.execute(db);

  await sql`
    create function ensure_audit_partitions(first_month date, months integer) returns void language plpgsql as $$
    declare
      month date;
      starts timestamptz;
      ends timestamptz;
      name text;
    begin
      -- Several processes may start at once.
      perform pg_advisory_xact_lock(hashtext('ensure_audit_partitions'));
      for step in 0 .. months - 1 loop
        month := (date_trunc('month', first_month) + make_interval(months => step))::date;
        starts := month::timestamp at time zone 'UTC';
        ends := (month + interval '1 month') at time zone 'UTC';
        name := 'audit_events_' || to_char(month, 'YYYY_MM');
        if to_regclass(name) is null then
          execute format('create table %I (like audit_events including defaults including constraints)', name);
          -- Rows that came before their partition, as after a clock that jumped, move into it.
          perform set_config('gatebook.maintenance', 'on', true);
          execute format(
            'with moved as (delete from audit_events_default where occurred_at >= %L and occurred_at < %L returning *)
             insert into %I select * from moved', starts, ends, name
          );
          perform set_config('gatebook.maintenance', 'off', true);
          -- Attaching takes a weaker lock than creating in place: sign-ins go on meanwhile.
          execute format('alter table audit_events attach partition %I for values from (%L) to (%L)', name, starts, ends);
          -- Unlike row triggers, statement triggers are not handed down to partitions.
          execute format(
            'create trigger audit_events_no_truncate before truncate on %I
             for each statement execute function refuse_audit_change()', name
          );
        end if;
      end loop;
    end $$`.execute(db);
  await sql`select ensure_audit_partitions((now() - interval '1 month')::date, 5)`.execute(db);

  for (const statement of [
    sql`create index audit_events_organization on audit_events (organization_id, occurred_at desc, id desc)`,
    sql`create index audit_events_target on audit_events (target_id, occurred_at desc, id desc)`,
    sql`create index audit_events_actor on audit_events (actor_id, occurred_at desc, id desc)`,
    sql`create index audit_events_ip on audit_events (ip, occurred_at desc, id desc)`,
    sql`create index audit_events_request on audit_events (request_id)`,
    sql`create index audit_events_session on audit_events (session_id)`,
    sql`create index audit_events_failures on audit_events (occurred_at desc, id desc)
        where action = 'signedIn' and status = 'failure'`,
    sql`create index audit_events_claimed on audit_events (claimed_email, occurred_at desc, id desc)
        where action = 'signedIn' and target_id is null`,
  ]) {
    await statement.execute(db);
  }

  // Two branches, so that "where email = ..." reaches an index in both: attempts against an account carry the
  // account's email of today, attempts against no account carry what was typed.
  await sql`
    create view sign_ins as
      select event.id, event.occurred_at, event.recorded_at, event.status, event.auth_method, event.provider,
             event.second_factor, event.failure_reason, event.ip, event.user_agent, event.request_id,
             event.session_id, event.organization_id, event.target_id as user_id, account.email as email,
             event.claimed_email, event.details
        from audit_events event left join users account on account.id = event.target_id
       where event.action = 'signedIn' and event.target_id is not null
      union all
      select event.id, event.occurred_at, event.recorded_at, event.status, event.auth_method, event.provider,
             event.second_factor, event.failure_reason, event.ip, event.user_agent, event.request_id,
             event.session_id, event.organization_id, null::uuid, event.claimed_email,
             event.claimed_email, event.details
        from audit_events event
       where event.action = 'signedIn' and event.target_id is null`.execute(db);
}

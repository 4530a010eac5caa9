import { type Kysely, sql } from "kysely";

/**
 * How companies sign in: single sign-on connections kept in the database, and what an organization asks of its people.
 * Every process learns of a change by NOTIFY, in the transaction that makes it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sso_connections (
      id uuid primary key,
      kind text not null check (kind in ('azure-ad', 'auth0', 'openid', 'google', 'github')),
      -- What people read on the button.
      name text not null check (length(name) between 1 and 80),
      -- Null for the whole instance: then it stands in the place of the environment's provider of its kind.
      organization_id uuid references organizations on delete restrict,
      client_id text not null check (length(client_id) between 1 and 255),
      -- A nonce of 12 bytes, the ciphertext, a tag of 16; beside it the id of its key in GATEBOOK_KEYS.
      client_secret bytea not null check (length(client_secret) > 28),
      client_secret_key text not null,
      issuer text check (length(issuer) <= 500),
      tenant text check (length(tenant) between 1 and 255),
      authority_host text check (length(authority_host) <= 500),
      -- The claim that holds a person's groups or roles there, and which role each of its values gives here.
      roles_claim text check (length(roles_claim) between 1 and 100),
      role_mapping jsonb not null default '{}' check (jsonb_typeof(role_mapping) = 'object'),
      enabled_at timestamptz,
      -- What the last test found; a change of the settings voids it.
      tested_at timestamptz,
      test_result jsonb,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      check ((kind in ('auth0', 'openid')) = (issuer is not null)),
      check ((kind = 'azure-ad') = (tenant is not null)),
      check (authority_host is null or kind = 'azure-ad'),
      check ((tested_at is null) = (test_result is null))
    )`.execute(db);
  await sql`create index sso_connections_organization on sso_connections (organization_id)`.execute(db);
  await sql`
    create unique index sso_connections_instance on sso_connections (kind)
     where organization_id is null and enabled_at is not null`.execute(db);

  await sql`
    alter table organizations
      add column allowed_methods text[] not null default '{password,email_verification,sso,passkey}'
        check (allowed_methods <@ '{password,email_verification,sso,passkey}' and cardinality(allowed_methods) > 0),
      -- The one connection by which its people sign in.
      add column required_connection_id uuid references sso_connections on delete restrict,
      -- Whether somebody joins by invitation alone, or by signing in through its connection or with its domain too.
      add column invite_only boolean not null default true,
      add column default_role text not null default 'member' check (default_role in ('admin', 'auditor', 'member'))`.execute(
    db,
  );
  // The domains of its people's addresses: newcomers may join by them, and the sign-in page routes by them. Each belongs to
  // one organization: whose newcomers are its people must never be a question.
  await sql`
    create table organization_domains (
      domain text primary key check (domain = lower(domain) and length(domain) between 1 and 253),
      organization_id uuid not null references organizations on delete cascade
    )`.execute(db);
  await sql`create index organization_domains_organization on organization_domains (organization_id)`.execute(db);

  await sql`
    create function notify_sign_in_policy() returns trigger language plpgsql as $$
    begin
      -- Several changes in one transaction are one notification: their payloads are the same.
      perform pg_notify('gatebook_sign_in_policy', '');
      return null;
    end $$`.execute(db);
  for (const table of ["sso_connections", "organizations", "organization_domains"]) {
    await sql`
      create trigger notify_sign_in_policy after insert or update or delete or truncate on ${sql.table(table)}
      for each statement execute function notify_sign_in_policy()`.execute(db);
  }

  await sql`
    alter table verification_tokens
      drop constraint verification_tokens_purpose_check,
      add constraint verification_tokens_purpose_check
        check (purpose in ('sign_in', 'invitation', 'password_reset', 'link_provider'))`.execute(db);
}

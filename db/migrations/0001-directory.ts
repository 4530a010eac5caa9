import { type Kysely, sql } from "kysely";

/** Who exists: users, organizations, memberships and the provider identities that sign in as a user. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id uuid primary key,
      -- Normalized (trimmed, NFKC, lower case) by the application, so equality is identity.
      email text not null unique check (length(email) between 3 and 320),
      name text check (length(name) <= 200),
      password_hash text,
      password_changed_at timestamptz,
      email_verified_at timestamptz,
      disabled_at timestamptz,
      instance_role text check (instance_role in ('admin', 'auditor')),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    create table organizations (
      id uuid primary key,
      slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
      name text not null check (length(name) between 1 and 200),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    create table memberships (
      user_id uuid not null references users on delete restrict,
      organization_id uuid not null references organizations on delete restrict,
      role text not null check (role in ('owner', 'admin', 'auditor', 'member')),
      created_at timestamptz not null default now(),
      primary key (user_id, organization_id)
    )`.execute(db);
  await sql`create index memberships_organization on memberships (organization_id)`.execute(db);
  await sql`
    create table accounts (
      id uuid primary key,
      user_id uuid not null references users on delete restrict,
      provider text not null,
      -- Identity at a provider is provider plus subject (OpenID Connect Core, 5.7), never an email.
      provider_account_id text not null check (length(provider_account_id) between 1 and 255),
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      unique (provider, provider_account_id)
    )`.execute(db);
  await sql`create index accounts_user on accounts (user_id)`.execute(db);
}

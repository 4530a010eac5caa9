import { type Kysely, sql } from "kysely";

/** Sessions behind the cookie, and one-time tokens sent by email (only their SHA-256 is kept). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sessions (
      id uuid primary key,
      user_id uuid not null references users on delete restrict,
      auth_method text not null check (auth_method in ('password', 'email_verification', 'sso', 'passkey')),
      provider text not null,
      second_factor text check (second_factor in ('totp', 'backup_code', 'passkey')),
      ip inet,
      user_agent text,
      created_at timestamptz not null,
      last_used_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz,
      ended_reason text check (ended_reason in ('signed_out', 'revoked', 'user_disabled', 'credentials_changed')),
      check ((ended_at is null) = (ended_reason is null))
    )`.execute(db);
  await sql`create index sessions_user on sessions (user_id, created_at desc)`.execute(db);
  await sql`
    create table verification_tokens (
      id uuid primary key,
      token_hash bytea not null unique check (length(token_hash) = 32),
      user_id uuid not null references users on delete restrict,
      purpose text not null check (purpose in ('sign_in')),
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    )`.execute(db);
  await sql`create index verification_tokens_user on verification_tokens (user_id, created_at desc)`.execute(db);
}

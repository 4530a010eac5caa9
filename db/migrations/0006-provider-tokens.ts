import { type Kysely, sql } from "kysely";

/**
 * What providers gave us to call others in a person's name, encrypted by the application (see platform/key-ring.ts).
 * It belongs to the identity at the provider and goes with it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table provider_tokens (
      account_id uuid primary key references accounts on delete cascade,
      -- A nonce of 12 bytes, the ciphertext, a tag of 16; beside it the id of its key in GATEBOOK_KEYS.
      access_token bytea not null check (length(access_token) > 28),
      access_token_key text not null,
      refresh_token bytea check (length(refresh_token) > 28),
      refresh_token_key text,
      -- Null where the provider does not say: the token is used until it is replaced.
      expires_at timestamptz,
      -- When the provider gave the access token, by a sign-in or by a refresh.
      obtained_at timestamptz not null,
      refreshed_at timestamptz,
      -- The provider takes the refresh token no more, or there is none: only the next sign-in helps.
      refresh_dead_at timestamptz,
      check ((refresh_token is null) = (refresh_token_key is null))
    )`.execute(db);
}

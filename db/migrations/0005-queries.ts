import { type Kysely, sql } from "kysely";

/** Which questions about other people's history a session has asked already: each stands in the book once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_queries (
      session_id uuid not null,
      -- SHA-256 of the procedure and the filter.
      fingerprint bytea not null check (length(fingerprint) = 32),
      asked_at timestamptz not null default now(),
      primary key (session_id, fingerprint)
    )`.execute(db);
}

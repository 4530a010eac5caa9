import { type Kysely, sql } from "kysely";

/**
 * What is unusual about a sign-in, beside the book and never in it: labels that help the eye, derived from what the book
 * says, and the places that each person is known to come from.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table known_places (
      user_id uuid not null references users on delete cascade,
      kind text not null check (kind in ('device', 'network')),
      value text not null check (length(value) between 1 and 200),
      first_seen_at timestamptz not null,
      last_seen_at timestamptz not null,
      primary key (user_id, kind, value)
    )`.execute(db);
  await sql`
    create table sign_in_signals (
      occurred_at timestamptz not null,
      event_id uuid not null,
      signal text not null check (signal in ('new_device', 'new_network', 'success_after_failures', 'many_accounts')),
      -- What the label rests on: a device, a network, a count.
      reason jsonb not null,
      primary key (occurred_at, event_id, signal)
    )`.execute(db);
  await sql`create index sign_in_signals_signal on sign_in_signals (signal, occurred_at desc, event_id desc)`.execute(
    db,
  );
}

/** The labels beside the book: what they rest on, and where they lie. */
import "server-only";
import type { Database } from "@db/connect.server";
import { sql } from "kysely";
import { type Signal, WINDOW_MINUTES } from "@/audit/signals/signal";

/** The key of an event: without its time, finding it would mean asking every month. */
export type EventKey = { id: string; occurredAt: Date };

export type ReviewedAttempt = EventKey & {
  succeeded: boolean;
  userId: string | null;
  email: string | null;
  ip: string | null;
  /** The /24 of an IPv4 address, the /48 of an IPv6 one. */
  network: string | null;
  userAgent: string | null;
  failuresBefore: number;
  accountsTried: number;
};

/**
 * The attempts with these keys that are in the book, each with what happened before it: the account's failures since it
 * was last signed in to, and how many accounts the address was tried on, both within the window. Counting stops at 500,
 * and is done once for each address: in a flood from one of them, that is what keeps this cheap.
 */
export async function readAttempts(db: Database, keys: readonly EventKey[]): Promise<ReviewedAttempt[]> {
  const window = sql`make_interval(mins => ${WINDOW_MINUTES})`;
  const result = await sql<ReviewedAttempt>`/* prepared attempts-for-review */
    with attempt as materialized (
      select event.* from unnest(${keys.map(({ id }) => id)}::uuid[],
                                 ${keys.map(({ occurredAt }) => occurredAt)}::timestamptz[]) as key (id, occurred_at)
        join audit_events event on event.id = key.id and event.occurred_at = key.occurred_at
       where event.action = 'signedIn'
    ), address as (
      select seen.ip, (
        select count(distinct coalesce(tried.target_id::text, tried.claimed_email))::int from (
          select target_id, claimed_email from audit_events other
           where other.ip = seen.ip and other.action = 'signedIn' and other.status = 'failure'
             and other.occurred_at <= seen.last and other.occurred_at > seen.last - ${window}
           order by other.occurred_at desc limit 500) tried
      ) as accounts
        from (select ip, max(occurred_at) as last from attempt where ip is not null group by ip) seen
    )
    select attempt.id, attempt.occurred_at as "occurredAt", attempt.status = 'success' as succeeded,
           attempt.target_id as "userId", account.email, host(attempt.ip) as ip,
           network(set_masklen(attempt.ip, case family(attempt.ip) when 4 then 24 else 48 end))::text as network,
           attempt.user_agent as "userAgent", coalesce(address.accounts, 0) as "accountsTried",
           case when attempt.status = 'success' then (
             select count(*)::int from (
               select from audit_events earlier
                where earlier.target_id = attempt.target_id and earlier.action = 'signedIn'
                  and earlier.status = 'failure' and earlier.occurred_at < attempt.occurred_at
                  and earlier.occurred_at > greatest(
                        attempt.occurred_at - ${window},
                        (select max(success.occurred_at) from audit_events success
                          where success.target_id = attempt.target_id and success.action = 'signedIn'
                            and success.status = 'success' and success.occurred_at < attempt.occurred_at
                            and success.occurred_at > attempt.occurred_at - ${window}))
                limit 500) failure
           ) else 0 end as "failuresBefore"
      from attempt
      left join users account on account.id = attempt.target_id
      left join address on address.ip = attempt.ip
     order by attempt.occurred_at, attempt.id`.execute(db);
  return result.rows;
}

export type Place = { userId: string; kind: "device" | "network"; value: string; at: Date };

/**
 * Remembers where people come from.
 * @returns those that were not known, of people of whom others were
 */
export async function rememberPlaces(db: Database, places: readonly Place[]): Promise<Place[]> {
  if (places.length === 0) return [];
  // One statement sees the table as it was before it: what it adds does not count as known.
  const result = await sql<{ userId: string; kind: Place["kind"]; value: string }>`
    with given as (
      select user_id, kind, value, min(at) as at
        from unnest(${places.map(({ userId }) => userId)}::uuid[], ${places.map(({ kind }) => kind)}::text[],
                    ${places.map(({ value }) => value)}::text[], ${places.map(({ at }) => at)}::timestamptz[])
               as place (user_id, kind, value, at)
       group by user_id, kind, value
    ), remembered as (
      insert into known_places (user_id, kind, value, first_seen_at, last_seen_at)
      select user_id, kind, value, at, at from given
       -- In one order, so that two processes that remember the same people wait for each other, and not both.
       order by user_id, kind, value
      on conflict (user_id, kind, value) do update
        set last_seen_at = greatest(known_places.last_seen_at, excluded.last_seen_at)
      returning user_id, kind, value
    )
    select given.user_id as "userId", given.kind, given.value
      from given join remembered using (user_id, kind, value)
     where not exists (select from known_places known
                        where known.user_id = given.user_id and known.kind = given.kind and known.value = given.value)
       and exists (select from known_places known where known.user_id = given.user_id and known.kind = given.kind)`.execute(
    db,
  );
  return result.rows.flatMap(({ userId, kind, value }) => {
    const first = places
      .filter((place) => place.userId === userId && place.kind === kind && place.value === value)
      .toSorted((one, other) => one.at.getTime() - other.at.getTime())[0];
    return first ? [first] : [];
  });
}

export type LabelledEvent = EventKey & { signal: Signal };

/** Keeps labels; those that are there already stay as they are. Answers the ids of events that got one. */
export async function putSignals(db: Database, labelled: readonly LabelledEvent[]): Promise<Set<string>> {
  if (labelled.length === 0) return new Set();
  const rows = await db
    .insertInto("sign_in_signals")
    .values(
      labelled.map(({ id, occurredAt, signal: { kind, ...reason } }) => ({
        event_id: id,
        occurred_at: occurredAt,
        signal: kind,
        reason: JSON.stringify(reason),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning("event_id")
    .execute();
  return new Set(rows.map((row) => row.event_id));
}

/** The labels of these events, by event id. */
export async function findSignals(db: Database, keys: readonly EventKey[]): Promise<Map<string, Signal[]>> {
  if (keys.length === 0) return new Map();
  const result = await sql<{ id: string; kind: Signal["kind"]; reason: Record<string, unknown> }>`
    select label.event_id as id, label.signal as kind, label.reason
      from unnest(${keys.map(({ id }) => id)}::uuid[], ${keys.map(({ occurredAt }) => occurredAt)}::timestamptz[])
             as key (id, occurred_at)
      join sign_in_signals label on label.event_id = key.id and label.occurred_at = key.occurred_at
     order by label.signal`.execute(db);
  const found = new Map<string, Signal[]>();
  for (const { id, kind, reason } of result.rows)
    found.set(id, [...(found.get(id) ?? []), { kind, ...reason } as Signal]);
  return found;
}

/** The rows behind session cookies. The cookie names a row; the row decides. */
import "server-only";
import type { Database, Tx } from "@db/connect.server";
import { CompiledQuery, sql } from "kysely";
import type { AuthMethod, EventInput } from "@/audit/catalogue";
import { eventRow } from "@/audit/event";
import { eventParameters, insertEventsIf } from "@/audit/events.store.server";
import type { Membership } from "@/auth/session-shape";

export type SessionRow = {
  id: string;
  userId: string;
  authMethod: AuthMethod;
  provider: string;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  email: string;
  name: string | null;
  instanceRole: "admin" | "auditor" | null;
  memberships: Membership[];
};

export type NewSession = {
  id: string;
  userId: string;
  authMethod: AuthMethod;
  provider: string;
  ip: string | null;
  userAgent: string | null;
  at: Date;
  expiresAt: Date;
};

/** `for share` holds off a disabling that runs at the same time. */
const opening = (events: number) => `
    with signer as materialized (
      select id from users where id = $1 and disabled_at is null for share
    ), opened as (
      insert into sessions (id, user_id, auth_method, provider, ip, user_agent, created_at, last_used_at, expires_at)
      select $2, id, $3, $4, $5, $6, $7, $7, $8 from signer
      returning id
    ), written as (${insertEventsIf("exists (select from opened)", { rows: events, from: 9 })})
    select id from opened`;
/** Of somebody who is known: `signedIn` and `jwtTokenCreated`. What also made or changed an account writes more. */
const OPEN_WITH_TWO = `/* prepared open-session */${opening(2)}`;

/**
 * Opens a session and writes the events of its beginning, unless the user is disabled. One statement, because round
 * trips are what a sign-in costs: it is atomic without a transaction around it, and part of one where there is one.
 * @returns whether the session is open; when not, nothing was written
 */
export async function openSession(db: Database, session: NewSession, events: readonly EventInput[]): Promise<boolean> {
  const { userId, id, authMethod, provider, ip, userAgent, at, expiresAt } = session;
  const text = events.length === 2 ? OPEN_WITH_TWO : opening(events.length);
  const row = [userId, id, authMethod, provider, ip, userAgent, at, expiresAt];
  const { rows } = await db.executeQuery(CompiledQuery.raw(text, [...row, ...eventParameters(events.map(eventRow))]));
  return rows.length === 1;
}

/**
 * Opens a session in the place of one that has ended: the same person, proven in the same way, until the same last
 * moment, but with an id of its own. It starts now, and from where the request comes.
 * @returns when it ends at the latest, or null when there is no such session
 */
export async function succeedSession(
  db: Database,
  session: { id: string; predecessor: string; ip: string | null; userAgent: string | null; at: Date },
): Promise<Date | null> {
  const result = await sql<{ expiresAt: Date }>`
    insert into sessions (id, user_id, auth_method, provider, second_factor, ip, user_agent,
                          created_at, last_used_at, expires_at)
    select ${session.id}, user_id, auth_method, provider, second_factor, ${session.ip}, ${session.userAgent},
           ${session.at}, ${session.at}, expires_at
      from sessions where id = ${session.predecessor}
    returning expires_at as "expiresAt"`.execute(db);
  return result.rows[0]?.expiresAt ?? null;
}

/** Prepared under two names: of one id the server keeps a plan, of a list it makes one each time. */
const liveSessions = (name: string, ids: string) => `/* prepared ${name} */
  select session.id, session.user_id as "userId", session.auth_method as "authMethod", session.provider,
         session.created_at as "createdAt", session.last_used_at as "lastUsedAt", session.expires_at as "expiresAt",
         account.email, account.name, account.instance_role as "instanceRole",
         coalesce((
           select jsonb_agg(jsonb_build_object('organizationId', organization.id, 'slug', organization.slug,
                                               'name', organization.name, 'role', membership.role)
                            order by membership.created_at, organization.id)
             from memberships membership join organizations organization on organization.id = membership.organization_id
            where membership.user_id = account.id
         ), '[]') as memberships
    from sessions session join users account on account.id = session.user_id
   where session.id ${ids} and session.ended_at is null and session.expires_at > $2
     and session.last_used_at > $3 and account.disabled_at is null`;
const ONE_LIVE_SESSION = liveSessions("live-session", "= $1::uuid");
const LIVE_SESSIONS = liveSessions("live-sessions", "= any($1::uuid[])");

/**
 * The live ones among the sessions with these ids, each with its user and their memberships, in one indexed read. One
 * that was ended, has expired, was idle too long, or whose user is disabled is not among them.
 */
export async function findLiveSessions(
  db: Database,
  ids: readonly string[],
  limits: { at: Date; idleSince: Date },
): Promise<Map<string, SessionRow>> {
  const [text, wanted] = ids.length === 1 ? [ONE_LIVE_SESSION, ids[0]] : [LIVE_SESSIONS, ids];
  const query = CompiledQuery.raw(text, [wanted, limits.at, limits.idleSince]);
  const { rows } = await db.executeQuery<SessionRow>(query as CompiledQuery<SessionRow>);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The same of one session. */
export async function findLiveSession(
  db: Database,
  id: string,
  limits: { at: Date; idleSince: Date },
): Promise<SessionRow | null> {
  return (await findLiveSessions(db, [id], limits)).get(id) ?? null;
}

/**
 * Whether a session of that user lives; if so, it is not ended by anybody before the transaction is over.
 */
export async function holdLiveSession(
  tx: Tx,
  session: { id: string; userId: string },
  limits: { at: Date; idleSince: Date },
): Promise<boolean> {
  const row = await tx
    .selectFrom("sessions")
    .select("id")
    .where("id", "=", session.id)
    .where("user_id", "=", session.userId)
    .where("ended_at", "is", null)
    .where("expires_at", ">", limits.at)
    .where("last_used_at", ">", limits.idleSince)
    .forShare()
    .executeTakeFirst();
  return row !== undefined;
}

/** Slides the idle time. */
export async function touchSession(db: Database, id: string, at: Date): Promise<void> {
  await db
    .updateTable("sessions")
    .set({ last_used_at: at })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .execute();
}

export type SessionRecord = {
  id: string;
  userId: string;
  email: string;
  authMethod: AuthMethod;
  provider: string;
  secondFactor: string | null;
  ip: string | null;
  userAgent: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  endedReason: EndedReason | null;
  /** When the person's account was disabled. */
  disabledAt: Date | null;
};

/** The row of a session, whether it lives or not. */
export async function findSessionRecord(db: Database, id: string): Promise<SessionRecord | null> {
  const row = await db
    .selectFrom("sessions")
    .innerJoin("users", "users.id", "sessions.user_id")
    .select([
      "sessions.id",
      "sessions.user_id as userId",
      "users.email",
      "sessions.auth_method as authMethod",
      "sessions.provider",
      "sessions.second_factor as secondFactor",
      sql<string | null>`host(sessions.ip)`.as("ip"),
      "sessions.user_agent as userAgent",
      "sessions.created_at as createdAt",
      "sessions.last_used_at as lastUsedAt",
      "sessions.expires_at as expiresAt",
      "sessions.ended_at as endedAt",
      "sessions.ended_reason as endedReason",
      "users.disabled_at as disabledAt",
    ])
    .where("sessions.id", "=", id)
    .executeTakeFirst();
  if (!row) return null;
  return { ...row, authMethod: row.authMethod as AuthMethod, endedReason: row.endedReason as EndedReason | null };
}

/** For the inspector: makes a session look as if it had not been used for too long, or had reached its last moment. */
export async function expireSession(
  db: Database,
  id: string,
  kind: "idle" | "absolute",
  limits: { at: Date; idleSince: Date },
): Promise<void> {
  await db
    .updateTable("sessions")
    .set(kind === "idle" ? { last_used_at: limits.idleSince } : { expires_at: limits.at })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .execute();
}

export type EndedReason = "signed_out" | "revoked" | "user_disabled" | "credentials_changed";

export type EndedSession = { userId: string; organizationId: string | null; authMethod: AuthMethod; provider: string };

/** Ends a session. Answers whose it was, or null when it had ended before. */
export async function endSession(
  db: Database,
  id: string,
  reason: EndedReason,
  at: Date,
): Promise<EndedSession | null> {
  const result = await sql<EndedSession>`
    update sessions set ended_at = ${at}, ended_reason = ${reason}
     where id = ${id} and ended_at is null
    returning user_id as "userId", auth_method as "authMethod", provider,
              (select organization_id from memberships where memberships.user_id = sessions.user_id
                order by created_at, organization_id limit 1) as "organizationId"`.execute(db);
  return result.rows[0] ?? null;
}

/** Ends a live session if it is that user's. Answers whether it was. */
export async function endSessionOf(db: Database, userId: string, id: string, at: Date): Promise<boolean> {
  const row = await db
    .updateTable("sessions")
    .set({ ended_at: at, ended_reason: "revoked" })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

/** Ends all sessions of a user but one (none is spared when `except` is null). Answers the ids of those that were live. */
export async function endOtherSessions(
  db: Database,
  userId: string,
  except: string | null,
  reason: EndedReason,
  at: Date,
): Promise<string[]> {
  const rows = await db
    .updateTable("sessions")
    .set({ ended_at: at, ended_reason: reason })
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .where("expires_at", ">", at)
    .$if(except !== null, (query) => query.where("id", "<>", except))
    .returning("id")
    .execute();
  return rows.map(({ id }) => id);
}

export type ListedSession = {
  id: string;
  authMethod: AuthMethod;
  provider: string;
  ip: string | null;
  userAgent: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
};

/** A user's live sessions, last used first; at most 200. */
export async function listLiveSessions(
  db: Database,
  userId: string,
  limits: { at: Date; idleSince: Date },
): Promise<ListedSession[]> {
  const rows = await db
    .selectFrom("sessions")
    .select([
      "id",
      "auth_method as authMethod",
      "provider",
      "ip",
      "user_agent as userAgent",
      "created_at as createdAt",
      "last_used_at as lastUsedAt",
      "expires_at as expiresAt",
    ])
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .where("expires_at", ">", limits.at)
    .where("last_used_at", ">", limits.idleSince)
    .orderBy("last_used_at", "desc")
    .limit(200)
    .execute();
  return rows.map((row) => ({ ...row, authMethod: row.authMethod as AuthMethod }));
}

/** Everything about a session that its owner may see: where it comes from, when it ends, what it allows. Never its token. */
import "server-only";
import type { Database } from "@db/connect.server";
import type { AuthMethod } from "@/audit/catalogue";
import { deviceOf } from "@/audit/device";
import { listSessionEvents, type SessionEvent } from "@/audit/session-events.store.server";
import { inspectorAllowed } from "@/auth/inspection/allowed";
import { type Claim, explainClaims } from "@/auth/inspection/claims";
import { type Lifetimes, lifetimesOf } from "@/auth/inspection/lifetimes";
import { instanceRoleAllows, membershipAllows, type Permission } from "@/auth/inspection/permissions";
import { type CookieFacts, inspectSessionCookie } from "@/auth/inspection/session-cookie.server";
import { findSessionRecord } from "@/auth/session.store.server";
import type { GatebookSession, Membership } from "@/auth/session-shape";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";

export const INSPECTED_EVENTS = 100;

export type SessionInspection = {
  /** The server's time, from which countdowns are reckoned. */
  at: Date;
  sid: string;
  user: GatebookSession["user"];
  signIn: {
    at: Date;
    authMethod: AuthMethod;
    provider: string;
    secondFactor: string | null;
    ip: string | null;
    userAgent: string | null;
    device: string | null;
  };
  lifetimes: Lifetimes;
  claims: Claim[];
  cookie: CookieFacts;
  /** What the role for the whole of this Gatebook allows; empty without one. */
  instanceAllows: Permission[];
  memberships: (Membership & { allows: Permission[] })[];
  /** Newest first. */
  events: SessionEvent[];
  /** Whether the procedures that only developers need are there. */
  canSimulate: boolean;
};

/** Null when the session's row has gone since the session was read. */
export async function inspectSession(db: Database, session: GatebookSession): Promise<SessionInspection | null> {
  const row = await findSessionRecord(db, session.sid);
  if (!row) return null;
  const { cookie, token } = await inspectSessionCookie();
  const events = await listSessionEvents(db, { sessionId: session.sid, since: row.createdAt }, INSPECTED_EVENTS);
  return {
    at: now(),
    sid: row.id,
    user: session.user,
    signIn: {
      at: row.createdAt,
      authMethod: row.authMethod,
      provider: row.provider,
      secondFactor: row.secondFactor,
      ip: row.ip,
      userAgent: row.userAgent,
      device: deviceOf(row.userAgent),
    },
    lifetimes: lifetimesOf(token, row, env()),
    claims: token ? explainClaims(token) : [],
    cookie,
    instanceAllows: instanceRoleAllows(session),
    memberships: session.memberships.map((one) => ({ ...one, allows: membershipAllows(session, one) })),
    events,
    canSimulate: inspectorAllowed(env()),
  };
}

/** Reading the row behind a session cookie, once per request, and keeping "it is over" apart from "nobody can say". */
import "server-only";
import { database } from "@db/connect.server";
import { findLiveSessions, type SessionRow, touchSession } from "@/auth/session.store.server";
import { SessionEnded, SessionUnavailable } from "@/auth/session-errors";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { Gathering } from "@/platform/gathering";
import { isId } from "@/platform/ids";

/** What one request finds out about its session. */
export type SessionRead = {
  /** Only `/api/auth/session` can hand the browser a new cookie; pages and procedures cannot. */
  readonly mayRotate: boolean;
  /** Whether somebody uses the session by this request. A stream that a forgotten tab opens again and again is no use. */
  readonly isUse: boolean;
  rawToken: string | null;
  row: SessionRow | null;
  /** Set when a new token is made, with why. */
  mint: "signIn" | "update" | "refresh" | null;
  /** Set when the database could not be asked. */
  unavailable: SessionUnavailable | null;
};

export function newSessionRead(mayRotate: boolean, isUse = true): SessionRead {
  return { mayRotate, isUse, rawToken: null, row: null, mint: null, unavailable: null };
}

/** Idle time is written at most this often, so that a busy page does not write a row per request. */
const TOUCH_EVERY_MS = 60_000;

export function sessionLimits(): { at: Date; idleSince: Date } {
  const at = now();
  return { at, idleSince: new Date(at.getTime() - env().SESSION_IDLE_S * 1000) };
}

/** Requests that arrive together share one read: each still sees what is so after it arrived. */
const sessions = new Gathering((ids: string[]) => findLiveSessions(database(), ids, sessionLimits()));

/** @throws SessionEnded when there is no live session of that id; SessionUnavailable when the database cannot say */
export async function readSessionRow(read: SessionRead, sid: string): Promise<SessionRow> {
  if (!isId(sid)) throw new SessionEnded();
  try {
    read.row = await sessions.ask(sid);
    if (!read.row) throw new SessionEnded();
    const { at } = sessionLimits();
    const touchEvery = Math.min(TOUCH_EVERY_MS, (env().SESSION_IDLE_S * 1000) / 4);
    if (read.isUse && at.getTime() - read.row.lastUsedAt.getTime() > touchEvery) {
      await touchSession(database(), sid, at);
    }
    return read.row;
  } catch (error) {
    if (error instanceof SessionEnded) throw error;
    // Any database error means that nobody can say. Treating it as "ended" would sign everybody out.
    read.row = null;
    read.unavailable = new SessionUnavailable({ cause: error });
    throw read.unavailable;
  }
}

/**
 * Proving oneself once more (ASVS 7.5.1): by the current password, or for somebody who has none by having signed in a moment
 * ago. An open browser alone changes no way in.
 */
import "server-only";
import type { Database } from "@db/connect.server";
import { isTooLong } from "@/account/password-rules";
import { verifyPassword } from "@/account/passwords.server";
import { findPasswordFacts, lockPassword } from "@/account/passwords.store.server";
import { enterOwnPassword } from "@/auth/limits/own-password.server";
import type { ReauthenticationRefusal } from "@/auth/reauthentication";
import { findLiveSession } from "@/auth/session.store.server";
import { sessionLimits } from "@/auth/session-read.server";
import type { GatebookSession } from "@/auth/session-shape";

/** So long a sign-in is a proof for somebody without a password. */
export const RECENT_SIGN_IN_MINUTES = 10;

type Somebody = Pick<GatebookSession, "sid" | "user" | "memberships">;

export type Reauthentication = {
  refusal: ReauthenticationRefusal | null;
  /** Counts the try. To be called once, when a transaction that it was made in is over. Never throws. */
  settle: () => Promise<void>;
};

const nothingToCount = async () => {};

/** The password that there is, looked at within the account's limit of failed tries. */
export async function tryOwnPassword(
  db: Database,
  { user, memberships }: Somebody,
  given: string,
): Promise<Reauthentication> {
  const organizationId = memberships[0]?.organizationId ?? null;
  const admitted = await enterOwnPassword(db, { ...user, organizationId });
  if ("refused" in admitted) {
    const refusal =
      admitted.refused === "rate_limited"
        ? ({ reason: "rate_limited", minutes: admitted.minutes } as const)
        : ({ reason: "under_way" } as const);
    return { refusal, settle: nothingToCount };
  }
  try {
    const stored = await lockPassword(db, user.id);
    if (!stored?.passwordHash)
      return { refusal: { reason: "no_password" }, settle: () => admitted.settle("not looked at") };
    const matches = !isTooLong(given) && (await verifyPassword(stored.passwordHash, given));
    return matches
      ? { refusal: null, settle: () => admitted.settle("right") }
      : { refusal: { reason: "wrong_password" }, settle: () => admitted.settle("wrong") };
  } catch (error) {
    await admitted.settle("not looked at");
    throw error;
  }
}

/** Whether a person has a password, and so is asked for it. */
export async function asksForPassword(db: Database, userId: string): Promise<boolean> {
  return (await findPasswordFacts(db, userId)).set;
}

/** Whether a session is so young that its beginning is a proof, for somebody who has no password. */
export async function signedInRecently(db: Database, sessionId: string): Promise<boolean> {
  const limits = sessionLimits();
  const live = await findLiveSession(db, sessionId, limits);
  return live !== null && limits.at.getTime() - live.createdAt.getTime() < RECENT_SIGN_IN_MINUTES * 60_000;
}

/** @param password as it was typed; looked at only where the person has one */
export async function reauthenticate(db: Database, session: Somebody, password: string): Promise<Reauthentication> {
  if (await asksForPassword(db, session.user.id)) return tryOwnPassword(db, session, password);
  const recent = await signedInRecently(db, session.sid);
  return { refusal: recent ? null : { reason: "recent_sign_in_required" }, settle: nothingToCount };
}

/**
 * `account.changePassword` (ASVS 6.2): proves the password that there is, holds the new one against the rules, and ends
 * every session. The browser that asked goes on in a session of its own, with a new cookie: a copy of the old one is dead.
 */
import "server-only";
import type { Tx } from "@db/connect.server";
import { z } from "zod";
import { isCommonPassword } from "@/account/common-passwords.server";
import { passwordProblem, passwordProblemText } from "@/account/password-rules";
import { hashPassword } from "@/account/passwords.server";
import { storePassword } from "@/account/passwords.store.server";
import { recordInTransaction } from "@/audit/record.server";
import { tellOfChangedPassword } from "@/auth/password-changed-notice.server";
import { offersEmailLink } from "@/auth/providers/offered.server";
import { tryOwnPassword } from "@/auth/reauthentication.server";
import { endOtherSessions, succeedSession } from "@/auth/session.store.server";
import { sessionCookie } from "@/auth/session-cookie";
import type { GatebookSession } from "@/auth/session-shape";
import { now } from "@/platform/clock";
import { newId } from "@/platform/ids";
import { requestScope } from "@/platform/request-scope";
import type { AuditNote } from "@/trpc/audit-note";
import { protectedProcedure, Refused } from "@/trpc/procedures.server";
import { proveOneself } from "@/trpc/prove-oneself.server";

const WORDS = { ...passwordProblemText, password_unchanged: "That is the password you have now. Choose another." };

/** Passwords are taken as they come: no trimming, no normalization. The rules say more of their length. */
const password = z
  .string()
  .max(8192, WORDS.password_too_long)
  .refine((text) => text.isWellFormed(), "holds half a character");

function refuseNewPassword(reason: keyof typeof WORDS): never {
  throw new Refused("BAD_REQUEST", reason, WORDS[reason]);
}

type ChangeContext = { db: Tx; session: GatebookSession; audit: AuditNote<"passwordChanged"> };

/** Ends all sessions and opens one in the place of the caller's. Answers its cookie, and how many others ended. */
async function startOver({ db, session, audit }: ChangeContext, at: Date): Promise<{ cookie: string; others: number }> {
  const { id: userId } = session.user;
  const ended = await endOtherSessions(db, userId, null, "credentials_changed", at);
  const scope = requestScope();
  const id = newId();
  const expiresAt = ended.includes(session.sid)
    ? await succeedSession(db, {
        id,
        predecessor: session.sid,
        ip: scope?.ip ?? null,
        userAgent: scope?.userAgent ?? null,
        at,
      })
    : null;
  // It ended while the call was under way. Whoever ended it did not mean it to change anything any more.
  if (!expiresAt) throw new Refused("UNAUTHORIZED", "no_session", "Your session has ended.");
  audit.details({ endedSessions: ended.length });
  await recordInTransaction(db, [
    {
      action: "jwtTokenCreated",
      status: "success",
      actor: { type: "user", id: userId },
      target: { type: "session", id },
      organizationId: session.memberships[0]?.organizationId ?? null,
      authMethod: session.authMethod,
      provider: session.provider,
      sessionId: id,
      details: { trigger: "update", replaces: session.sid },
    },
  ]);
  return { cookie: await sessionCookie(id, expiresAt), others: ended.length - 1 };
}

export const changePassword = protectedProcedure
  .meta({ audit: "passwordChanged" })
  .input(z.strictObject({ currentPassword: password, newPassword: password }))
  .mutation(async ({ ctx, input: { currentPassword, newPassword } }) => {
    const { user } = ctx.session;
    ctx.audit.target({ type: "user", id: user.id });
    await proveOneself(ctx, (db) => tryOwnPassword(db, ctx.session, currentPassword));
    const problem = passwordProblem(newPassword, user, isCommonPassword);
    if (problem) refuseNewPassword(problem);
    if (newPassword === currentPassword) refuseNewPassword("password_unchanged");
    const at = now();
    await storePassword(ctx.db, user.id, await hashPassword(newPassword), at);
    const { cookie, others } = await startOver(ctx, at);
    ctx.audit.afterCommit(() => {
      ctx.appendHeader?.("set-cookie", cookie);
      void tellOfChangedPassword(user, at);
    });
    return { endedOthers: others, toldByMail: offersEmailLink() };
  });

/** `POST /api/auth/signout`: ends the session's row and records it before the cookie is cleared. */
import "server-only";
import { database } from "@db/connect.server";
import { recordDurably, recordInTransaction } from "@/audit/record.server";
import { cookieNames } from "@/auth/cookies";
import { csrfMatches } from "@/auth/csrf";
import { secureCookies, sendTo, unavailable } from "@/auth/http/answers.server";
import { cleanRequest, type Form } from "@/auth/http/form.server";
import { askNextAuth } from "@/auth/http/next-auth.server";
import type { AuthRequest } from "@/auth/http/request";
import { optionsFor } from "@/auth/options.server";
import { endSession } from "@/auth/session.store.server";
import { newSessionRead } from "@/auth/session-read.server";
import { sessionIdOf } from "@/auth/session-token";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { log } from "@/platform/log";

async function endAndRecord(sessionId: string): Promise<void> {
  await database()
    .transaction()
    .execute(async (tx) => {
      const ended = await endSession(tx, sessionId, "signed_out", now());
      if (!ended) return;
      await recordInTransaction(tx, [
        {
          action: "signedOut",
          status: "success",
          actor: { type: "user", id: ended.userId },
          target: { type: "session", id: sessionId },
          organizationId: ended.organizationId,
          authMethod: ended.authMethod,
          provider: ended.provider,
          sessionId,
          details: {},
        },
      ]);
    });
}

export async function serveSignOut(request: AuthRequest, form: Form): Promise<Response> {
  const names = cookieNames(secureCookies());
  const json = form.fields.json === "true";
  const secret = env().NEXTAUTH_SECRET;
  if (!csrfMatches(request.cookies.get(names.csrf)?.value, form.fields.csrfToken, secret)) {
    await recordDurably([
      {
        action: "accessDenied",
        status: "failure",
        failureReason: "csrf_rejected",
        actor: { type: "anonymous" },
        details: { path: "/api/auth/signout" },
      },
    ]);
    return sendTo("/sign-in", { error: "csrf" }, { json, status: 403, from: null });
  }
  try {
    const sessionId = await sessionIdOf(request.cookies.get(names.session)?.value, secret);
    if (sessionId) await endAndRecord(sessionId);
  } catch (error) {
    // Clearing the cookie alone would leave every copy of it alive.
    log().error({ err: error }, "a sign-out could not be carried out");
    return unavailable();
  }
  const clean = cleanRequest(request, form, env().NEXTAUTH_URL);
  return (await askNextAuth(clean, ["signout"], optionsFor(newSessionRead(false)))).response;
}

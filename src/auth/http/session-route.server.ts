/** `/api/auth/session`: the one place that can hand a browser a fresh token, and that never mistakes an outage for an end. */
import "server-only";
import { recordDurably } from "@/audit/record.server";
import { unavailable, withoutSessionCookie } from "@/auth/http/answers.server";
import { cleanRequest, type Form } from "@/auth/http/form.server";
import { askNextAuth } from "@/auth/http/next-auth.server";
import type { AuthRequest } from "@/auth/http/request";
import { optionsFor } from "@/auth/options.server";
import { newSessionRead } from "@/auth/session-read.server";
import { env } from "@/platform/env";
import { log } from "@/platform/log";

export async function serveSession(request: AuthRequest, form: Form): Promise<Response> {
  const read = newSessionRead(true);
  const { response } = await askNextAuth(
    cleanRequest(request, form, env().NEXTAUTH_URL),
    ["session"],
    optionsFor(read),
  );
  if (read.unavailable) return unavailable();
  const { row, mint } = read;
  // No live session: NextAuth has cleared the cookie.
  if (!row) return response;
  // A plain read. Sending the old token again could undo a rotation that another tab has just made.
  if (mint !== "update" && mint !== "refresh") return withoutSessionCookie(response);
  try {
    await recordDurably([
      {
        action: "jwtTokenCreated",
        status: "success",
        actor: { type: "user", id: row.userId },
        target: { type: "session", id: row.id },
        organizationId: row.memberships[0]?.organizationId ?? null,
        authMethod: row.authMethod,
        provider: row.provider,
        sessionId: row.id,
        details: { trigger: mint },
      },
    ]);
    return response;
  } catch (error) {
    // No token without its row: the browser keeps the one it has.
    log().error({ err: error }, "a fresh session token was withheld: its event could not be recorded");
    return withoutSessionCookie(response);
  }
}

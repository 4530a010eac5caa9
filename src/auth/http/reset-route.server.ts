/** The form in which somebody with a mailed link chooses a new password. */
import "server-only";
import type { NextRequest } from "next/server";
import { cookieNames } from "@/auth/cookies";
import { csrfMatches } from "@/auth/csrf";
import { secureCookies, sendTo } from "@/auth/http/answers.server";
import { readForm } from "@/auth/http/form.server";
import { type ResetRefusal, resetPassword } from "@/auth/password-reset.server";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { report } from "@/platform/report.server";
import { requestScope } from "@/platform/request-scope";

export async function servePasswordReset(request: NextRequest): Promise<Response> {
  const { fields } = await readForm(request);
  const { token = "", password = "" } = fields;
  const json = fields.json === "true";
  const back = (error: ResetRefusal | "csrf" | "unavailable", status: number) =>
    sendTo(
      "/reset-password",
      {
        error,
        // A link that works no more is not carried on.
        token: error === "link_invalid" ? undefined : token,
        requestId: error === "unavailable" ? requestScope()?.requestId : undefined,
      },
      { json, status, from: null },
    );
  const csrfCookie = request.cookies.get(cookieNames(secureCookies()).csrf)?.value;
  if (!csrfMatches(csrfCookie, fields.csrfToken, env().NEXTAUTH_SECRET)) return back("csrf", 403);
  try {
    const refusal = await resetPassword(token, password);
    if (refusal) return back(refusal, 400);
    return sendTo("/reset-password", { done: "1" }, { json, status: 200, from: null });
  } catch (error) {
    log().error({ err: error }, "a password could not be reset");
    report(error, { route: "reset-password" });
    return back("unavailable", 503);
  }
}

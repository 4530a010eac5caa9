/** The form that asks for a link by email. Every well-formed address gets the same answer. */
import "server-only";
import type { NextRequest } from "next/server";
import { cookieNames } from "@/auth/cookies";
import { csrfMatches } from "@/auth/csrf";
import { flashCookie, secureCookies, sendTo } from "@/auth/http/answers.server";
import { readForm } from "@/auth/http/form.server";
import { offersEmailLink } from "@/auth/providers/offered";
import { safeReturnPath } from "@/auth/redirects";
import { requestSignInLink } from "@/auth/sign-in-link.server";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { report } from "@/platform/report.server";
import { requestScope } from "@/platform/request-scope";
import { normalizeEmail } from "@/platform/text";

export async function serveLinkRequest(request: NextRequest): Promise<Response> {
  if (!offersEmailLink()) return Response.json({ error: "not_found" }, { status: 404 });
  const { fields } = await readForm(request);
  const settings = env();
  const returnTo = safeReturnPath(fields.callbackUrl, settings.NEXTAUTH_URL);
  const typed = fields.email ?? "";
  const back = (error: string, status: number) =>
    sendTo(
      "/sign-in",
      {
        error,
        callbackUrl: returnTo === "/" ? undefined : returnTo,
        requestId: error === "unavailable" ? requestScope()?.requestId : undefined,
      },
      { json: fields.json === "true", status, from: null, cookies: [flashCookie(typed)] },
    );
  const csrfCookie = request.cookies.get(cookieNames(secureCookies()).csrf)?.value;
  if (!csrfMatches(csrfCookie, fields.csrfToken, settings.NEXTAUTH_SECRET)) return back("csrf", 403);
  const email = normalizeEmail(typed);
  if (email === null) return back("missing_email", 400);
  try {
    await requestSignInLink(email, returnTo);
  } catch (error) {
    log().error({ err: error }, "a sign-in link could not be requested");
    report(error, { route: "sign-in/link" });
    return back("unavailable", 503);
  }
  return sendTo(
    "/sign-in/check-email",
    {},
    { json: fields.json === "true", status: 200, from: null, cookies: [flashCookie(null)] },
  );
}

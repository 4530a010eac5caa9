/** A form in which somebody asks for a mail with a link. Every well-formed address gets the same answer. */
import "server-only";
import type { NextRequest } from "next/server";
import { cookieNames } from "@/auth/cookies";
import { csrfMatches } from "@/auth/csrf";
import { flashCookie, secureCookies, sendTo } from "@/auth/http/answers.server";
import { readForm } from "@/auth/http/form.server";
import { offersEmailLink } from "@/auth/providers/offered.server";
import { safeReturnPath } from "@/auth/redirects";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { report } from "@/platform/report.server";
import { requestScope } from "@/platform/request-scope";
import { normalizeEmail } from "@/platform/text";

export type MailRequest = {
  /** The page that the form is on: it says what was wrong. */
  page: string;
  /** Where everybody is sent who typed an address. */
  sentTo: string;
  /** Has the mail sent where there is somebody to send it to. Must cost the same for every address. */
  ask: (email: string, returnTo: string) => Promise<void>;
};

export async function serveMailRequest(request: NextRequest, { page, sentTo, ask }: MailRequest): Promise<Response> {
  if (!offersEmailLink()) return Response.json({ error: "not_found" }, { status: 404 });
  const { fields } = await readForm(request);
  const settings = env();
  const returnTo = safeReturnPath(fields.callbackUrl, settings.NEXTAUTH_URL);
  const typed = fields.email ?? "";
  const json = fields.json === "true";
  const back = (error: string, status: number) =>
    sendTo(
      page,
      {
        error,
        callbackUrl: returnTo === "/" ? undefined : returnTo,
        requestId: error === "unavailable" ? requestScope()?.requestId : undefined,
      },
      { json, status, from: null, cookies: [flashCookie(typed)] },
    );
  const csrfCookie = request.cookies.get(cookieNames(secureCookies()).csrf)?.value;
  if (!csrfMatches(csrfCookie, fields.csrfToken, settings.NEXTAUTH_SECRET)) return back("csrf", 403);
  const email = normalizeEmail(typed);
  if (email === null) return back("missing_email", 400);
  try {
    await ask(email, returnTo);
  } catch (error) {
    log().error({ err: error, page }, "a mail could not be asked for");
    report(error, { route: page });
    return back("unavailable", 503);
  }
  return sendTo(sentTo, {}, { json, status: 200, from: null, cookies: [flashCookie(null)] });
}

/** The forms that answer an offer to link: a yes or a no to it, and a mail that links. */
import "server-only";
import { database } from "@db/connect.server";
import type { NextRequest } from "next/server";
import { cookieNames } from "@/auth/cookies";
import { csrfMatches } from "@/auth/csrf";
import { reportFailure } from "@/auth/failures.server";
import { secureCookies, sendTo } from "@/auth/http/answers.server";
import { type Form, readForm } from "@/auth/http/form.server";
import { dropSealed, readSealed } from "@/auth/http/sealed-cookies.server";
import type { LinkReason } from "@/auth/linking/attach.server";
import { linkOfferByMail, linkOfferInSession } from "@/auth/linking/link.server";
import { requestLinkMail } from "@/auth/linking/offer.server";
import { type LinkOffer, linkOffer } from "@/auth/linking/seals";
import { offersEmailLink } from "@/auth/providers/offered.server";
import { safeReturnPath } from "@/auth/redirects";
import { readSession } from "@/auth/session.server";
import { findLiveSession } from "@/auth/session.store.server";
import { sessionLimits } from "@/auth/session-read.server";
import { env } from "@/platform/env";
import { requestScope } from "@/platform/request-scope";

const PAGE = "/link-provider";

type Asked = { fields: Form["fields"]; offer: LinkOffer | null; returnTo: string };

/** Reads the form and the offer; what goes wrong is told on the page. */
async function serve(request: NextRequest, answer: (asked: Asked) => Promise<Response>): Promise<Response> {
  const { fields } = await readForm(request);
  const settings = env();
  const back = (error: string, status: number) =>
    sendTo(
      PAGE,
      {
        error,
        token: fields.token,
        callbackUrl: fields.callbackUrl && safeReturnPath(fields.callbackUrl, settings.NEXTAUTH_URL),
        requestId: error === "unavailable" ? requestScope()?.requestId : undefined,
      },
      { json: false, status, from: null },
    );
  const csrfCookie = request.cookies.get(cookieNames(secureCookies()).csrf)?.value;
  if (!csrfMatches(csrfCookie, fields.csrfToken, settings.NEXTAUTH_SECRET)) return back("csrf", 403);
  try {
    const offer = await readSealed(request.cookies, "linkOffer", linkOffer);
    return await answer({ fields, offer, returnTo: safeReturnPath(fields.callbackUrl, settings.NEXTAUTH_URL) });
  } catch (error) {
    reportFailure(error, { route: PAGE }, "an offer to link could not be answered");
    return back("unavailable", 503);
  }
}

async function linkBySession(offer: LinkOffer): Promise<LinkReason | "no_session" | null> {
  const session = await readSession();
  const live = session && (await findLiveSession(database(), session.sid, sessionLimits()));
  return session && live ? linkOfferInSession(session, live.createdAt, offer) : "no_session";
}

/**
 * `POST /api/link-provider`: fields `csrfToken`, `answer` (`link` or `decline`), `callbackUrl`, and `token` where a mail has
 * brought it; without one, the session is the proof.
 */
export function serveLinkAnswer(request: NextRequest): Promise<Response> {
  return serve(request, async ({ fields, offer, returnTo }) => {
    const { token } = fields;
    const go = (page: string, query: Record<string, string | undefined>, status = 200) =>
      sendTo(page, query, { json: false, status, from: null, cookies: [dropSealed("linkOffer")] });
    if (fields.answer === "decline") return go(returnTo, {});
    if (!offer) return go(PAGE, { error: "no_offer" }, 400);
    const refused = token ? await linkOfferByMail(token, offer) : await linkBySession(offer);
    if (refused === "no_session")
      return sendTo("/sign-in", { callbackUrl: PAGE }, { json: false, status: 401, from: null });
    if (refused) return go(PAGE, { error: refused, provider: offer.provider }, 400);
    return token
      ? go(PAGE, { done: "1", provider: offer.provider, callbackUrl: returnTo === "/" ? undefined : returnTo })
      : go("/account/security", { linked: offer.provider });
  });
}

/** `POST /api/link-provider/mail`: has the mail sent, to the account's own address and nowhere else. Says the same always. */
export async function serveLinkMail(request: NextRequest): Promise<Response> {
  if (!offersEmailLink()) return Response.json({ error: "not_found" }, { status: 404 });
  return serve(request, async ({ offer, returnTo }) => {
    if (!offer) return sendTo(PAGE, { error: "no_offer" }, { json: false, status: 400, from: null });
    await requestLinkMail(offer, returnTo);
    return sendTo(PAGE, { sent: "1" }, { json: false, status: 200, from: null });
  });
}

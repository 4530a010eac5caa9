/**
 * The round trip to a provider that links instead of signing in. It begins with a form in which somebody proves themselves
 * once more, and ends at the same callback as a sign-in, under a state and cookies of its own. No session comes of it.
 */
import "server-only";
import { database } from "@db/connect.server";
import { type Attempt, methodOf, noteRefusal, openAttempt, runInAttempt } from "@/auth/attempt/attempt";
import { refusalFromCallbackError } from "@/auth/attempt/provider-errors";
import { cookieNames } from "@/auth/cookies";
import { csrfMatches } from "@/auth/csrf";
import { reportFailure } from "@/auth/failures.server";
import { secureCookies, sendTo } from "@/auth/http/answers.server";
import { cleanRequest, type Form, readForm } from "@/auth/http/form.server";
import { askNextAuth, type NextAuthAnswer, type NextAuthRequest } from "@/auth/http/next-auth.server";
import type { AuthRequest } from "@/auth/http/request";
import { dropSealed, keepSealed, readSealed } from "@/auth/http/sealed-cookies.server";
import { type Circumstances, inSession, linkInSession, recordNotLinked } from "@/auth/linking/link.server";
import { type PendingLink, pendingLink } from "@/auth/linking/seals";
import { linkingOptionsFor } from "@/auth/options.server";
import { asStored } from "@/auth/providers/guarded-client.server";
import { offeredMethods } from "@/auth/providers/offered.server";
import { reauthenticate } from "@/auth/reauthentication.server";
import { type GatebookSession, readSession } from "@/auth/session.server";
import { newSessionRead } from "@/auth/session-read.server";
import { env } from "@/platform/env";
import { requestScope } from "@/platform/request-scope";
import { normalizeEmail, storableText } from "@/platform/text";

const SECURITY = "/account/security";

/** Has NextAuth take one step of the trip. The attempt is its notebook only: it is never closed, and leaves no row. */
async function ask(
  request: NextAuthRequest,
  action: "signin" | "callback",
  trip: Attempt,
): Promise<NextAuthAnswer | null> {
  const { provider } = trip;
  try {
    const work = () => askNextAuth(request, [action, provider], linkingOptionsFor(newSessionRead(false), provider));
    return await runInAttempt(trip, () => asStored(provider, work));
  } catch (error) {
    trip.error ??= error;
    return null;
  }
}

function stateOf(url: string | null): string | null {
  if (url === null || !URL.canParse(url) || new URL(url).origin === new URL(env().NEXTAUTH_URL).origin) return null;
  return new URL(url).searchParams.get("state");
}

async function leave(request: AuthRequest, provider: string, csrfToken: string, session: GatebookSession) {
  const fields = { csrfToken, callbackUrl: SECURITY };
  const trip = openAttempt(provider);
  const clean = cleanRequest(request, { fields, tooLarge: false }, env().NEXTAUTH_URL);
  // NextAuth would hand every query parameter on to the provider.
  clean.query = {};
  const answer = await ask(clean, "signin", trip);
  const response = answer?.response ?? null;
  const state = stateOf(answer?.redirect ?? null);
  if (!response || !state) return { trip, response: null };
  const pending = { sessionId: session.sid, userId: session.user.id, provider, state };
  response.headers.append("set-cookie", await keepSealed("link", pendingLink, pending));
  return { trip, response };
}

/** `POST /api/link-provider/start`: fields `csrfToken`, `provider`, and `password` where the person has one. */
export async function serveLinkStart(request: AuthRequest): Promise<Response> {
  const { fields } = await readForm(request);
  const { password = "", csrfToken = "" } = fields;
  const provider = storableText(fields.provider ?? "", 64);
  const page = `${SECURITY}/link/${encodeURIComponent(provider)}`;
  const back = (error: string, status: number, minutes?: number) =>
    sendTo(
      page,
      {
        error,
        minutes: minutes === undefined ? undefined : String(minutes),
        requestId: error === "not_finished" || error === "unavailable" ? requestScope()?.requestId : undefined,
      },
      { json: false, status, from: null },
    );
  const csrfCookie = request.cookies.get(cookieNames(secureCookies()).csrf)?.value;
  if (!csrfMatches(csrfCookie, csrfToken, env().NEXTAUTH_SECRET)) return back("csrf", 403);
  try {
    const session = await readSession();
    if (!session) return sendTo("/sign-in", { callbackUrl: page }, { json: false, status: 401, from: null });
    const about = inSession(session, provider, null);
    const refuse = async (reason: string, status: number, minutes?: number) => {
      await recordNotLinked(reason, about);
      return back(reason, status, minutes);
    };
    if (methodOf(provider) !== "sso" || !offeredMethods().includes(provider)) {
      await recordNotLinked("provider_not_allowed", about);
      return sendTo(SECURITY, { error: "provider_not_allowed" }, { json: false, status: 400, from: null });
    }
    const { refusal, settle } = await reauthenticate(database(), session, password);
    await settle();
    if (refusal) return refuse(refusal.reason, 401, refusal.minutes);
    const { trip, response } = await leave(request, provider, csrfToken, session);
    if (response) return response;
    await recordNotLinked(trip.refusal?.reason ?? "provider_error", about);
    return back("not_finished", 400);
  } catch (error) {
    reportFailure(error, { route: "link-provider/start" }, "a round trip that links could not be begun");
    return back("unavailable", 503);
  }
}

/** The link that a callback ends, told by the state that it brings: null for one that signs in. */
async function linkUnderWay(request: AuthRequest, provider: string, form: Form): Promise<PendingLink | null> {
  const pending = await readSealed(request.cookies, "link", pendingLink);
  const state = form.fields.state ?? request.nextUrl.searchParams.get("state");
  return pending && pending.provider === provider && pending.state === state ? pending : null;
}

/** Why a trip ended without an identity. */
function reasonOf(trip: Attempt): string {
  return trip.refusal?.reason ?? "internal_error";
}

async function comeBack(request: AuthRequest, form: Form, trip: Attempt): Promise<Response | null> {
  const clean = cleanRequest(request, form, env().NEXTAUTH_URL);
  const providerSays = form.fields.error ?? clean.query.error;
  const hasState = request.cookies.get(cookieNames(secureCookies()).linkState) !== undefined;
  if (providerSays) noteRefusal(trip, refusalFromCallbackError(providerSays, hasState));
  return (await ask(clean, "callback", trip))?.response ?? null;
}

/**
 * The end of the trip. The identity goes to the user of the session that began it, and to nobody else: a browser that has
 * another session meanwhile, or none, links nothing.
 */
async function finishLink(request: AuthRequest, form: Form, pending: PendingLink): Promise<Response> {
  const { provider } = pending;
  let response: Response | null = null;
  const answer = (query: { error?: string; linked?: string }, page = SECURITY) =>
    sendTo(
      page,
      {
        ...query,
        provider: query.error === undefined ? undefined : provider,
        requestId:
          query.error === "not_finished" || query.error === "unavailable" ? requestScope()?.requestId : undefined,
      },
      { json: false, status: 303, from: response, cookies: [dropSealed("link")] },
    );
  try {
    const session = await readSession();
    if (!session || session.sid !== pending.sessionId || session.user.id !== pending.userId) {
      const about: Circumstances = session
        ? { ...inSession(session, provider, null), userId: pending.userId }
        : {
            via: "session",
            provider,
            actor: { type: "anonymous" },
            userId: pending.userId,
            organizationId: null,
            sessionId: null,
            claimedEmail: null,
          };
      await recordNotLinked("session_changed", about);
      return answer({ error: session ? "session_changed" : "not_finished" }, session ? SECURITY : "/sign-in");
    }
    const trip = openAttempt(provider);
    response = await comeBack(request, form, trip);
    if (trip.error) reportFailure(trip.error, { route: "link-provider/callback" }, "a round trip that links failed");
    const { evidence } = trip;
    if (trip.refusal || evidence?.kind !== "identity") {
      await recordNotLinked(reasonOf(trip), inSession(session, provider, null));
      return answer({ error: trip.refusal?.reason === "provider_denied" ? "cancelled" : "not_finished" });
    }
    const email = evidence.email === null ? null : normalizeEmail(evidence.email);
    const identity = { provider, subject: evidence.subject, email, tokens: trip.tokens };
    const refused = await linkInSession(session, identity);
    return answer(refused === null ? { linked: provider } : { error: refused });
  } catch (error) {
    reportFailure(error, { route: "link-provider/callback" }, "a provider could not be linked");
    return answer({ error: "unavailable" });
  }
}

/** Serves a callback that ends a round trip which links; null for every other. */
export async function serveLinkCallback(request: AuthRequest, provider: string, form: Form): Promise<Response | null> {
  const pending = await linkUnderWay(request, provider, form);
  return pending && finishLink(request, form, pending);
}

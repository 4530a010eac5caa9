/** Serves a request that tries to sign somebody in: opens the attempt, lets NextAuth answer, closes it, answers. */
import "server-only";
import { type Attempt, noteRefusal, openAttempt, type Refusal, runInAttempt } from "@/auth/attempt/attempt";
import { closeAttempt } from "@/auth/attempt/close.server";
import { outcomeOf } from "@/auth/attempt/outcome";
import { refusalFromCallbackError } from "@/auth/attempt/provider-errors";
import { type PublicCode, publicAnswer } from "@/auth/attempt/public-answer";
import { cookieNames } from "@/auth/cookies";
import { flashCookie, secureCookies, sendTo, setsSessionCookie } from "@/auth/http/answers.server";
import { cleanRequest, type Form } from "@/auth/http/form.server";
import { askNextAuth, type NextAuthAnswer, type NextAuthRequest } from "@/auth/http/next-auth.server";
import type { AuthRequest } from "@/auth/http/request";
import { keepSealed } from "@/auth/http/sealed-cookies.server";
import { offerOf } from "@/auth/linking/offer.server";
import { linkOffer } from "@/auth/linking/seals";
import { signInOptionsFor } from "@/auth/options.server";
import { asStored } from "@/auth/providers/guarded-client.server";
import { safeReturnPath } from "@/auth/redirects";
import { newSessionRead } from "@/auth/session-read.server";
import { mailSignInLink } from "@/auth/sign-in-link.server";
import { env } from "@/platform/env";
import { requestScope } from "@/platform/request-scope";
import { normalizeEmail, storableText } from "@/platform/text";

export type AttemptRequest = { action: "signin" | "callback"; provider: string; form: Form };

async function ask(request: NextAuthRequest, params: string[], attempt: Attempt): Promise<NextAuthAnswer | null> {
  try {
    const { provider } = attempt;
    const work = () => askNextAuth(request, params, signInOptionsFor(newSessionRead(false), provider));
    return await runInAttempt(attempt, () => asStored(provider, work));
  } catch (error) {
    // NextAuth catches nothing that goes wrong after `signIn` for credentials: the `jwt` callback, the encoding.
    attempt.error ??= error;
    noteRefusal(attempt, { reason: attempt.passed ? "token_mint_failed" : "internal_error" });
    return null;
  }
}

/** Codes whose sentence names the provider, and those whose sentence quotes the request's id. */
const NAMES_PROVIDER = new Set<PublicCode>([
  "cancelled",
  "connection_required",
  "invitation_needed",
  "email_not_verified",
  "email_missing",
  "provider_unavailable",
  "provider_misconfigured",
]);
const QUOTES_REFERENCE = new Set<PublicCode>([
  "not_finished",
  "unavailable",
  "provider_unavailable",
  "provider_misconfigured",
]);

function refusedAnswer(
  attempt: Attempt,
  refusal: Refusal,
  form: Form,
  response: Response | null,
  returnTo: string,
  cookies: string[],
): Response {
  const { page, code, status } = publicAnswer(attempt, refusal);
  const query = {
    error: code,
    callbackUrl: returnTo === "/" ? undefined : returnTo,
    minutes: attempt.retryAfterMinutes === null ? undefined : String(attempt.retryAfterMinutes),
    provider: NAMES_PROVIDER.has(code) ? (refusal.leadsTo ?? attempt.provider) : undefined,
    requestId: QUOTES_REFERENCE.has(code) ? requestScope()?.requestId : undefined,
  };
  return sendTo(page, query, {
    json: form.fields.json === "true",
    status,
    from: response,
    cookies:
      attempt.method === "password" ? [...cookies, flashCookie(storableText(form.fields.email ?? "", 320))] : cookies,
  });
}

/** Mails a link where the right password met an unproven mailbox: the answer itself must not tell. */
function offerProof(attempt: Attempt, refusal: Refusal): void {
  if (refusal.reason === "email_not_verified" && attempt.method === "password" && attempt.account) {
    mailSignInLink(attempt.account);
  }
}

function callbackUrlOf(request: AuthRequest, form: Form, names: ReturnType<typeof cookieNames>): string | undefined {
  return form.fields.callbackUrl ?? request.cookies.get(names.callbackUrl)?.value;
}

export async function serveAttempt(
  request: AuthRequest,
  { action, provider, form }: AttemptRequest,
): Promise<Response> {
  const origin = env().NEXTAUTH_URL;
  const names = cookieNames(secureCookies());
  const attempt = openAttempt(storableText(provider, 64));
  if (form.tooLarge) noteRefusal(attempt, { reason: "missing_credentials", cause: "body_too_large" });
  const clean = cleanRequest(request, form, origin);
  const providerSays = form.fields.error ?? clean.query.error;
  if (action === "callback" && attempt.method === "sso" && providerSays) {
    noteRefusal(attempt, refusalFromCallbackError(providerSays, request.cookies.get(names.state) !== undefined));
  }
  if (attempt.method === "password" && form.fields.email) attempt.claimedEmail = normalizeEmail(form.fields.email);
  if (action === "signin") {
    // NextAuth would hand every query parameter on to the provider.
    clean.query = {};
    // Who it is that comes, so that nobody types their address twice (OpenID Connect Core, 3.1.2.1).
    const hint = normalizeEmail(form.fields.login_hint ?? "");
    if (hint !== null) clean.query.login_hint = hint;
  }
  const answer = await ask(clean, [action, provider], attempt);
  const response = answer?.response ?? null;
  const outcome = outcomeOf(
    attempt,
    {
      status: response?.status ?? null,
      redirect: answer?.redirect ?? null,
      setsSession: response !== null && setsSessionCookie(response),
    },
    { action, origin },
  );
  if (outcome.kind === "under_way" && response) return response;
  const closed = await closeAttempt(
    attempt,
    outcome.kind === "under_way" ? { kind: "refused", refusal: { reason: "internal_error" } } : outcome,
  );
  if (closed.signedIn && response) {
    response.headers.append("set-cookie", flashCookie(null));
    return response;
  }
  const refusal = closed.signedIn ? ({ reason: "internal_error" } as const) : closed.refusal;
  offerProof(attempt, refusal);
  const offer = offerOf(attempt, refusal);
  const cookies = offer ? [await keepSealed("linkOffer", linkOffer, offer)] : [];
  const returnTo = safeReturnPath(callbackUrlOf(request, form, names), origin);
  return refusedAnswer(attempt, refusal, form, response, returnTo, cookies);
}

/** `/api/proxy/...`: a call of the upstream in the name of whoever is signed in, with the token their provider gave. */
import "server-only";
import { isOutage } from "@db/connect.server";
import { isNotDurable, recordDurably } from "@/audit/record.server";
import { unavailable } from "@/auth/http/answers.server";
import { type AccessToken, accessTokenFor } from "@/auth/provider-tokens/access-token.server";
import { announcesBody, requestHeaders, responseHeaders, UNTRUSTED_CONTENT } from "@/auth/proxy/headers";
import { locationHere, upstreamPath, withoutQuery } from "@/auth/proxy/target";
import { type Answer, CallFailed, callUpstream, type Problem } from "@/auth/proxy/upstream-call.server";
import { readSession } from "@/auth/session.server";
import { SessionUnavailable } from "@/auth/session-errors";
import type { GatebookSession } from "@/auth/session-shape";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { requestScope } from "@/platform/request-scope";

type ErrorCode =
  | Exclude<Problem, "client_gone">
  | "not_found"
  | "no_session"
  | "cross_site"
  | "bad_path"
  | "no_provider_token"
  | "provider_sign_in_required"
  | "upstream_redirect";

const STATUS: Record<ErrorCode, number> = {
  bad_path: 400,
  no_session: 401,
  provider_sign_in_required: 401,
  cross_site: 403,
  no_provider_token: 403,
  not_found: 404,
  body_too_large: 413,
  upstream_encoding: 502,
  upstream_redirect: 502,
  upstream_unreachable: 502,
  upstream_timeout: 504,
};

function problem(error: ErrorCode, more: Record<string, string> = {}): Response {
  return Response.json(
    { error, ...more, requestId: requestScope()?.requestId },
    {
      status: STATUS[error],
      headers: { "cache-control": "no-store", "content-security-policy": UNTRUSTED_CONTENT },
    },
  );
}

/** Refuses, once that stands in the book. */
async function refuse(error: ErrorCode, requestLine: string, session: GatebookSession | null): Promise<Response> {
  await recordDurably([
    {
      action: "accessDenied",
      status: "failure",
      failureReason: error,
      actor: session ? { type: "user", id: session.user.id } : { type: "anonymous" },
      sessionId: session?.sid ?? null,
      organizationId: session?.memberships[0]?.organizationId ?? null,
      details: { path: withoutQuery(requestLine).slice(0, 200) },
    },
  ]);
  return problem(error);
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether another site made the browser send it: the session cookie is SameSite=Lax, and this is the second lock. A
 * browser says where an unsafe request comes from; a program that says nothing has no cookies of somebody else's.
 */
function isCrossSite({ method, headers }: Request): boolean {
  if (SAFE.has(method)) return false;
  const [origin, site] = [headers.get("origin"), headers.get("sec-fetch-site")];
  return (origin !== null && origin !== env().NEXTAUTH_URL) || (site !== null && site !== "same-origin");
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function answerOf(answer: Answer, asked: string, upstream: URL): Response {
  const { status, body, decoded } = answer;
  const headers = responseHeaders(answer.headers, decoded);
  const location = answer.headers.location?.[0];
  if (location !== undefined) {
    const here = locationHere(location, asked, upstream);
    if (here === null && REDIRECTS.has(status)) {
      log().warn({ status }, "the upstream redirects out of itself");
      void body?.cancel();
      return problem("upstream_redirect");
    }
    if (here !== null) headers.set("location", here);
  }
  return new Response(body, { status, headers });
}

function failed(error: unknown): Response {
  if (!(error instanceof CallFailed)) throw error;
  // Nobody is there to read it.
  if (error.problem === "client_gone") return new Response(null, { status: 499 });
  if (error.problem !== "body_too_large") {
    const { cause, problem: why } = error;
    log().warn({ problem: why, ...(cause ? { err: cause } : {}) }, "the upstream could not be called");
  }
  return problem(error.problem);
}

async function forward(request: Request, path: string, upstream: URL, accessToken: string): Promise<Response> {
  const { PROXY_MAX_BODY_BYTES, PROXY_TIMEOUT_S } = env();
  // Next takes the body of GET and HEAD away.
  const body = announcesBody(request.headers) ? request.body : null;
  const requestId = requestScope()?.requestId ?? null;
  try {
    const answer = await callUpstream({
      upstream,
      method: request.method,
      path,
      headers: requestHeaders(request.headers, { accessToken, requestId, body: body !== null }),
      body,
      maxBodyBytes: PROXY_MAX_BODY_BYTES,
      timeoutMs: PROXY_TIMEOUT_S * 1000,
      signal: request.signal,
    });
    return answerOf(answer, path, upstream);
  } catch (error) {
    return failed(error);
  }
}

async function serve(request: Request, requestLine: string, upstream: URL): Promise<Response> {
  const session = await readSession();
  if (!session) return refuse("no_session", requestLine, null);
  if (isCrossSite(request)) return refuse("cross_site", requestLine, session);
  const path = upstreamPath(requestLine, upstream);
  if (path === null) return refuse("bad_path", requestLine, session);
  if (Number(request.headers.get("content-length") ?? 0) > env().PROXY_MAX_BODY_BYTES) return problem("body_too_large");
  const token: AccessToken = await accessTokenFor(session);
  switch (token.kind) {
    case "none":
      return refuse("no_provider_token", requestLine, session);
    case "sign_in_required":
      return problem("provider_sign_in_required", { provider: session.provider });
    case "unavailable":
      return unavailable();
    case "token":
      return forward(request, path, upstream, token.accessToken);
  }
}

export async function serveProxy(request: Request): Promise<Response> {
  const upstream = env().PROXY_UPSTREAM_URL;
  // What the front door did not let in as a call of the upstream is none.
  const requestLine = requestScope()?.proxied;
  if (!upstream || requestLine === undefined) return problem("not_found");
  try {
    return await serve(request, requestLine, new URL(upstream));
  } catch (error) {
    if (!(error instanceof SessionUnavailable || isOutage(error) || isNotDurable(error))) throw error;
    log().warn("a call of the upstream was refused: the database is away");
    return unavailable();
  }
}

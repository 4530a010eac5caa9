/** Makes a request safe before Next sees it, and opens its scope: request id, address, cookies, headers of the response. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { cookieNames, sanitizeCookieHeader, sessionTokens } from "@/auth/cookies";
import { csrfTokenOf, newCsrfCookie } from "@/auth/csrf";
import { UNTRUSTED_CONTENT } from "@/auth/proxy/headers";
import { PROXY_PREFIX } from "@/auth/proxy/target";
import { firstThatOpens } from "@/auth/session-token";
import { directRoute } from "@/platform/direct-routes";
import type { Env } from "@/platform/env";
import { log } from "@/platform/log";
import { type RequestScope, runInRequestScope } from "@/platform/request-scope";
import { storableText } from "@/platform/text";
import { clientAddress } from "@/server/client-address";
import { requestIdFrom } from "@/server/request-id";
import { securityHeaders } from "@/server/security-headers";

function origins(...urls: (string | undefined)[]): string[] {
  return [...new Set(urls.flatMap((url) => (url ? [new URL(url).origin] : [])))];
}

/** Gives a browser that opens a page its CSRF cookie, so that forms work at the first view and without JavaScript. */
function ensureCsrfCookie(req: IncomingMessage, res: ServerResponse, name: string, settings: Env): void {
  const opensPage = req.method === "GET" && req.headers.accept?.includes("text/html") && !req.url?.startsWith("/api");
  if (!opensPage) return;
  const cookies = (req.headers.cookie ?? "").split("; ").filter(Boolean);
  const current = cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
  if (current !== undefined && csrfTokenOf(decodeURIComponent(current), settings.NEXTAUTH_SECRET) !== null) return;
  const value = encodeURIComponent(newCsrfCookie(settings.NEXTAUTH_SECRET));
  req.headers.cookie = [...cookies.filter((cookie) => !cookie.startsWith(`${name}=`)), `${name}=${value}`].join("; ");
  const secure = settings.NEXTAUTH_URL.startsWith("https:") ? "; Secure" : "";
  res.appendHeader("set-cookie", `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}`);
}

/**
 * Next tidies paths: it joins slashes, drops the last one, decodes. The upstream must get what the client asked for, so
 * such a call goes past Next under one name, and what was asked travels in the request's scope.
 * @returns path and query as they came, or undefined for every other request
 */
function takeProxied(req: IncomingMessage): string | undefined {
  const { url } = req;
  if (!url?.startsWith(PROXY_PREFIX)) return undefined;
  req.url = `${PROXY_PREFIX}upstream`;
  return url;
}

/** The listener that stands before `handle`, which is Next. */
export function frontDoor(settings: Env, handle: (req: IncomingMessage, res: ServerResponse) => Promise<void>) {
  const secure = settings.NEXTAUTH_URL.startsWith("https:");
  const names = cookieNames(secure);
  const headerSettings = {
    development: settings.NODE_ENV === "development",
    secure,
    formTargets: [
      "https:",
      ...origins(
        settings.OIDC_ISSUER,
        settings.AUTH0_ISSUER,
        settings.AZUREAD_CLIENT_ID && settings.AZUREAD_AUTHORITY_HOST,
      ),
    ],
    reportTargets: origins(settings.SENTRY_DSN),
  };

  const cookieHeader = async (header: string): Promise<string> => {
    const tokens = sessionTokens(header, names);
    const ours = tokens.length > 1 ? await firstThatOpens(tokens, settings.NEXTAUTH_SECRET) : undefined;
    return sanitizeCookieHeader(header, names, settings.NEXTAUTH_URL, ours);
  };

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const requestId = requestIdFrom(req.headers["x-request-id"]);
    const nonce = randomBytes(16).toString("base64");
    const forwardedFor = req.headers["x-forwarded-for"];
    const userAgent = req.headers["user-agent"];
    const proxied = takeProxied(req);
    const scope: RequestScope = {
      requestId,
      nonce,
      ...(proxied === undefined ? {} : { proxied }),
      ip: clientAddress(
        req.socket.remoteAddress,
        Array.isArray(forwardedFor) ? forwardedFor.join(",") : forwardedFor,
        settings.TRUSTED_PROXY_HOPS,
      ),
      userAgent: userAgent === undefined ? null : storableText(userAgent, 512),
      afterAnswer: (work: () => void) => void res.once("close", () => runInRequestScope(scope, work)),
    };
    // Nothing behind this line may take a client's word for where it is or which host it asked for.
    for (const name of ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "forwarded"]) {
      delete req.headers[name];
    }
    req.headers["x-request-id"] = requestId;
    if (req.headers.cookie !== undefined) {
      req.headers.cookie = await cookieHeader(req.headers.cookie);
    }
    ensureCsrfCookie(req, res, names.csrf, settings);
    const headers = securityHeaders(nonce, headerSettings);
    // Next reads the nonce for its own scripts from the policy on the request.
    req.headers["content-security-policy"] = headers["content-security-policy"];
    res.setHeader("x-request-id", requestId);
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    // Of a header that is there already, Next leaves out its own: the strict policy has to be set here.
    if (proxied !== undefined) res.setHeader("content-security-policy", UNTRUSTED_CONTENT);
    if (req.url?.startsWith("/api")) res.setHeader("cache-control", "no-store");

    // It would say back what the browser hides from scripts; Next fails on it.
    if (req.method === "TRACE") return void res.writeHead(405).end();

    await runInRequestScope(scope, async () => {
      try {
        await (directRoute(req) ?? handle)(req, res);
      } catch (error) {
        log().error({ err: error }, "request failed outside every handler");
        if (res.headersSent) return void res.destroy();
        res.statusCode = 500;
        res.setHeader("content-type", "application/json");
        res.end(JSON.stringify({ error: "internal_error", requestId }));
      }
    });
  };
}

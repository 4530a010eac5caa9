/** The answers of the authentication endpoints: a page for a form, JSON for a script, and their cookies. */
import "server-only";
import { cookieNames } from "@/auth/cookies";
import { env } from "@/platform/env";
import { requestScope } from "@/platform/request-scope";
import { storableText } from "@/platform/text";

const RETRY_AFTER_S = "5";

export function secureCookies(): boolean {
  return env().NEXTAUTH_URL.startsWith("https:");
}

/** The `Set-Cookie` headers of a response but for those of one cookie (and its chunks). */
function setCookiesExcept(response: Response, name: string): string[] {
  return response.headers.getSetCookie().filter((cookie) => !cookie.startsWith(name));
}

export function setsSessionCookie(response: Response): boolean {
  const { session } = cookieNames(secureCookies());
  return response.headers
    .getSetCookie()
    .some((cookie) => new RegExp(`^${session.replaceAll(".", "\\.")}=[^;]+`).test(cookie));
}

/** The same answer without a session cookie in it. */
export function withoutSessionCookie(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.delete("set-cookie");
  for (const cookie of setCookiesExcept(response, cookieNames(secureCookies()).session))
    headers.append("set-cookie", cookie);
  return new Response(response.body, { status: response.status, headers });
}

/**
 * Sends a browser to a page with a query, or tells a script the same (`{ url }`, as NextAuth's client expects).
 * Keeps the cookies of `from` but for the session's.
 */
export function sendTo(
  page: string,
  query: Record<string, string | undefined>,
  options: { json: boolean; status: number; from: Response | null; cookies?: string[] },
): Response {
  const url = new URL(page, env().NEXTAUTH_URL);
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
  const headers = new Headers({ "cache-control": "no-store" });
  if (options.from) {
    for (const cookie of setCookiesExcept(options.from, cookieNames(secureCookies()).session))
      headers.append("set-cookie", cookie);
  }
  for (const cookie of options.cookies ?? []) headers.append("set-cookie", cookie);
  if (options.status === 503) headers.set("retry-after", RETRY_AFTER_S);
  if (options.json) {
    headers.set("content-type", "application/json");
    return new Response(JSON.stringify({ url: url.href }), { status: options.status, headers });
  }
  headers.set("location", url.href);
  return new Response(null, { status: 303, headers });
}

/** 503: nobody can say whether there is a session. The browser keeps its cookie. */
export function unavailable(): Response {
  return Response.json(
    { error: "unavailable", requestId: requestScope()?.requestId },
    { status: 503, headers: { "retry-after": RETRY_AFTER_S, "cache-control": "no-store" } },
  );
}

/** Keeps the typed email for the page that says what went wrong: in a cookie, because a URL ends up in logs. */
export function flashCookie(email: string | null): string {
  const name = cookieNames(secureCookies()).flash;
  const flags = `Path=/; HttpOnly; SameSite=Lax${secureCookies() ? "; Secure" : ""}`;
  if (email === null) return `${name}=; Max-Age=0; ${flags}`;
  return `${name}=${encodeURIComponent(storableText(email, 320))}; Max-Age=300; ${flags}`;
}

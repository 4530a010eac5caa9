/**
 * Reads what was posted to an authentication endpoint into flat text fields, once and bounded. NextAuth then gets a
 * clean copy: a malformed body, a foreign callback URL or a stray query parameter must never reach it.
 */
import "server-only";
import type { NextAuthRequest } from "@/auth/http/next-auth.server";
import type { AuthRequest } from "@/auth/http/request";
import { safeRedirect } from "@/auth/redirects";

const MAX_BYTES = 16 * 1024;
const MAX_FIELD = 8 * 1024;

export type Form = { fields: Record<string, string>; tooLarge: boolean };

async function boundedText(body: AuthRequest["body"]): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.byteLength;
    if (size > MAX_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parseFields(text: string, contentType: string): [string, unknown][] {
  if (contentType.includes("application/json")) {
    try {
      const value: unknown = JSON.parse(text);
      return value !== null && typeof value === "object" ? Object.entries(value) : [];
    } catch {
      return [];
    }
  }
  return contentType.includes("application/x-www-form-urlencoded") ? [...new URLSearchParams(text)] : [];
}

/** Text and boolean fields of a form or a JSON object; anything else in it is left out. Empty for other content types. */
export async function readForm(request: Pick<AuthRequest, "method" | "headers" | "body">): Promise<Form> {
  if (request.method !== "POST") return { fields: {}, tooLarge: false };
  const text = await boundedText(request.body);
  if (text === null) return { fields: {}, tooLarge: true };
  const fields: Record<string, string> = {};
  for (const [name, value] of parseFields(text, request.headers.get("content-type") ?? "")) {
    if (name.length > 64 || name === "__proto__") continue;
    if (typeof value === "string" && value.length <= MAX_FIELD) fields[name] = value;
    else if (typeof value === "boolean") fields[name] = String(value);
  }
  return { fields, tooLarge: false };
}

/** Parameters of a provider's answer (RFC 6749, OpenID Connect, RFC 9207) and NextAuth's own. */
const QUERY = new Set(["callbackUrl", "error", "code", "state", "iss", "error_description", "session_state", "scope"]);

/** The request as NextAuth may see it: known query parameters, flat text fields, a callback URL on this origin. */
export function cleanRequest(request: AuthRequest, { fields }: Form, origin: string): NextAuthRequest {
  const query: Record<string, string> = {};
  for (const [name, value] of request.nextUrl.searchParams) {
    if (QUERY.has(name) && value.length <= MAX_FIELD) query[name] ??= value;
  }
  const body = request.method === "POST" ? { ...fields } : undefined;
  for (const given of [query, body ?? {}]) {
    if (given.callbackUrl !== undefined) given.callbackUrl = safeRedirect(given.callbackUrl, origin);
  }
  const cookies = Object.fromEntries(request.cookies.getAll().map(({ name, value }) => [name, value]));
  return { method: request.method, query, body, cookies };
}

/**
 * The double-submit token that protects every form: NextAuth's own (`token|SHA-256(token + secret)` in a cookie,
 * the token in the form), so that its endpoints and ours accept the same one. Pure.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

function digest(token: string, secret: string): string {
  return createHash("sha256").update(`${token}${secret}`).digest("hex");
}

/** A fresh cookie value. 256 random bits. */
export function newCsrfCookie(secret: string): string {
  const token = randomBytes(32).toString("hex");
  return `${token}|${digest(token, secret)}`;
}

/** The token in a cookie that this secret signed, or null. */
export function csrfTokenOf(cookie: string | undefined, secret: string): string | null {
  const [token, signature] = (cookie ?? "").split("|");
  if (!token || !signature) return null;
  const expected = Buffer.from(digest(token, secret));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null;
}

/** Whether a form's token is the one of its cookie. */
export function csrfMatches(cookie: string | undefined, formToken: string | undefined, secret: string): boolean {
  const token = csrfTokenOf(cookie, secret);
  if (token === null || formToken === undefined) return false;
  const expected = Buffer.from(token);
  const given = Buffer.from(formToken);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

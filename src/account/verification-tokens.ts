/** One-time links by email: 256 random bits in the link, only their SHA-256 in the database, once. Pure. */
import { createHash, randomBytes } from "node:crypto";

/** How long a link works that was mailed. */
export const SIGN_IN_TOKEN_MINUTES = 15;
const FORM = /^[A-Za-z0-9_-]{43}$/;

export function newVerificationToken(): { token: string; digest: Buffer } {
  const token = randomBytes(32).toString("base64url");
  return { token, digest: createHash("sha256").update(token).digest() };
}

/** The address that a link leads to. @param origin the public one */
export function signInLink(origin: string, token: string): URL {
  const link = new URL("/sign-in/finish", origin);
  link.searchParams.set("token", token);
  return link;
}

/** The digest under which a token is stored, or null for what cannot be a token. */
export function tokenDigest(token: string): Buffer | null {
  return FORM.test(token) ? createHash("sha256").update(token).digest() : null;
}

/**
 * The digest of a token that opens only together with what it is bound to: whoever has the link alone has nothing. Null for
 * what cannot be a token.
 */
export function boundTokenDigest(token: string, boundTo: string): Buffer | null {
  return FORM.test(token) ? createHash("sha256").update(`${token} ${boundTo}`).digest() : null;
}

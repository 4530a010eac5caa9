/**
 * Session tokens, in NextAuth's own format: a JWT encrypted with A256GCM under a key derived from the secret. NextAuth
 * derives that key anew for every token, which costs more than the encryption; here it is derived once.
 */
import { hkdfSync, randomUUID } from "node:crypto";
import { EncryptJWT, jwtDecrypt } from "jose";
import type { JWT } from "next-auth/jwt";
import { isId } from "@/platform/ids";

/** Seconds that a clock may be off, as NextAuth has it. */
const CLOCK_TOLERANCE_S = 15;

let derived: { secret: string; key: Uint8Array } | undefined;

function keyOf(secret: string): Uint8Array {
  if (derived?.secret !== secret) {
    const key = new Uint8Array(hkdfSync("sha256", secret, "", "NextAuth.js Generated Encryption Key", 32));
    derived = { secret, key };
  }
  return derived.key;
}

/** @param maxAge seconds */
export function encodeSessionToken(claims: JWT, secret: string, maxAge: number): Promise<string> {
  const issuedAt = Math.floor(Date.now() / 1000);
  return new EncryptJWT(claims)
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + maxAge)
    .setJti(randomUUID())
    .encrypt(keyOf(secret));
}

/** Throws for what this secret did not encrypt and for what has expired. */
export async function decodeSessionToken(token: string, secret: string): Promise<JWT> {
  const { payload } = await jwtDecrypt(token, keyOf(secret), {
    clockTolerance: CLOCK_TOLERANCE_S,
    keyManagementAlgorithms: ["dir"],
    contentEncryptionAlgorithms: ["A256GCM"],
  });
  return payload;
}

/** The claims of a token that may have expired. For looking at them only: they prove no session. */
export async function openExpiredToo(token: string, secret: string): Promise<JWT> {
  const { payload } = await jwtDecrypt(token, keyOf(secret), {
    currentDate: new Date(0),
    keyManagementAlgorithms: ["dir"],
    contentEncryptionAlgorithms: ["A256GCM"],
  });
  return payload;
}

/** The id of the session that a token names, or null for what this secret did not encrypt or what has expired. */
export async function sessionIdOf(token: string | undefined, secret: string): Promise<string | null> {
  if (!token) return null;
  try {
    const { sid } = await decodeSessionToken(token, secret);
    return sid && isId(sid) ? sid : null;
  } catch {
    return null;
  }
}

/** The first of several tokens that opens. */
export async function firstThatOpens(tokens: readonly string[], secret: string): Promise<string | undefined> {
  for (const token of tokens.slice(0, 8)) if (await sessionIdOf(token, secret)) return token;
  return undefined;
}

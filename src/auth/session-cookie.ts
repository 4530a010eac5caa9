/** The `Set-Cookie` header of a session, for answers that are not NextAuth's: the same name, flags and token as its own. */
import { cookieNames } from "@/auth/cookies";
import { encodeSessionToken } from "@/auth/session-token";
import { env } from "@/platform/env";

/** @param expiresAt when the session ends at the latest, however much it is used */
export async function sessionCookie(sessionId: string, expiresAt: Date): Promise<string> {
  const { NEXTAUTH_URL, NEXTAUTH_SECRET } = env();
  const secure = NEXTAUTH_URL.startsWith("https:");
  const seconds = Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
  const token = await encodeSessionToken({ sid: sessionId }, NEXTAUTH_SECRET, seconds);
  const flags = `Path=/; Expires=${expiresAt.toUTCString()}; HttpOnly; ${secure ? "Secure; " : ""}SameSite=Lax`;
  return `${cookieNames(secure).session}=${token}; ${flags}`;
}

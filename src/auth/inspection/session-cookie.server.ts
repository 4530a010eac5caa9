/** The session cookie as the browser has sent it. Its size is taken here; its value goes no further than to be opened. */
import "server-only";
import { cookies } from "next/headers";
import type { JWT } from "next-auth/jwt";
import { cookieNames, nextAuthCookies } from "@/auth/cookies";
import { decodeSessionToken } from "@/auth/session-token";
import { env } from "@/platform/env";

/** What browsers allow a cookie, name and value together (RFC 6265, 6.1). */
const LIMIT_BYTES = 4096;

export type CookieFacts = {
  name: string;
  httpOnly: boolean;
  sameSite: string;
  secure: boolean;
  path: string;
  /** The browser itself enforces `__Host-`: Secure, path `/`, no Domain. */
  hostPrefix: boolean;
  /** Name, `=` and value, over all chunks. */
  bytes: number;
  limitBytes: number;
  chunks: { name: string; bytes: number }[];
};

type Sent = { name: string; value: string };

/** Outside a request, as when a script calls a procedure, no cookie was sent. */
async function sentCookies(): Promise<Sent[]> {
  try {
    return (await cookies()).getAll();
  } catch (error) {
    if (error instanceof Error && error.message.includes("outside a request scope")) return [];
    throw error;
  }
}

export async function inspectSessionCookie(): Promise<{ cookie: CookieFacts; token: JWT | null }> {
  const { NEXTAUTH_URL, NEXTAUTH_SECRET } = env();
  const secure = NEXTAUTH_URL.startsWith("https:");
  const { session: name } = cookieNames(secure);
  const flags = nextAuthCookies(secure).sessionToken?.options;
  const sent = (await sentCookies())
    .filter((one) => one.name === name || one.name.startsWith(`${name}.`))
    .sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
  const chunks = sent.map((one) => ({ name: one.name, bytes: Buffer.byteLength(`${one.name}=${one.value}`) }));
  const value = sent.map((one) => one.value).join("");
  return {
    cookie: {
      name,
      httpOnly: flags?.httpOnly === true,
      sameSite: String(flags?.sameSite),
      secure: flags?.secure === true,
      path: String(flags?.path),
      hostPrefix: name.startsWith("__Host-"),
      bytes: chunks.reduce((sum, { bytes }) => sum + bytes, 0),
      limitBytes: LIMIT_BYTES,
      chunks,
    },
    token: value === "" ? null : await decodeSessionToken(value, NEXTAUTH_SECRET),
  };
}

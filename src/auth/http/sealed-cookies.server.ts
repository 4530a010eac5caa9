/** Setting, reading and dropping sealed cookies on requests and answers. */
import "server-only";
import type { NextRequest } from "next/server";
import { type CookieNames, cookieNames } from "@/auth/cookies";
import { secureCookies } from "@/auth/http/answers.server";
import type { SealedCookie } from "@/auth/sealed-cookie";
import { env } from "@/platform/env";

type Name = Extract<keyof CookieNames, "link" | "linkOffer">;

function line(name: Name, value: string, seconds: number): string {
  const flags = `Path=/; HttpOnly; SameSite=Lax${secureCookies() ? "; Secure" : ""}`;
  return `${cookieNames(secureCookies())[name]}=${value}; Max-Age=${seconds}; ${flags}`;
}

/** The `Set-Cookie` header that has the browser keep it. */
export async function keepSealed<T>(name: Name, kind: SealedCookie<T>, value: T): Promise<string> {
  return line(name, await kind.seal(value, env().NEXTAUTH_SECRET), kind.seconds);
}

export function dropSealed(name: Name): string {
  return line(name, "", 0);
}

export function readSealed<T>(
  cookies: Pick<NextRequest["cookies"], "get">,
  name: Name,
  kind: SealedCookie<T>,
): Promise<T | null> {
  return kind.open(cookies.get(cookieNames(secureCookies())[name])?.value, env().NEXTAUTH_SECRET);
}

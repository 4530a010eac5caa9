/** The CSRF token for the forms of a page. The server in front of Next has put its cookie in place. */
import "server-only";
import { cookies } from "next/headers";
import { cookieNames } from "@/auth/cookies";
import { csrfTokenOf } from "@/auth/csrf";
import { env } from "@/platform/env";

/** Empty when there is no valid cookie: the form is then refused with a message that says to try again. */
export async function csrfToken(): Promise<string> {
  const { NEXTAUTH_URL, NEXTAUTH_SECRET } = env();
  const names = cookieNames(NEXTAUTH_URL.startsWith("https:"));
  return csrfTokenOf((await cookies()).get(names.csrf)?.value, NEXTAUTH_SECRET) ?? "";
}

/** The session of the request being served, for pages and procedures. */
import "server-only";
import type { NextApiRequest, NextApiResponse } from "next";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { cache } from "react";
import { readingOptionsFor } from "@/auth/options.server";
import { newSessionRead } from "@/auth/session-read.server";
import type { GatebookSession } from "@/auth/session-shape";

export type { GatebookSession } from "@/auth/session-shape";

/** A session that is read sets no cookie. */
const SAYS_NOTHING = { getHeader() {}, setHeader() {} } as unknown as NextApiResponse;

/**
 * Reads the session with `getServerSession` and the callbacks of the route.
 * @param isUse whether this request counts as a use of the session, which puts off its idle end
 * @throws SessionUnavailable when the database is away, which is not the same as being signed out
 */
export async function readSession(isUse = true): Promise<GatebookSession | null> {
  const read = newSessionRead(false, isUse);
  // Given no request, NextAuth would copy every header of it first, and look at none.
  const cookiesByName = Object.fromEntries((await cookies()).getAll().map(({ name, value }) => [name, value]));
  const request = { headers: {}, cookies: cookiesByName } as unknown as NextApiRequest;
  const session = await getServerSession(request, SAYS_NOTHING, readingOptionsFor(read));
  if (read.unavailable) throw read.unavailable;
  return session && read.row ? session : null;
}

/** The same, once per page however many components ask: React remembers it for the render. */
export const getSession = cache(() => readSession());

/** The session, or the sign-in page and back to `returnTo` (a path on this origin). */
export async function requireSession(returnTo: string): Promise<GatebookSession> {
  const session = await getSession();
  if (!session) redirect(`/sign-in?callbackUrl=${encodeURIComponent(returnTo)}`);
  return session;
}

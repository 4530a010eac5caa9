/** The session of the request being served, for pages and procedures. */
import "server-only";
import { redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { cache } from "react";
import { readingOptionsFor } from "@/auth/options.server";
import { newSessionRead } from "@/auth/session-read.server";
import type { GatebookSession } from "@/auth/session-shape";

export type { GatebookSession } from "@/auth/session-shape";

/**
 * Reads the session with `getServerSession` and the callbacks of the route.
 * @param isUse whether this request counts as a use of the session, which puts off its idle end
 * @throws SessionUnavailable when the database is away, which is not the same as being signed out
 */
export async function readSession(isUse = true): Promise<GatebookSession | null> {
  const read = newSessionRead(false, isUse);
  const session = await getServerSession(readingOptionsFor(read));
  if (read.unavailable) throw read.unavailable;
  // In server components NextAuth deletes the expiry that our callback has set.
  return session && read.row ? { ...session, expires: read.row.expiresAt.toISOString() } : null;
}

/** The same, once per page however many components ask: React remembers it for the render. */
export const getSession = cache(() => readSession());

/** The session, or the sign-in page and back to `returnTo` (a path on this origin). */
export async function requireSession(returnTo: string): Promise<GatebookSession> {
  const session = await getSession();
  if (!session) redirect(`/sign-in?callbackUrl=${encodeURIComponent(returnTo)}`);
  return session;
}

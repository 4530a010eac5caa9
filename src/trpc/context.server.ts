/** What every procedure gets: the session, resolved once per HTTP request however many calls it carries. */
import "server-only";
import { getSession, readSession } from "@/auth/session.server";
import type { GatebookSession } from "@/auth/session-shape";

export type Context = { session: GatebookSession | null };

/** The context of a request to `/api/trpc`. Throws SessionUnavailable when the database cannot be asked. */
export async function createHttpContext(): Promise<Context> {
  return { session: await readSession() };
}

/** The context of calls that a page makes while it renders: the page's own session. */
export async function createPageContext(): Promise<Context> {
  return { session: await getSession() };
}

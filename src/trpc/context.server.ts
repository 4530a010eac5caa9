/** What every procedure gets: the session, resolved once per HTTP request however many calls it carries, and the database. */
import "server-only";
import { type Database, database } from "@db/connect.server";
import { getSession, readSession } from "@/auth/session.server";
import type { GatebookSession } from "@/auth/session-shape";

export type Context = {
  session: GatebookSession | null;
  /** The pool; in a mutation, its transaction. */
  db: Database;
  /** Adds a header to the answer, such as a cookie. Null where a page calls while it renders: that cannot set any. */
  appendHeader: ((name: string, value: string) => void) | null;
};

/**
 * The context of a request to `/api/trpc`. Throws SessionUnavailable when the database cannot be asked.
 * @param isUse whether the request counts as a use of the session
 */
export async function createHttpContext(isUse: boolean): Promise<Omit<Context, "appendHeader">> {
  return { session: await readSession(isUse), db: database() };
}

/** The context of calls that a page makes while it renders: the page's own session. */
export async function createPageContext(): Promise<Context> {
  return { session: await getSession(), db: database(), appendHeader: null };
}

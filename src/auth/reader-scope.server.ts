/** What a session's owner may read of the history now: for what goes on longer than a request, such as a stream. */
import "server-only";
import type { Database } from "@db/connect.server";
import type { ReaderScope } from "@/audit/history";
import { findLiveSession } from "@/auth/session.store.server";
import { sessionLimits } from "@/auth/session-read.server";
import { readableOrganizations } from "@/auth/session-shape";

/** Why somebody reads no more. */
export type ReadingEnded = "session_ended" | "role_required";

export async function readerScope(db: Database, sessionId: string): Promise<ReaderScope | ReadingEnded> {
  const session = await findLiveSession(db, sessionId, sessionLimits());
  if (!session) return "session_ended";
  const { userId, email, name, instanceRole, memberships, authMethod, provider } = session;
  const readable = readableOrganizations({
    sid: sessionId,
    expires: session.expiresAt.toISOString(),
    user: { id: userId, email, name, instanceRole },
    memberships,
    authMethod,
    provider,
  });
  if (readable === "all") return "all";
  return readable.length === 0 ? "role_required" : { organizations: readable };
}

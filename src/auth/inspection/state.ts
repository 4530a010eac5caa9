/** Whether a session lives, and what has ended it. Pure. */
import type { EndedReason, SessionRecord } from "@/auth/session.store.server";

export type SessionState =
  | { kind: "live" }
  | { kind: "ended"; at: Date; reason: EndedReason }
  | { kind: "account_disabled"; at: Date }
  | { kind: "expired"; at: Date }
  | { kind: "idle"; at: Date };

type Dates = Pick<SessionRecord, "endedAt" | "endedReason" | "disabledAt" | "expiresAt" | "lastUsedAt">;

/** @param idleS seconds after which an unused session ends */
export function stateOf(row: Dates, at: Date, idleS: number): SessionState {
  if (row.endedAt && row.endedReason) return { kind: "ended", at: row.endedAt, reason: row.endedReason };
  if (row.disabledAt) return { kind: "account_disabled", at: row.disabledAt };
  const idleAt = new Date(row.lastUsedAt.getTime() + idleS * 1000);
  // Whichever came first has ended it.
  if (row.expiresAt <= at && row.expiresAt <= idleAt) return { kind: "expired", at: row.expiresAt };
  if (idleAt <= at) return { kind: "idle", at: idleAt };
  return row.expiresAt <= at ? { kind: "expired", at: row.expiresAt } : { kind: "live" };
}

/** For mutations of what opens an account: the caller proves themselves once more, and the try is counted when all is over. */
import "server-only";
import type { Tx } from "@db/connect.server";
import type { TRPCError } from "@trpc/server";
import type { Action } from "@/audit/catalogue";
import { type ReauthenticationReason, reauthenticationText } from "@/auth/reauthentication";
import type { Reauthentication } from "@/auth/reauthentication.server";
import type { AuditNote } from "@/trpc/audit-note";
import { Refused } from "@/trpc/procedures.server";

const CODES: Record<ReauthenticationReason, TRPCError["code"]> = {
  wrong_password: "BAD_REQUEST",
  no_password: "CONFLICT",
  under_way: "CONFLICT",
  rate_limited: "TOO_MANY_REQUESTS",
  recent_sign_in_required: "PRECONDITION_FAILED",
};

/** @param prove within the transaction; who counts holds no connection of its own until that is over */
export async function proveOneself<A extends Action>(
  { db, audit }: { db: Tx; audit: AuditNote<A> },
  prove: (db: Tx) => Promise<Reauthentication>,
): Promise<void> {
  const { refusal, settle } = await prove(db);
  audit.afterCommit(() => void settle());
  audit.afterRollback(settle);
  if (refusal) throw new Refused(CODES[refusal.reason], refusal.reason, reauthenticationText(refusal));
}

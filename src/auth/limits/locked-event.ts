/** The row that says: the account's limit of failed tries is used up. Pure. */
import type { EventInput } from "@/audit/catalogue";
import type { RateLimit } from "@/platform/env";

export function lockedEvent(account: { id: string; organizationId: string | null }, limit: RateLimit): EventInput {
  const { points, windowSeconds } = limit;
  return {
    action: "accountLocked",
    status: "success",
    actor: { type: "system" },
    target: { type: "user", id: account.id },
    organizationId: account.organizationId,
    details: { limit: points, windowSeconds },
  };
}

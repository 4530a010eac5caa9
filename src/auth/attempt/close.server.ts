import "server-only";
import { isOutage } from "@db/connect.server";
/**
 * Closes an attempt: decides what it came to by what the answer really does, and writes its one row before the
 * answer leaves. A success commits with its session; anything else is a failure with its reason.
 */
import { recordDurably } from "@/audit/record.server";
import { type Attempt, DATABASE_AWAY, type Refusal } from "@/auth/attempt/attempt";
import { commitSignIn } from "@/auth/attempt/commit.server";
import type { Outcome } from "@/auth/attempt/outcome";
import { log } from "@/platform/log";
import { report } from "@/platform/report.server";

export type Closed = { signedIn: true } | { signedIn: false; refusal: Refusal };

async function writeFailure(attempt: Attempt, refusal: Refusal): Promise<void> {
  const { account } = attempt;
  const { reason, gate, cause, providerError } = refusal;
  await recordDurably([
    {
      action: "signedIn",
      id: attempt.eventId,
      occurredAt: attempt.openedAt,
      status: "failure",
      failureReason: reason,
      // Nobody has been identified: whoever tried is anonymous, the account they claimed is the target.
      actor: { type: "anonymous" },
      target: account ? { type: "user", id: account.id } : null,
      organizationId: account?.organizationId ?? null,
      authMethod: attempt.method,
      provider: attempt.provider,
      claimedEmail: attempt.claimedEmail,
      details: {
        ...(gate ? { gate } : {}),
        ...(cause ? { cause } : {}),
        ...(providerError ? { providerError } : {}),
      },
    },
  ]);
}

/**
 * @returns whether the browser may have its cookie
 * @throws never: a failure that cannot be written is logged with all that is known, and the attempt stays refused
 */
export async function closeAttempt(
  attempt: Attempt,
  outcome: Exclude<Outcome, { kind: "under_way" }>,
): Promise<Closed> {
  let refusal: Refusal;
  if (outcome.kind === "minted") {
    try {
      const refused = await commitSignIn(attempt, outcome.sessionId);
      if (refused === null) return { signedIn: true };
      refusal = refused;
    } catch (error) {
      attempt.error = error;
      refusal = { reason: "token_mint_failed", ...(isOutage(error) ? { cause: DATABASE_AWAY } : {}) };
    }
  } else {
    refusal = outcome.refusal;
  }
  if (attempt.error) {
    log().error(
      { err: attempt.error, reason: refusal.reason, method: attempt.method },
      "an attempt to sign in failed unexpectedly",
    );
    report(attempt.error, { reason: refusal.reason, method: attempt.method });
  }
  try {
    await writeFailure(attempt, refusal);
  } catch (error) {
    log().fatal(
      { err: error, eventId: attempt.eventId, reason: refusal.reason },
      "a failed attempt could not be recorded",
    );
    report(error, { reason: refusal.reason, lost: "signedIn" });
    refusal = { ...refusal, cause: DATABASE_AWAY };
  }
  return { signedIn: false, refusal };
}

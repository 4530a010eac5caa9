/** The way in, read like a table: every attempt passes these in this order, and the first no is its reason. */
import "server-only";
import { type Attempt, noteRefusal } from "@/auth/attempt/attempt";
import { accountActive } from "@/auth/gates/account-active";
import { connectionRequired } from "@/auth/gates/connection-required.server";
import { credentials } from "@/auth/gates/credentials.server";
import { emailVerified } from "@/auth/gates/email-verified";
import type { Gate } from "@/auth/gates/gate";
import { methodAllowed } from "@/auth/gates/method-allowed.server";
import { organizationAllowed } from "@/auth/gates/organization-allowed.server";
import { providerPermitted } from "@/auth/gates/provider-permitted.server";
import { rateLimit } from "@/auth/gates/rate-limit.server";

export const gates: readonly Gate[] = [
  // Before anything that was brought is looked at: it needs nothing but the provider's id.
  providerPermitted,
  rateLimit,
  credentials,
  accountActive,
  emailVerified,
  // A required connection says more than the methods do: it goes first, and leads people on.
  connectionRequired,
  methodAllowed,
  organizationAllowed,
];

/** Runs the gates in order. Answers whether the attempt passed all of them; a refusal is noted on it. */
export async function passGates(attempt: Attempt): Promise<boolean> {
  for (const gate of gates) {
    const refusal = await gate.check(attempt);
    if (refusal) {
      noteRefusal(attempt, { gate: gate.name, ...refusal });
      return false;
    }
  }
  // Fail closed: a gate that proved nobody must not let anybody in.
  const { kind } = attempt.provision;
  if (!attempt.account && kind !== "create_user" && kind !== "accept_invitation") {
    noteRefusal(attempt, { reason: "internal_error", cause: "nobody_proven" });
    return false;
  }
  attempt.passed = true;
  return true;
}

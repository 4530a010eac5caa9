/** Where an organization requires a connection, nobody comes in by another way; the answer leads them to it. */
import "server-only";
import type { Attempt, Refusal } from "@/auth/attempt/attempt";
import type { Gate } from "@/auth/gates/gate";
import { rulesFor } from "@/auth/policy/governed";
import type { SignInPolicy } from "@/auth/policy/policy";
import { signInPolicy } from "@/auth/policy/sign-in-policy.server";

export function refusalByConnection(policy: SignInPolicy, attempt: Attempt): Refusal | null {
  const required = rulesFor(policy, attempt)?.requiredProvider ?? null;
  if (required === null || required === attempt.provider) return null;
  return { reason: "redirected_by_policy", leadsTo: required };
}

export const connectionRequired: Gate = {
  name: "connection required",
  check: async (attempt) => refusalByConnection(await signInPolicy(), attempt),
};

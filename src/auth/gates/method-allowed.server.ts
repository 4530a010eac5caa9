/** An organization says by which methods its people sign in. */
import "server-only";
import type { Attempt, Refusal } from "@/auth/attempt/attempt";
import type { Gate } from "@/auth/gates/gate";
import { rulesFor } from "@/auth/policy/governed";
import type { SignInPolicy } from "@/auth/policy/policy";
import { signInPolicy } from "@/auth/policy/sign-in-policy.server";

export function refusalByMethod(policy: SignInPolicy, attempt: Attempt): Refusal | null {
  const rules = rulesFor(policy, attempt);
  return rules === null || rules.allowedMethods.includes(attempt.method) ? null : { reason: "method_not_allowed" };
}

export const methodAllowed: Gate = {
  name: "method allowed",
  check: async (attempt) => refusalByMethod(await signInPolicy(), attempt),
};

/** What an organization asks of its people's sign-ins, and whom a change of it would keep out. Pure. */
import type { MappedRole } from "@/directory/connections";
import { normalizeEmail } from "@/platform/text";

export const signInMethods = ["password", "email_verification", "sso", "passkey"] as const;
export type SignInMethod = (typeof signInMethods)[number];

export type SignInPolicy = {
  /** The domains of its people's addresses. */
  domains: readonly string[];
  allowedMethods: readonly SignInMethod[];
  /** The one connection by which its people sign in. */
  requiredConnectionId: string | null;
  /** Whether people join by invitation alone. */
  inviteOnly: boolean;
  /** What those become who join without an invitation. */
  defaultRole: MappedRole;
};

const LABEL = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}-]{0,61}[\\p{L}\\p{N}\\p{M}])?";
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`, "u");

/** A domain in the form that the domain of a normalized email has; null for what is none. A leading @ is forgiven. */
export function normalizeDomain(text: string): string | null {
  const domain = normalizeEmail(`x@${text.trim().replace(/^@/, "")}`)?.slice(2);
  return domain && domain.length <= 253 && DOMAIN.test(domain) ? domain : null;
}

/** @param email normalized */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1);
}

export type PolicyRisk = "own_method_forbidden" | "own_sign_in_not_by_connection" | "connection_not_tested";

/**
 * What should be confirmed before a policy holds, or null.
 * @param governed how the one who sets it has signed in, where the policy would be theirs too; else null
 */
export function policyRisk(
  policy: SignInPolicy,
  connection: { provider: string; tested: boolean } | null,
  governed: { method: SignInMethod; provider: string } | null,
): PolicyRisk | null {
  if (governed && !policy.allowedMethods.includes(governed.method)) return "own_method_forbidden";
  if (governed && connection && connection.provider !== governed.provider) return "own_sign_in_not_by_connection";
  return connection && !connection.tested ? "connection_not_tested" : null;
}

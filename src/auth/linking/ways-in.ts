/** Whether somebody could still sign in. Pure. */
import type { OrganizationPolicy } from "@/auth/policy/policy";

export type Held = {
  password: boolean;
  /** Whether a link can be mailed to them. */
  emailLink: boolean;
  /** The providers of their identities, one entry for each identity. */
  providers: readonly string[];
};

/**
 * @param offered the ids of the providers that sign anybody in now
 * @param rules those of the organization that governs their sign-in
 */
export function hasWayIn(held: Held, offered: readonly string[], rules: OrganizationPolicy | null): boolean {
  const allowed = (method: OrganizationPolicy["allowedMethods"][number]) =>
    rules === null || rules.allowedMethods.includes(method);
  const required = rules?.requiredProvider ?? null;
  const bySso =
    allowed("sso") &&
    held.providers.some((provider) => offered.includes(provider) && (required === null || provider === required));
  if (bySso) return true;
  if (required !== null) return false;
  return (held.password && allowed("password")) || (held.emailLink && allowed("email_verification"));
}

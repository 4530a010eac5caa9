/** An attempt in the light of the policy: who it is about, and which organization has a say in it. Pure. */
import type { Attempt } from "@/auth/attempt/attempt";
import type { OrganizationPolicy, SignInPolicy } from "@/auth/policy/policy";
import { governingOrganization, organizationOfAddress } from "@/auth/policy/vouching";

type Person = { email: string; organizationId: string | null; isInstanceAdmin: boolean };
type Proven = Pick<Attempt, "account" | "provision" | "claimedEmail">;

function newcomerEmail({ provision, claimedEmail }: Proven): string | null {
  if (provision.kind === "create_user") return provision.email;
  return provision.kind === "accept_invitation" ? claimedEmail : null;
}

/** Whom an attempt signs in, or makes; null where it has proven nobody. */
export function personOf(attempt: Proven): Person | null {
  const { account } = attempt;
  if (account) {
    const { email, organizationId, instanceRole } = account;
    return { email, organizationId, isInstanceAdmin: instanceRole === "admin" };
  }
  const email = newcomerEmail(attempt);
  return email === null ? null : { email, organizationId: null, isInstanceAdmin: false };
}

/**
 * The rules by which an attempt is judged that has proven who it is; null where there are none. Administrators of the
 * instance are bound by no organization's: its owner, or its broken connection, must not lock them out.
 */
export function rulesFor(policy: SignInPolicy, attempt: Proven): OrganizationPolicy | null {
  const person = personOf(attempt);
  if (person === null || person.isInstanceAdmin) return null;
  const rules = governingOrganization(policy, person);
  const { provision } = attempt;
  // Its invitation is the organization's own word, good once, and for many the only way to begin.
  const invited = provision.kind === "accept_invitation" && provision.organizationId === rules?.id;
  return invited ? null : rules;
}

/**
 * The organization that an attempt's rows belong to: the governing one of the account, or the one whose domain the claimed
 * address has.
 * @param policy null while it is not known
 */
export function organizationOfAttempt(policy: SignInPolicy | null, attempt: Proven): string | null {
  const { account, claimedEmail } = attempt;
  const email = account?.email ?? newcomerEmail(attempt) ?? claimedEmail;
  const byAddress = policy && email !== null ? organizationOfAddress(policy, email) : null;
  return byAddress ?? account?.organizationId ?? null;
}

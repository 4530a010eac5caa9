/** For whom a provider's word counts, and whose rules a person signs in by. Pure. */
import type { OrganizationPolicy, SignInPolicy } from "@/auth/policy/policy";
import { domainOf } from "@/directory/policy";

/** The organization whose people have addresses of this domain. @param email normalized */
export function organizationOfAddress({ domains }: SignInPolicy, email: string): string | null {
  return domains.get(domainOf(email)) ?? null;
}

/**
 * Whether a provider may speak for all of these addresses. A connection of an organization speaks for its domains alone: its
 * administrators run it, and could have it say anything.
 * @param emails normalized; null where there is none, for which nobody speaks
 */
export function speaksFor(policy: SignInPolicy, provider: string, emails: readonly (string | null)[]): boolean {
  const organizationId = policy.connections.get(provider)?.organizationId ?? null;
  if (organizationId === null) return true;
  return emails.every((email) => email !== null && organizationOfAddress(policy, email) === organizationId);
}

/**
 * The one organization whose rules hold for a person's sign-in: the one whose domain their address has, else that of their
 * oldest membership. Others that they belong to have no say: they could lock somebody out of what is not theirs.
 */
export function governingOrganization(
  policy: SignInPolicy,
  person: { email: string; organizationId: string | null },
): OrganizationPolicy | null {
  const id = organizationOfAddress(policy, person.email) ?? person.organizationId;
  return id === null ? null : (policy.organizations.get(id) ?? null);
}

/** How everybody with an address of one domain signs in: found by the domain alone, whoever has an account there. */
export type Route = {
  domain: string;
  /** The provider by which they have to; null where they may choose. */
  required: string | null;
  /** The providers that are theirs. */
  providers: readonly string[];
};

/** Null for a domain without ways in of its own. @param email normalized */
export function routeOf(policy: SignInPolicy, email: string): Route | null {
  const id = organizationOfAddress(policy, email);
  if (id === null) return null;
  const required = policy.organizations.get(id)?.requiredProvider ?? null;
  const own = [...policy.connections.values()].filter(({ organizationId }) => organizationId === id);
  const providers = required === null ? own.map(({ providerId }) => providerId) : [required];
  return providers.length > 0 ? { domain: domainOf(email), required, providers } : null;
}

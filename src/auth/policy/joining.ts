/** Which organization somebody belongs to who comes by single sign-on, and as what. Pure. */
import type { Attempt, Joining } from "@/auth/attempt/attempt";
import { personOf } from "@/auth/policy/governed";
import type { SignInPolicy } from "@/auth/policy/policy";
import { organizationOfAddress } from "@/auth/policy/vouching";
import { type MappedRole, mappedRoles, type RoleMapping } from "@/directory/connections";

/** The most that any of somebody's groups or roles there gives here; null where none of them gives anything. */
export function mappedRole(mapping: RoleMapping, roles: readonly string[]): MappedRole | null {
  // A value is looked for among the mapping's own: claims may hold any word, `constructor` too.
  const given = new Set(roles.flatMap((role) => (Object.hasOwn(mapping, role) ? [mapping[role]] : [])));
  return mappedRoles.findLast((role) => given.has(role)) ?? null;
}

/**
 * The organization of the connection; by a provider of the whole instance that of the account's own domain, since the
 * address is known to be theirs. Null where there is none, and for every other method.
 */
export function joiningOf(
  policy: SignInPolicy,
  attempt: Pick<Attempt, "method" | "provider" | "evidence" | "account" | "provision" | "claimedEmail">,
): Joining | null {
  const person = personOf(attempt);
  if (attempt.method !== "sso" || attempt.evidence?.kind !== "identity" || person === null) return null;
  const connection = policy.connections.get(attempt.provider);
  const organizationId = connection?.organizationId ?? organizationOfAddress(policy, person.email);
  const rules = organizationId === null ? undefined : policy.organizations.get(organizationId);
  if (rules === undefined) return null;
  const { rolesClaim = null, roleMapping = {} } = connection ?? {};
  const follows = rolesClaim !== null && Object.keys(roleMapping).length > 0;
  const mapped = follows ? mappedRole(roleMapping, attempt.evidence.roles) : null;
  return { organizationId: rules.id, role: mapped ?? rules.defaultRole, mayJoin: !rules.inviteOnly, follows };
}

/** What a person may link, and what a provider is called. */
import "server-only";
import { knownSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import { speaksFor } from "@/auth/policy/vouching";
import { offeredClient, offeredClients, type SsoProvider } from "@/auth/providers/offered.server";

/**
 * The providers for everybody, and the connections of the organization that has the domain of the person's address.
 * @param email of the account
 */
export function linkableProviders(email: string): SsoProvider[] {
  const policy = knownSignInPolicy();
  return offeredClients()
    .filter(({ id, organizationId }) => organizationId === null || (policy !== null && speaksFor(policy, id, [email])))
    .map(({ id, name }) => ({ id, name }));
}

/** One that is not offered any more goes by its id. */
export function calledProvider(id: string): string {
  return offeredClient(id)?.name ?? id;
}

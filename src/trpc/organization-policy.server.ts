/** Changing what an organization asks of its people's sign-ins: what may be asked, and what must be confirmed first. */
import "server-only";
import type { Tx } from "@db/connect.server";
import type { GatebookSession } from "@/auth/session-shape";
import { providerIdOf } from "@/directory/connections";
import {
  findOrganizationOfDomain,
  holdUsableConnection,
  type OrganizationWithPolicy,
} from "@/directory/organizations.store.server";
import { domainOf, type PolicyRisk, policyRisk } from "@/directory/policy";
import { env } from "@/platform/env";
import { Refused } from "@/trpc/trpc.server";

type Connection = { provider: string; tested: boolean };

/** The connection that a policy requires, if it is one that the organization's people can sign in by. */
async function requiredConnection(db: Tx, after: OrganizationWithPolicy): Promise<Connection | null> {
  if (after.requiredConnectionId === null) return null;
  const found =
    env().SSO_CONNECTIONS === "on" ? await holdUsableConnection(db, after.id, after.requiredConnectionId) : null;
  if (!found)
    throw new Refused(
      "BAD_REQUEST",
      "connection_not_usable",
      "Require a connection that is enabled, and either this organization's or the whole Gatebook's.",
    );
  if (!after.allowedMethods.includes("sso"))
    throw new Refused(
      "BAD_REQUEST",
      "connection_needs_sso",
      "A required connection needs single sign-on among the methods that are allowed.",
    );
  return { provider: providerIdOf(found), tested: found.testedAt !== null };
}

/**
 * Whether the policy would be the caller's own. The one organization that governs a sign-in is that of the address's
 * domain, else that of the oldest membership; administrators of the instance are governed by none.
 */
async function governsCaller(db: Tx, after: OrganizationWithPolicy, { user, memberships }: GatebookSession) {
  if (user.instanceRole === "admin") return false;
  const domain = domainOf(user.email);
  if (after.domains.includes(domain)) return true;
  const owner = await findOrganizationOfDomain(db, domain);
  if (owner !== null && owner !== after.id) return false;
  return memberships[0]?.organizationId === after.id;
}

const CONFIRM: Record<PolicyRisk, string> = {
  own_method_forbidden:
    "You have signed in with a method that would not be allowed any more. You stay signed in until your session ends; after that this way in is closed to you too.",
  own_sign_in_not_by_connection:
    "You have not signed in by the connection that would be required. If it doesn't let you in, nobody but an admin of this Gatebook can take this back.",
  connection_not_tested:
    "The connection that would be required has not passed a test since it was changed. If it doesn't work, nobody of this organization can sign in.",
};

/** Refuses what cannot be, and what could keep its own author out until that is confirmed. */
export async function checkPolicy(
  { db, session }: { db: Tx; session: GatebookSession },
  after: OrganizationWithPolicy,
  confirmed: boolean,
): Promise<void> {
  const connection = await requiredConnection(db, after);
  if (confirmed) return;
  const governed = (await governsCaller(db, after, session))
    ? { method: session.authMethod, provider: session.provider }
    : null;
  const risk = policyRisk(after, connection, governed);
  if (risk) throw new Refused("PRECONDITION_FAILED", risk, CONFIRM[risk]);
}

/** The organization that an administrator's call is about. */
import "server-only";
import type { Tx } from "@db/connect.server";
import type { GatebookSession } from "@/auth/session-shape";
import { findAuthority, lockOrganization, type OrganizationWithPolicy } from "@/directory/organizations.store.server";
import { type Authority, mayGrant, type Role } from "@/directory/roles";
import { Refused } from "@/trpc/trpc.server";

export function noSuchOrganization(): Refused {
  return new Refused("NOT_FOUND", "not_found", "There is no such organization, or it is not yours to administer.");
}

/**
 * The organization, locked until the transaction ends, and by what the caller administers it now: the session may have
 * been read before somebody changed that. Whether somebody else's organization exists is not told.
 */
export async function administeredOrganization(
  { db, session }: { db: Tx; session: GatebookSession },
  organizationId: string,
): Promise<{ organization: OrganizationWithPolicy; authority: Authority }> {
  const organization = await lockOrganization(db, organizationId);
  const authority = organization && (await findAuthority(db, session.user.id, organizationId));
  if (!authority) throw noSuchOrganization();
  return { organization, authority };
}

/** Refuses to give, or to touch, a role above the caller's own. */
export function mustBeGrantable(authority: Authority, role: Role): void {
  if (!mayGrant(authority, role))
    throw new Refused("FORBIDDEN", "above_own_role", "That role is above your own: only an owner gives or takes it.");
}

/** Makes members of those who come by single sign-on, and has their role follow what the provider says, inside the sign-in's transaction. */
import "server-only";
import type { Database } from "@db/connect.server";
import type { EventInput } from "@/audit/catalogue";
import type { Attempt, Joining } from "@/auth/attempt/attempt";
import { findRole, insertMembership, setRole } from "@/directory/memberships.store.server";
import { lockOrganization } from "@/directory/organizations.store.server";
import type { Role } from "@/directory/roles";

/** Owners are made and unmade by people alone. */
function isDue({ role, mayJoin, follows }: Joining, current: Role | null): boolean {
  return current === null ? mayJoin : follows && current !== "owner" && current !== role;
}

/** @param events gets the row of the change, where there is one */
export async function followProvider(
  tx: Database,
  { joining, method, provider }: Pick<Attempt, "joining" | "method" | "provider">,
  userId: string,
  events: EventInput[],
  at: Date,
): Promise<void> {
  if (joining === null) return;
  const { organizationId, role } = joining;
  if (!isDue(joining, await findRole(tx, organizationId, userId))) return;
  // Whoever changes roles does so one after the other: what was read before the lock is read again.
  if (!(await lockOrganization(tx, organizationId))) return;
  const from = await findRole(tx, organizationId, userId);
  if (!isDue(joining, from)) return;
  if (from === null) await insertMembership(tx, { organizationId, userId, role, at });
  else await setRole(tx, organizationId, userId, role);
  events.push({
    action: "membershipChanged",
    status: "success",
    // The person asked for nothing: what is set for the organization made them that.
    actor: { type: "system" },
    target: { type: "user", id: userId },
    organizationId,
    authMethod: method,
    provider,
    changes: { role: { from, to: role } },
    details: { via: from === null ? "just_in_time" : "role_mapping" },
  });
}

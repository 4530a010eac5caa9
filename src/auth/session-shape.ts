/** What a session says to pages, procedures and the browser. Pure: shared by server and client. */
import type { AuthMethod } from "@/audit/catalogue";
import type { Authority } from "@/directory/roles";

export type Membership = {
  organizationId: string;
  slug: string;
  name: string;
  role: "owner" | "admin" | "auditor" | "member";
};

export type GatebookSession = {
  /** The id of the session's row. Not a secret: the cookie is an encrypted token that only the server can make. */
  sid: string;
  /** ISO 8601: when the session ends at the latest, however much it is used. */
  expires: string;
  user: { id: string; email: string; name: string | null; instanceRole: "admin" | "auditor" | null };
  memberships: Membership[];
  authMethod: AuthMethod;
  provider: string;
};

const HISTORY_ROLES = new Set(["owner", "admin", "auditor"]);

/** The organizations whose history the person may read: `"all"` for an instance role, else a list (empty: none). */
export function readableOrganizations(session: GatebookSession): "all" | string[] {
  if (session.user.instanceRole) return "all";
  return session.memberships.filter(({ role }) => HISTORY_ROLES.has(role)).map(({ organizationId }) => organizationId);
}

export function canReadHistory(session: GatebookSession): boolean {
  const readable = readableOrganizations(session);
  return readable === "all" || readable.length > 0;
}

const ADMINISTERING_ROLES = new Set(["owner", "admin"]);

/** The organizations whose people the person administers: `"all"` for an admin of the instance, else a list (empty: none). */
export function administeredOrganizations(session: GatebookSession): "all" | string[] {
  if (session.user.instanceRole === "admin") return "all";
  return session.memberships
    .filter(({ role }) => ADMINISTERING_ROLES.has(role))
    .map(({ organizationId }) => organizationId);
}

export function canAdminister(session: GatebookSession): boolean {
  const administers = administeredOrganizations(session);
  return administers === "all" || administers.length > 0;
}

/** By what the person administers an organization, or null. */
export function authorityIn(
  { user, memberships }: Pick<GatebookSession, "user" | "memberships">,
  organizationId: string,
): Authority | null {
  if (user.instanceRole === "admin") return "instance";
  const role = memberships.find((membership) => membership.organizationId === organizationId)?.role;
  return role === "owner" || role === "admin" ? role : null;
}

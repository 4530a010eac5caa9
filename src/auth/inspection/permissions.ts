/** What a role allows, asked of the very functions that decide it. Pure. */
import {
  administeredOrganizations,
  type GatebookSession,
  type Membership,
  readableOrganizations,
} from "@/auth/session-shape";

export type Permission = "read_history" | "administer_people";

function permissions(session: GatebookSession): Permission[] {
  const some = (organizations: "all" | string[]) => organizations === "all" || organizations.length > 0;
  return [
    ...(some(readableOrganizations(session)) ? (["read_history"] as const) : []),
    ...(some(administeredOrganizations(session)) ? (["administer_people"] as const) : []),
  ];
}

/** What one membership allows in its organization, whatever else the person may do. */
export function membershipAllows(session: GatebookSession, membership: Membership): Permission[] {
  return permissions({ ...session, user: { ...session.user, instanceRole: null }, memberships: [membership] });
}

/** What the role for the whole of this Gatebook allows, in every organization. */
export function instanceRoleAllows(session: GatebookSession): Permission[] {
  return permissions({ ...session, memberships: [] });
}

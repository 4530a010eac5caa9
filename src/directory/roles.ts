/** Roles in an organization: which is above which, and who may give or take which. Pure. */

/** From the least to the most. */
export const roles = ["member", "auditor", "admin", "owner"] as const;
export type Role = (typeof roles)[number];

/** By what somebody administers an organization: as an admin of the whole instance, or by their own role in it. */
export type Authority = "instance" | "owner" | "admin";

export function isAbove(role: Role, other: Role): boolean {
  return roles.indexOf(role) > roles.indexOf(other);
}

/** Nobody gives, or takes, a role above their own; owners are made by owners and by admins of the instance. */
export function mayGrant(authority: Authority, role: Role): boolean {
  return authority === "instance" || !isAbove(role, authority);
}

export type RoleChange = {
  authority: Authority;
  /** Whether the membership is the caller's own. */
  own: boolean;
  from: Role;
  /** Null where the membership ends. */
  to: Role | null;
  /** Owners besides this person who can sign in. */
  otherOwners: number;
};

export type RoleProblem = "own_role" | "above_own_role" | "last_owner";

/** Why a membership may not change so, or null. */
export function roleProblem({ authority, own, from, to, otherOwners }: RoleChange): RoleProblem | null {
  if (own && to !== null && isAbove(to, from)) return "own_role";
  if (!mayGrant(authority, from) || (to !== null && !mayGrant(authority, to))) return "above_own_role";
  if (from === "owner" && to !== "owner" && otherOwners === 0) return "last_owner";
  return null;
}

/** What was done to a person, and field by field from what to what, in words. Pure. */
import type { Changes, JsonValue } from "@/audit/catalogue";

const acts: Record<string, string> = {
  userCreated: "Account created",
  userUpdated: "Account changed",
  userDisabled: "Account disabled",
  userEnabled: "Account enabled",
  membershipChanged: "Membership changed",
  emailVerified: "Email verified",
  passwordChanged: "Password changed",
  passwordResetRequested: "Link to a new password sent",
  passwordReset: "Password replaced by a mailed link",
  signedIn: "Sign-in",
  signedOut: "Signed out",
  jwtTokenCreated: "Session token made",
  accessDenied: "Access denied",
  accountLocked: "Account locked",
  signInLinkRequested: "Sign-in link asked for",
  sessionRevoked: "Session ended",
  sessionExpirySimulated: "Session's expiry simulated",
  providerLinked: "Provider linked",
  providerLinkRequested: "Link to a provider asked for",
  providerUnlinked: "Provider unlinked",
  providerTokenRefreshed: "Provider token refreshed",
  userInvited: "Invited",
  organizationCreated: "Organization created",
  organizationUpdated: "Organization changed",
  ssoConnectionCreated: "Connection created",
  ssoConnectionUpdated: "Connection changed",
  ssoConnectionDeleted: "Connection deleted",
  ssoConnectionTested: "Connection tested",
  auditQueried: "History searched",
  auditExported: "History exported",
  keysRotated: "Keys rotated",
};

/** An action that has no words is said by its name: better than nothing at all. */
export function actWords(action: string): string {
  return acts[action] ?? action;
}

const fields: Record<string, string> = { name: "Name", instanceRole: "Role in this Gatebook", role: "Role" };

function valueWords(value: JsonValue): string {
  if (value === null || value === "") return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** "Role: member → admin", one for each field. */
export function changeLines(changes: Changes | null): string[] {
  return Object.entries(changes ?? {}).map(
    ([field, { from, to }]) => `${fields[field] ?? field}: ${valueWords(from)} → ${valueWords(to)}`,
  );
}

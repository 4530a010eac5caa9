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

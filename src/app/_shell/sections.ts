/** The navigation: what there is, and who sees it. What a person may do is decided by the procedures, not here. */
import { canAdminister, canReadHistory, type GatebookSession } from "@/auth/session-shape";

export type SectionId =
  | "profile"
  | "activity"
  | "sessions"
  | "security"
  | "overview"
  | "sign-ins"
  | "audit"
  | "users"
  | "organizations"
  | "sso"
  | "inspector";
export type Destination = { id: SectionId; label: string; href: string };
export type NavigationGroup = { label: string; destinations: Destination[] };

/** @param inspector whether the session inspector is there */
export function navigationFor(session: GatebookSession, inspector: boolean): NavigationGroup[] {
  const account: NavigationGroup = {
    label: "Account",
    destinations: [
      { id: "profile", label: "Profile", href: "/account" },
      { id: "activity", label: "Activity", href: "/account/activity" },
      { id: "sessions", label: "Sessions", href: "/account/sessions" },
      { id: "security", label: "Security", href: "/account/security" },
    ],
  };
  const admin: NavigationGroup = {
    label: "Admin",
    destinations: [
      { id: "overview", label: "Overview", href: "/admin" },
      { id: "sign-ins", label: "Sign-ins", href: "/admin/sign-ins" },
      { id: "audit", label: "Audit log", href: "/admin/audit" },
      ...(canAdminister(session)
        ? [
            { id: "users" as const, label: "Users", href: "/admin/users" },
            { id: "organizations" as const, label: "Organizations", href: "/admin/organizations" },
            { id: "sso" as const, label: "Single sign-on", href: "/admin/sso" },
          ]
        : []),
    ],
  };
  const developer: NavigationGroup = {
    label: "Developer",
    destinations: [{ id: "inspector", label: "Session inspector", href: "/dev/session" }],
  };
  return [...(canReadHistory(session) ? [admin] : []), account, ...(inspector ? [developer] : [])];
}

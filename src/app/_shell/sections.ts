/** The navigation: what there is, and who sees it. What a person may do is decided by the procedures, not here. */
import { canReadHistory, type GatebookSession } from "@/auth/session-shape";

export type SectionId = "profile" | "activity" | "sessions" | "sign-ins";
export type Destination = { id: SectionId; label: string; href: string };
export type NavigationGroup = { label: string; destinations: Destination[] };

export function navigationFor(session: GatebookSession): NavigationGroup[] {
  const account: NavigationGroup = {
    label: "Account",
    destinations: [
      { id: "profile", label: "Profile", href: "/account" },
      { id: "activity", label: "Activity", href: "/account/activity" },
      { id: "sessions", label: "Sessions", href: "/account/sessions" },
    ],
  };
  const admin: NavigationGroup = {
    label: "Admin",
    destinations: [{ id: "sign-ins", label: "Sign-ins", href: "/admin/sign-ins" }],
  };
  return canReadHistory(session) ? [admin, account] : [account];
}

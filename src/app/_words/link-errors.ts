/** What is said when a provider could not be linked, by the code in the page's address. Pure. */
import { signInErrorText } from "@/app/_words/sign-in-errors";
import { reauthenticationReasons, reauthenticationText } from "@/auth/reauthentication";

export type LinkError = { code: string; provider?: string; minutes?: string; reference?: string };

/**
 * The message for a code; unknown ones are a link that didn't come about.
 * @param providerNames the providers offered here: only a name from this list is ever repeated
 */
export function linkErrorText(error: LinkError, providerNames: ReadonlyMap<string, string>): string {
  const provider = providerNames.get(error.provider ?? "") ?? "that provider";
  const reason = reauthenticationReasons.find((known) => known === error.code);
  if (reason) {
    const minutes = Number(error.minutes);
    const known = Number.isInteger(minutes) && minutes > 0 && minutes <= 1440;
    return reauthenticationText({ reason, ...(known ? { minutes } : {}) });
  }
  switch (error.code) {
    case "identity_taken":
      return `That account at ${provider} signs in somebody else here. Nothing changed.`;
    case "session_changed":
      return "Somebody else is signed in to this browser now than when this began. Nothing was linked.";
    case "organization_not_allowed":
      return "That connection is for the addresses of its own organization. Nothing was linked.";
    case "provider_not_allowed":
      return "That provider can't be linked here.";
    case "account_disabled":
    case "email_not_verified":
      return "That account can't be linked to right now. Ask an administrator.";
    case "no_offer":
      return "There is nothing here to link any more. Open the link in the browser in which you came from the provider, within 15 minutes, or begin again.";
    case "invalid_token":
    case "used_token":
    case "expired_token":
      return "This link no longer works, or wasn't asked for in this browser. Begin again at the sign-in page.";
    case "csrf":
    case "cancelled":
    case "unavailable":
      return signInErrorText(error, providerNames);
    default:
      return signInErrorText({ ...error, code: "not_finished" }, providerNames).replace("sign-in", "link");
  }
}

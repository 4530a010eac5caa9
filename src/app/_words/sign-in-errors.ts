/** What /sign-in says after an attempt that failed, by the code in its address. Pure. */

export type SignInError = { code: string; minutes?: string; provider?: string; domain?: string; reference?: string };

/** A reference is quoted only in the form that we give out: the address bar is anybody's to fill. */
const REFERENCE = /^[A-Za-z0-9._:-]{8,128}$/;

function withReference(text: string, reference: string | undefined): string {
  return reference !== undefined && REFERENCE.test(reference) ? `${text} Reference ${reference}` : text;
}

function waitWords(minutes: string | undefined): string {
  const count = Number(minutes);
  if (!Number.isInteger(count) || count < 1 || count > 1440) return "Wait a few minutes";
  return count === 1 ? "Wait 1 minute" : `Wait ${count} minutes`;
}

/**
 * The message for an error code. Unknown codes are a sign-in that didn't finish.
 *
 * @param providerNames the providers offered here: only a name from this list is ever repeated
 */
export function signInErrorText(error: SignInError, providerNames: ReadonlyMap<string, string>): string {
  const provider = providerNames.get(error.provider ?? "");
  switch (error.code) {
    case "sign_in_failed":
      return "That email and password don't match an account that can sign in here.";
    case "missing_credentials":
      return "Enter your email and your password.";
    case "missing_email":
      return "Enter the email address that you sign in with.";
    case "too_many_tries":
      return `Too many tries. ${waitWords(error.minutes)} or use another way.`;
    case "csrf":
      return "This page was open too long. Try again.";
    case "cancelled":
      return `You cancelled at ${provider ?? "your provider"}. Nothing changed.`;
    case "account_not_linked":
      return "An account with that address already exists here. Sign in the way you did before; then link this provider in your account's security settings.";
    case "email_not_verified":
      return `${provider ?? "Your provider"} hasn't confirmed your email address. Confirm it there, then try again.`;
    case "email_missing":
      return `${provider ?? "Your provider"} didn't tell us an email address that we can know you by. Ask whoever manages your account there to add or mend it.`;
    case "provider_unavailable":
      return withReference(
        `${provider ?? "Your provider"} isn't answering right now. Nothing changed: try again in a few minutes, or use another way.`,
        error.reference,
      );
    case "provider_misconfigured":
      return withReference(
        `Signing in with ${provider ?? "your provider"} isn't set up right, and trying again won't help. Use another way, and send your administrator this message.`,
        error.reference,
      );
    case "connection_required": {
      const who = error.domain ?? "Your organization";
      return provider === undefined
        ? `${who} signs in with a connection of its own, which isn't available right now. Ask your administrator.`
        : `${who} signs in with ${provider}.`;
    }
    case "invitation_needed":
      return `${provider ?? "Your provider"} lets people in who were invited. Ask your organization's administrator for an invitation.`;
    case "not_allowed":
      return "That way of signing in isn't allowed for this account.";
    case "unavailable":
      return withReference(
        "Signing in isn't possible right now: our database is away. Nothing was lost; try again in a minute.",
        error.reference,
      );
    default:
      return withReference("That sign-in didn't finish. Nothing changed.", error.reference);
  }
}

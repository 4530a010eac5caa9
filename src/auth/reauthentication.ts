/** Proving oneself once more before what matters is changed (ASVS 7.5.1): what it may be refused for, in words. Pure. */

export const reauthenticationReasons = [
  "wrong_password",
  "no_password",
  "under_way",
  "rate_limited",
  "recent_sign_in_required",
] as const;
export type ReauthenticationReason = (typeof reauthenticationReasons)[number];

/** @param minutes with `rate_limited`: until another try counts */
export type ReauthenticationRefusal = { reason: ReauthenticationReason; minutes?: number };

export function reauthenticationText({ reason, minutes }: ReauthenticationRefusal): string {
  switch (reason) {
    case "wrong_password":
      return "That isn't your current password.";
    case "no_password":
      return "Your account has no password.";
    case "under_way":
      return "Your password is being looked at already. Try again in a moment.";
    case "rate_limited":
      return minutes === undefined
        ? "Too many tries. Wait a few minutes."
        : `Too many tries. Wait ${minutes === 1 ? "1 minute" : `${minutes} minutes`}.`;
    case "recent_sign_in_required":
      return "You signed in some time ago. Sign in again first.";
  }
}

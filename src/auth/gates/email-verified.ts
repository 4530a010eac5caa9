/**
 * A password opens an account only once its mailbox has been proven; a link mailed to the address is that proof
 * itself; a provider has to vouch for the address.
 */
import type { Gate } from "@/auth/gates/gate";

export const emailVerified: Gate = {
  name: "email verified",
  check: ({ account, method, evidence, provision }) => {
    if (method === "email_verification") return null;
    if (provision.kind === "create_user") {
      return evidence?.kind === "identity" && evidence.emailVerified ? null : { reason: "email_not_verified" };
    }
    return account?.emailVerifiedAt ? null : { reason: "email_not_verified" };
  },
};

/**
 * By single sign-on people come as somebody of an organization: they join it, or have to be in it already. For which
 * addresses its connection may speak is asked before accounts are looked up, by the gate of the credentials.
 */
import "server-only";
import { database } from "@db/connect.server";
import type { Gate } from "@/auth/gates/gate";
import { joiningOf } from "@/auth/policy/joining";
import { signInPolicy } from "@/auth/policy/sign-in-policy.server";
import { findRole } from "@/directory/memberships.store.server";

export const organizationAllowed: Gate = {
  name: "organization allowed",
  check: async (attempt) => {
    const policy = await signInPolicy();
    const joining = joiningOf(policy, attempt);
    attempt.joining = joining;
    if (joining === null || joining.mayJoin) return null;
    // By a provider of the whole instance they come for themselves, and only do not become members.
    if (!policy.connections.get(attempt.provider)?.organizationId) return null;
    const { account } = attempt;
    const role = account && (await findRole(database(), joining.organizationId, account.id));
    return role === null ? { reason: "organization_not_allowed", cause: "not_invited" } : null;
  },
};

/** Who is it, and what proves it: a password, a link that was mailed, or a provider's word. */
import "server-only";
import { database } from "@db/connect.server";
import { isTooLong } from "@/account/password-rules";
import { verifyPassword } from "@/account/passwords.server";
import { tokenDigest } from "@/account/verification-tokens";
import { findVerificationToken } from "@/account/verification-tokens.store.server";
import type { Attempt, Evidence, Refusal } from "@/auth/attempt/attempt";
import type { Gate } from "@/auth/gates/gate";
import { proveInvitation } from "@/auth/gates/invitation.server";
import { signInPolicy } from "@/auth/policy/sign-in-policy.server";
import { routeOf, speaksFor } from "@/auth/policy/vouching";
import { findUserByEmail, findUserById, findUserByIdentity } from "@/directory/users.store.server";
import { now } from "@/platform/clock";
import { normalizeEmail, storableText } from "@/platform/text";

/** What cannot be an address, as it goes into the row: nobody's, and still what was claimed. */
function claimOf(text: string): string {
  return storableText(text.trim().toLowerCase(), 320);
}

/**
 * Where the domain's organization requires a connection, a password proves nobody, and every address of it gets the same
 * answer in the same time. Only administrators of the instance, bound by no organization, still come in by theirs.
 */
async function provePassword(
  attempt: Attempt,
  evidence: Extract<Evidence, { kind: "password" }>,
): Promise<Refusal | null> {
  const email = normalizeEmail(evidence.email);
  attempt.claimedEmail = email ?? claimOf(evidence.email);
  const leadsTo = email === null ? null : (routeOf(await signInPolicy(), email)?.required ?? null);
  const untyped = evidence.email.trim() === "" || evidence.password === "";
  if (untyped && leadsTo === null) return { reason: "missing_credentials" };
  const user = email === null ? null : await findUserByEmail(database(), email);
  if (user) attempt.account = user;
  const routed: Refusal | null =
    leadsTo === null ? null : { reason: "redirected_by_policy", gate: "connection required", leadsTo };
  if (untyped) return routed;
  const tooLong = isTooLong(evidence.password);
  // Every branch pays for one verification, so that time does not tell which of them it was.
  const matches = await verifyPassword(user?.passwordHash ?? null, tooLong ? "" : evidence.password);
  if (routed) return matches && !tooLong && user?.instanceRole === "admin" ? null : routed;
  if (!user) return { reason: "unknown_user" };
  if (tooLong) return { reason: "password_too_long" };
  if (user.passwordHash === null) return { reason: "no_password" };
  return matches ? null : { reason: "wrong_password" };
}

async function proveToken(attempt: Attempt, evidence: Extract<Evidence, { kind: "token" }>): Promise<Refusal | null> {
  if (evidence.token === "") return { reason: "missing_credentials" };
  const digest = tokenDigest(evidence.token);
  const token = digest && (await findVerificationToken(database(), "sign_in", digest));
  if (!token) return digest ? proveInvitation(attempt, digest) : { reason: "invalid_token" };
  attempt.account = await findUserById(database(), token.userId);
  attempt.claimedEmail = attempt.account?.email ?? null;
  if (token.usedAt) return { reason: "used_token" };
  if (token.expiresAt <= now()) return { reason: "expired_token" };
  attempt.provision = { kind: "spend_token", tokenId: token.id };
  return null;
}

/** Identity is provider plus subject. An equal email alone never opens an account that exists. */
async function proveIdentity(
  attempt: Attempt,
  evidence: Extract<Evidence, { kind: "identity" }>,
): Promise<Refusal | null> {
  const email = evidence.email === null ? null : normalizeEmail(evidence.email);
  attempt.claimedEmail = email ?? (evidence.email && claimOf(evidence.email));
  const known = await findUserByIdentity(database(), attempt.provider, evidence.subject);
  if (known) {
    attempt.account = known;
    attempt.provision = { kind: "use_identity", subject: evidence.subject };
    return null;
  }
  if (email === null) {
    return { reason: "provider_error", cause: attempt.claimedEmail === null ? "missing_email" : "unusable_email" };
  }
  // Before the account is looked up: whoever runs a connection must not find out who else has one here.
  if (!speaksFor(await signInPolicy(), attempt.provider, [email]))
    return { reason: "organization_not_allowed", gate: "organization allowed", cause: "foreign_address" };
  const sameEmail = await findUserByEmail(database(), email);
  if (sameEmail) {
    attempt.account = sameEmail;
    return { reason: "account_not_linked" };
  }
  attempt.provision = { kind: "create_user", subject: evidence.subject, email, name: evidence.name };
  return null;
}

export const credentials: Gate = {
  name: "credentials",
  check: async (attempt) => {
    const { evidence } = attempt;
    switch (evidence?.kind) {
      case "password":
        return provePassword(attempt, evidence);
      case "token":
        return proveToken(attempt, evidence);
      case "identity":
        return proveIdentity(attempt, evidence);
      case undefined:
        return { reason: "missing_credentials" };
    }
  },
};

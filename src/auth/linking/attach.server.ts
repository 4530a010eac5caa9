/** Puts an identity at a provider beside the other ways into an account, inside the transaction that proved both. */
import "server-only";
import type { Tx } from "@db/connect.server";
import type { ProviderTokens } from "@/account/provider-tokens";
import type { SignInPolicy } from "@/auth/policy/policy";
import { speaksFor } from "@/auth/policy/vouching";
import { keepTokens } from "@/auth/provider-tokens/keep.server";
import { findIdentity, linkIdentity, lockIdentity, type SignInUser } from "@/directory/users.store.server";

export type ProvenIdentity = {
  provider: string;
  subject: string;
  /** Normalized, as the provider says it; null where it says none. */
  email: string | null;
  tokens: ProviderTokens | null;
};

/** Why nothing was linked, snake_case: what stands in the book. */
export type LinkReason =
  | "identity_taken"
  | "session_changed"
  | "recent_sign_in_required"
  | "account_disabled"
  | "email_not_verified"
  | "organization_not_allowed"
  | "no_offer"
  | "invalid_token"
  | "used_token"
  | "expired_token";

/** Thrown inside a transaction to roll it back with a reason. */
export class NotLinked extends Error {
  constructor(readonly reason: LinkReason) {
    super(reason);
  }
}

/** `isNew` is false for an identity that was linked to the account before: then nothing has changed. */
export type Linked = { accountId: string; isNew: boolean };

/**
 * @param user locked, with their mailbox proven: what is attached before that goes with the proof (decision 0004)
 * @throws NotLinked
 */
export async function attachIdentity(
  tx: Tx,
  user: SignInUser,
  identity: ProvenIdentity,
  policy: SignInPolicy,
  at: Date,
): Promise<Linked> {
  const { provider, subject, email, tokens } = identity;
  if (user.disabledAt) throw new NotLinked("account_disabled");
  if (!user.emailVerifiedAt) throw new NotLinked("email_not_verified");
  // Whoever runs the connection could from then on come in as this person.
  if (!speaksFor(policy, provider, [email, user.email])) throw new NotLinked("organization_not_allowed");
  await lockIdentity(tx, provider, subject);
  const known = await findIdentity(tx, provider, subject);
  if (known && known.userId !== user.id) throw new NotLinked("identity_taken");
  const accountId = known?.id ?? (await linkIdentity(tx, { userId: user.id, provider, subject, at, used: false }));
  await keepTokens(tx, accountId, tokens, at);
  return { accountId, isNew: known === null };
}

/**
 * A successful sign-in, in one transaction: what proved it is spent, the user is made or their mailbox marked as
 * proven, their membership begun or changed, the provider's tokens, the session row, `signedIn` and `jwtTokenCreated`. Either all of it is there
 * afterwards, or none of it.
 */
import "server-only";
import { type Database, database } from "@db/connect.server";
import { spendVerificationToken } from "@/account/verification-tokens.store.server";
import type { EventInput } from "@/audit/catalogue";
import type { Attempt, Refusal } from "@/auth/attempt/attempt";
import { followProvider } from "@/auth/attempt/membership.server";
import { joinByInvitation } from "@/auth/invitations/accept.server";
import { organizationOfAttempt } from "@/auth/policy/governed";
import { knownSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import { keepTokens } from "@/auth/provider-tokens/keep.server";
import { openSession } from "@/auth/session.store.server";
import {
  findUserByIdentity,
  insertVerifiedUser,
  linkIdentity,
  lockIdentity,
  proveMailbox,
  touchIdentity,
} from "@/directory/users.store.server";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { requestScope } from "@/platform/request-scope";

/** Thrown inside the transaction to roll it back with a reason. */
class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.reason);
  }
}

/** `accountId` is the identity at a provider that they came with. */
type Signer = { userId: string; organizationId: string | null; created: boolean; accountId: string | null };

async function createUser(
  tx: Database,
  attempt: Attempt,
  provision: Extract<Attempt["provision"], { kind: "create_user" }>,
  events: EventInput[],
  at: Date,
): Promise<Signer> {
  const { provider } = attempt;
  const { subject, email, name } = provision;
  await lockIdentity(tx, provider, subject);
  // The same identity in another tab may have been faster: it is the same person.
  const known = await findUserByIdentity(tx, provider, subject);
  if (known) {
    const accountId = await touchIdentity(tx, provider, subject, at);
    return { userId: known.id, organizationId: known.organizationId, created: false, accountId };
  }
  const created = await insertVerifiedUser(tx, { email, name, at });
  if (created === null) throw new Refused({ reason: "account_not_linked", gate: "credentials" });
  const accountId = await linkIdentity(tx, { userId: created, provider, subject, at });
  const target = { type: "user" as const, id: created };
  events.push(
    { action: "userCreated", status: "success", actor: { type: "system" }, target, provider, details: { via: "sso" } },
    {
      action: "providerLinked",
      status: "success",
      actor: { type: "user", id: created },
      target: { type: "account", id: accountId },
      provider,
      details: { via: "sign_in" },
    },
  );
  return { userId: created, organizationId: null, created: true, accountId };
}

async function provision(tx: Database, attempt: Attempt, events: EventInput[], at: Date): Promise<Signer> {
  const { account } = attempt;
  if (attempt.provision.kind === "accept_invitation") {
    const joined = await joinByInvitation(tx, attempt, attempt.provision, events, at);
    if ("refusal" in joined) throw new Refused(joined.refusal);
    return { ...joined, accountId: null };
  }
  if (attempt.provision.kind === "create_user") return createUser(tx, attempt, attempt.provision, events, at);
  if (!account) throw new Refused({ reason: "internal_error", cause: "nobody_proven" });
  let accountId: string | null = null;
  if (attempt.provision.kind === "use_identity") {
    accountId = await touchIdentity(tx, attempt.provider, attempt.provision.subject, at);
    if (accountId === null) throw new Refused({ reason: "account_not_linked", gate: "credentials" });
  }
  if (attempt.provision.kind === "spend_token") {
    const outcome = await spendVerificationToken(tx, attempt.provision.tokenId, at);
    if (outcome !== "spent") throw new Refused({ reason: outcome === "used" ? "used_token" : "expired_token" });
    const proof = await proveMailbox(tx, account.id, at);
    if (proof) {
      events.push({
        action: "emailVerified",
        status: "success",
        actor: { type: "user", id: account.id },
        target: { type: "user", id: account.id },
        organizationId: account.organizationId,
        details: proof,
      });
    }
  }
  return { userId: account.id, organizationId: account.organizationId, created: false, accountId };
}

/**
 * Commits the sign-in of an attempt that passed its gates and had its token minted.
 * @returns null when it is committed, or why it was refused after all (nothing is left of it then)
 * @throws when the database fails; nothing is left of it then either, unless the answer to the commit itself was lost
 */
export async function commitSignIn(
  attempt: Attempt,
  sessionId: string,
  db: Database = database(),
): Promise<Refusal | null> {
  const at = now();
  const scope = requestScope();
  const open = async (conn: Database) => {
    const events: EventInput[] = [];
    const { userId, created, accountId, ...signer } = await provision(conn, attempt, events, at);
    await followProvider(conn, attempt, userId, events, at);
    const organizationId =
      organizationOfAttempt(knownSignInPolicy(), attempt) ??
      signer.organizationId ??
      attempt.joining?.organizationId ??
      null;
    if (accountId) await keepTokens(conn, accountId, attempt.tokens, at);
    const common = {
      status: "success" as const,
      actor: { type: "user" as const, id: userId },
      organizationId,
      authMethod: attempt.method,
      provider: attempt.provider,
      sessionId,
      occurredAt: attempt.openedAt,
    };
    events.push(
      {
        ...common,
        action: "signedIn",
        id: attempt.eventId,
        target: { type: "user", id: userId },
        claimedEmail: attempt.claimedEmail,
        details: {},
      },
      {
        ...common,
        action: "jwtTokenCreated",
        target: { type: "session", id: sessionId },
        details: { trigger: created ? "signUp" : "signIn" },
      },
    );
    const session = {
      id: sessionId,
      userId,
      authMethod: attempt.method,
      provider: attempt.provider,
      ip: scope?.ip ?? null,
      userAgent: scope?.userAgent ?? null,
      at,
      expiresAt: new Date(at.getTime() + env().SESSION_MAX_AGE_S * 1000),
    };
    if (!(await openSession(conn, session, events)))
      throw new Refused({ reason: "account_disabled", gate: "account active" });
  };
  try {
    // Opening the session is one statement: without anything to provision it needs no transaction around it.
    await (attempt.provision.kind === "none" ? open(db) : db.transaction().execute(open));
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

/**
 * A forgotten password (ASVS 6.4): a one-time link goes to the account's own address, and whoever opens it there chooses
 * a new one. The link is the proof of the mailbox; nobody else ever sets somebody's password.
 */
import "server-only";
import { database, type Tx } from "@db/connect.server";
import { isCommonPassword } from "@/account/common-passwords.server";
import { type PasswordProblem, passwordProblem } from "@/account/password-rules";
import { hashPassword } from "@/account/passwords.server";
import { storePassword } from "@/account/passwords.store.server";
import { newVerificationToken, SIGN_IN_TOKEN_MINUTES, tokenDigest } from "@/account/verification-tokens";
import {
  findVerificationToken,
  insertVerificationToken,
  spendVerificationToken,
} from "@/account/verification-tokens.store.server";
import type { EventInput } from "@/audit/catalogue";
import { recordDurably, recordInTransaction } from "@/audit/record.server";
import { accountKey, limitOf } from "@/auth/limits/limits.server";
import { overMailLimit } from "@/auth/limits/mail-limit.server";
import { tellOfChangedPassword } from "@/auth/password-changed-notice.server";
import { passwordResetMail } from "@/auth/password-reset-mail";
import { endOtherSessions } from "@/auth/session.store.server";
import { findUserByEmail, findUserById, proveMailbox, type SignInUser } from "@/directory/users.store.server";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { sendMail } from "@/platform/mail.server";
import { report } from "@/platform/report.server";
import { afterAnswer } from "@/platform/request-scope";

type Person = Pick<SignInUser, "id" | "email">;
type AskedBy = "somebody" | "administrator";

async function makeAndSend({ id: userId, email }: Person, askedBy: AskedBy): Promise<void> {
  const { token, digest } = newVerificationToken();
  const createdAt = now();
  const expiresAt = new Date(createdAt.getTime() + SIGN_IN_TOKEN_MINUTES * 60_000);
  await insertVerificationToken(database(), { purpose: "password_reset", digest, userId, createdAt, expiresAt });
  const link = new URL("/reset-password", env().NEXTAUTH_URL);
  link.searchParams.set("token", token);
  await sendMail(passwordResetMail(email, link.href, link.host, SIGN_IN_TOKEN_MINUTES, askedBy));
}

/** Makes and mails the link. What cannot be sent is logged and reported; it may be asked for again. Never throws. */
export async function mailPasswordReset(person: Person, askedBy: AskedBy): Promise<void> {
  try {
    await makeAndSend(person, askedBy);
  } catch (error) {
    log().error({ err: error, userId: person.id }, "a link to a new password could not be mailed");
    report(error, { mail: "password_reset" }, person.id);
  }
}

/**
 * Records that a new password was asked for, and mails the link after the answer has left, where the address belongs to
 * an account that is not disabled. The caller learns nothing of which it was.
 * @param email normalized
 */
export async function requestPasswordReset(email: string): Promise<void> {
  const [limited, user] = await Promise.all([
    overMailLimit("password_reset", email),
    findUserByEmail(database(), email),
  ]);
  const inactive = user === null ? "unknown_user" : user.disabledAt ? "account_disabled" : null;
  const reason = limited ? "rate_limited" : inactive;
  const event = {
    action: "passwordResetRequested",
    actor: { type: "anonymous" },
    target: user ? { type: "user", id: user.id } : null,
    organizationId: user?.organizationId ?? null,
    claimedEmail: email,
    details: { by: "somebody" },
  } satisfies Partial<EventInput>;
  await recordDurably([
    reason === null ? { ...event, status: "success" } : { ...event, status: "failure", failureReason: reason },
  ]);
  if (user && reason === null) afterAnswer(() => mailPasswordReset(user, "somebody"));
}

/** Why a new password was not taken: the link does not work (any more), or the password may not be this one. */
export type ResetRefusal = PasswordProblem | "link_invalid";

/** Why the link does not work, for the book. */
type DeadLink = "invalid_token" | "used_token" | "expired_token" | "account_disabled";

/** Thrown inside the transaction to roll it back: another tab was faster, or the link's time ran out meanwhile. */
class Lost extends Error {
  constructor(readonly reason: DeadLink) {
    super(reason);
  }
}

async function recordRefusal(user: SignInUser | null, reason: DeadLink | PasswordProblem): Promise<void> {
  await recordDurably([
    {
      action: "passwordReset",
      status: "failure",
      failureReason: reason,
      actor: { type: "anonymous" },
      target: user ? { type: "user", id: user.id } : null,
      organizationId: user?.organizationId ?? null,
      claimedEmail: user?.email ?? null,
      details: {},
    },
  ]);
}

async function commitReset(tx: Tx, user: SignInUser, tokenId: string, passwordHash: string, at: Date): Promise<void> {
  const outcome = await spendVerificationToken(tx, tokenId, at);
  if (outcome !== "spent") throw new Lost(outcome === "used" ? "used_token" : "expired_token");
  const common = {
    status: "success" as const,
    actor: { type: "user" as const, id: user.id },
    target: { type: "user" as const, id: user.id },
    organizationId: user.organizationId,
  };
  // Before the new password is there: what was attached before the proof goes with it.
  const proof = await proveMailbox(tx, user.id, at);
  await storePassword(tx, user.id, passwordHash, at);
  const ended = await endOtherSessions(tx, user.id, null, "credentials_changed", at);
  await recordInTransaction(tx, [
    ...(proof ? [{ ...common, action: "emailVerified" as const, details: proof }] : []),
    { ...common, action: "passwordReset", details: { endedSessions: ended.length } },
  ]);
}

/** Others may have used up the account's limit: its owner, whom the mailbox has proven, need not wait for that. */
async function forgetFailures(email: string): Promise<void> {
  const settings = env().SIGN_IN_LIMIT_ACCOUNT;
  if (settings === null) return;
  try {
    await limitOf("account", settings).counter.forget(accountKey(email));
  } catch (error) {
    log().error({ err: error }, "the failed tries of an account could not be forgotten");
  }
}

/**
 * Puts a new password in place of the old one, ends every session and tells the person by mail. A refused password
 * leaves the link as it is: the person chooses another.
 * @param token as it stands in the link
 * @returns null when it is done, or why not
 */
export async function resetPassword(token: string, password: string): Promise<ResetRefusal | null> {
  const db = database();
  const digest = tokenDigest(token);
  const found = digest && (await findVerificationToken(db, "password_reset", digest));
  const user = found && (await findUserById(db, found.userId));
  const dead = async (reason: DeadLink): Promise<ResetRefusal> => {
    await recordRefusal(user, reason);
    return "link_invalid";
  };
  if (!user) return dead("invalid_token");
  if (found.usedAt) return dead("used_token");
  if (found.expiresAt <= now()) return dead("expired_token");
  if (user.disabledAt) return dead("account_disabled");
  const problem = passwordProblem(password, user, isCommonPassword);
  if (problem) {
    await recordRefusal(user, problem);
    return problem;
  }
  const passwordHash = await hashPassword(password);
  const at = now();
  try {
    await db.transaction().execute((tx) => commitReset(tx, user, found.id, passwordHash, at));
  } catch (error) {
    if (error instanceof Lost) return dead(error.reason);
    throw error;
  }
  await forgetFailures(user.email);
  afterAnswer(() => tellOfChangedPassword(user, at));
  return null;
}

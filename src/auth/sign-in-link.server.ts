/**
 * Sending a one-time sign-in link. What the browser is told, and how long that takes, is the same for every address;
 * the token is made and the mail is sent after the answer has left.
 */
import "server-only";
import { database } from "@db/connect.server";
import { newVerificationToken, SIGN_IN_TOKEN_MINUTES, signInLink } from "@/account/verification-tokens";
import { insertVerificationToken } from "@/account/verification-tokens.store.server";
import type { EventInput } from "@/audit/catalogue";
import { recordDurably } from "@/audit/record.server";
import type { Account } from "@/auth/attempt/attempt";
import { overMailLimit } from "@/auth/limits/mail-limit.server";
import { signInMail } from "@/auth/sign-in-mail";
import { findUserByEmail } from "@/directory/users.store.server";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { sendMail } from "@/platform/mail.server";
import { report } from "@/platform/report.server";
import { afterAnswer } from "@/platform/request-scope";

async function makeAndSend(user: Pick<Account, "id" | "email">, returnPath: string): Promise<void> {
  const { token, digest } = newVerificationToken();
  const createdAt = now();
  const expiresAt = new Date(createdAt.getTime() + SIGN_IN_TOKEN_MINUTES * 60_000);
  await insertVerificationToken(database(), { purpose: "sign_in", digest, userId: user.id, createdAt, expiresAt });
  const link = signInLink(env().NEXTAUTH_URL, token);
  if (returnPath !== "/") link.searchParams.set("callbackUrl", returnPath);
  await sendMail(signInMail(user.email, link.href, link.host, SIGN_IN_TOKEN_MINUTES));
}

/** Sends a link after the answer has left. A mail that cannot be sent is logged and reported; the person may ask again. */
export function mailSignInLink(user: Pick<Account, "id" | "email">, returnPath = "/"): void {
  afterAnswer(async () => {
    try {
      await makeAndSend(user, returnPath);
    } catch (error) {
      log().error({ err: error, userId: user.id }, "a sign-in link could not be mailed");
      report(error, { mail: "sign_in_link" }, user.id);
    }
  });
}

/**
 * Records that a link was asked for and sends it where the address belongs to an account that can sign in, unless too
 * many were asked for. The caller learns nothing of which it was.
 */
export async function requestSignInLink(email: string, returnPath: string): Promise<void> {
  const [limited, user] = await Promise.all([overMailLimit("link", email), findUserByEmail(database(), email)]);
  const active = user === null ? "unknown_user" : user.disabledAt ? "account_disabled" : null;
  const reason = limited ? "rate_limited" : active;
  const event = {
    action: "signInLinkRequested",
    actor: { type: "anonymous" },
    target: user ? { type: "user", id: user.id } : null,
    organizationId: user?.organizationId ?? null,
    authMethod: "email_verification",
    provider: "token",
    claimedEmail: email,
    details: {},
  } satisfies Partial<EventInput>;
  await recordDurably([
    reason === null ? { ...event, status: "success" } : { ...event, status: "failure", failureReason: reason },
  ]);
  if (user && reason === null) mailSignInLink(user, returnPath);
}

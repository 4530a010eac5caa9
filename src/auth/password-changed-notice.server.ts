/** Tells a person by mail that their password was changed, after the answer has left. */
import "server-only";
import { deviceOf } from "@/audit/device";
import { passwordChangedMail } from "@/auth/password-changed-mail";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { sendMail } from "@/platform/mail.server";
import { report } from "@/platform/report.server";
import { requestScope } from "@/platform/request-scope";

/** The password stays changed whether or not the mail can be sent. Never throws. */
export async function tellOfChangedPassword(user: { id: string; email: string }, at: Date): Promise<void> {
  const { SMTP_URL, NEXTAUTH_URL } = env();
  if (!SMTP_URL) return;
  const scope = requestScope();
  const circumstances = { at, device: deviceOf(scope?.userAgent ?? null), ip: scope?.ip ?? null };
  try {
    await sendMail(passwordChangedMail(user.email, new URL(NEXTAUTH_URL).host, circumstances));
  } catch (error) {
    log().error({ err: error, userId: user.id }, "a person could not be told that their password was changed");
    report(error, { mail: "password_changed" }, user.id);
  }
}

/** Tells a person by mail what happened to their account, after the answer has left. */
import "server-only";
import { deviceOf } from "@/audit/device";
import type { Circumstances } from "@/auth/notice-mail";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { type Mail, sendMail } from "@/platform/mail.server";
import { report } from "@/platform/report.server";
import { requestScope } from "@/platform/request-scope";

/**
 * What happened stands whether or not the mail can be sent. Never throws.
 * @param name of the mail, for logs and reports
 */
export async function sendNotice(
  userId: string,
  name: string,
  at: Date,
  mailAt: (host: string, circumstances: Circumstances) => Mail,
): Promise<void> {
  const { SMTP_URL, NEXTAUTH_URL } = env();
  if (!SMTP_URL) return;
  const scope = requestScope();
  const circumstances = { at, device: deviceOf(scope?.userAgent ?? null), ip: scope?.ip ?? null };
  try {
    await sendMail(mailAt(new URL(NEXTAUTH_URL).host, circumstances));
  } catch (error) {
    log().error({ err: error, userId, mail: name }, "a person could not be told what happened to their account");
    report(error, { mail: name }, userId);
  }
}

/** The mail that tells a person that their password was changed (ASVS 6.3.7). Pure. */
import { type Circumstances, noticeMail } from "@/auth/notice-mail";
import type { Mail } from "@/platform/mail.server";

export function passwordChangedMail(to: string, host: string, circumstances: Circumstances): Mail {
  return noticeMail({
    to,
    subject: `Your password at ${host} was changed`,
    what: `The password of your account at ${host} was changed.`,
    circumstances,
    effect: "Every other browser that was signed in to your account is signed out.",
    alarm: `If it wasn't you, tell an administrator of ${host} at once.`,
  });
}

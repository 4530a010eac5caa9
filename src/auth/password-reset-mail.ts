/** The mail with which somebody chooses a new password. Pure. */
import { linkMail } from "@/auth/link-mail";
import type { Mail } from "@/platform/mail.server";

/**
 * @param askedBy who had it sent: somebody at the sign-in page, or an administrator
 * @param minutes how long the link works
 */
export function passwordResetMail(
  to: string,
  link: string,
  host: string,
  minutes: number,
  askedBy: "somebody" | "administrator",
): Mail {
  return linkMail({
    to,
    subject: `Choose a new password for ${host}`,
    intro:
      askedBy === "administrator"
        ? `An administrator of ${host} asks you to choose a new password.`
        : `Someone, hopefully you, wants to choose a new password for this address at ${host}.`,
    button: "Choose a new password",
    link,
    life: `It works once, for ${minutes} minutes. Choosing one signs out every browser that is signed in.`,
    ignore: "If it wasn't you, do nothing: your password stays as it is.",
  });
}

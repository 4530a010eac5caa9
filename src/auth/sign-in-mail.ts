/** The mail with a sign-in link. Pure. */
import { linkMail } from "@/auth/link-mail";
import type { Mail } from "@/platform/mail.server";

/** @param minutes how long the link works */
export function signInMail(to: string, link: string, host: string, minutes: number): Mail {
  return linkMail({
    to,
    subject: `Sign in to ${host}`,
    intro: `Someone, hopefully you, asked to sign in to ${host} with this address.`,
    button: "Finish signing in",
    link,
    life: `It works once, for ${minutes} minutes.`,
    ignore: "If it wasn't you, do nothing: nobody gets in without this mail.",
  });
}

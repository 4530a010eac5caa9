/** The mail with which somebody links a provider to the account that has their address. Pure. */
import { linkMail } from "@/auth/link-mail";
import type { Mail } from "@/platform/mail.server";

/**
 * @param provider what people call it
 * @param minutes how long the link works
 */
export function linkProviderMail(to: string, provider: string, link: string, host: string, minutes: number): Mail {
  return linkMail({
    to,
    subject: `Link ${provider} to your account at ${host}`,
    intro: `Someone, hopefully you, came to ${host} with an account at ${provider} that has this address, and wants to sign in by it from now on.`,
    button: "Link them",
    link,
    life: `It works once, for ${minutes} minutes, and only in the browser in which it was asked for.`,
    ignore: "If it wasn't you, do nothing: nothing is linked without this mail. Don't pass the link on.",
  });
}

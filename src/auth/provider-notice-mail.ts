/** The mails that tell a person that a provider signs them in from now on, or no more (ASVS 6.3.7). Pure. */
import { type Circumstances, noticeMail } from "@/auth/notice-mail";
import type { Mail } from "@/platform/mail.server";

export type ProviderChange = "linked" | "unlinked";

/** @param provider what people call it */
export function providerChangedMail(
  change: ProviderChange,
  provider: string,
  to: string,
  host: string,
  circumstances: Circumstances,
): Mail {
  const linked = change === "linked";
  return noticeMail({
    to,
    subject: linked
      ? `${provider} was linked to your account at ${host}`
      : `${provider} was removed from your account at ${host}`,
    what: linked
      ? `An account at ${provider} was linked to your account at ${host}.`
      : `An account at ${provider} was removed from the ways into your account at ${host}.`,
    circumstances,
    effect: linked ? "Whoever can sign in there can sign in here as you." : "It signs nobody in here any more.",
    alarm: `If it wasn't you, tell an administrator of ${host} at once.`,
  });
}

/** Tells a person by mail that a provider was linked to their account, or removed from it. */
import "server-only";
import { calledProvider } from "@/auth/linking/linkable.server";
import { sendNotice } from "@/auth/notice.server";
import { type ProviderChange, providerChangedMail } from "@/auth/provider-notice-mail";

/** Never throws. */
export function tellOfProvider(
  change: ProviderChange,
  user: { id: string; email: string },
  provider: string,
  at: Date,
): Promise<void> {
  return sendNotice(user.id, `provider_${change}`, at, (host, circumstances) =>
    providerChangedMail(change, calledProvider(provider), user.email, host, circumstances),
  );
}

/** Which ways in are offered: decided by the environment alone, so that a gate, a page and NextAuth agree. */
import { env } from "@/platform/env";

export type SsoProvider = { id: string; name: string };

/** Single sign-on providers whose settings are there, in the order in which they are shown. */
export function offeredSsoProviders(): SsoProvider[] {
  const settings = env();
  return [
    settings.OIDC_ISSUER && { id: "openid", name: settings.OIDC_DISPLAY_NAME },
    settings.AZUREAD_CLIENT_ID && { id: "azure-ad", name: "Microsoft Entra ID" },
    settings.AUTH0_CLIENT_ID && { id: "auth0", name: "Auth0" },
    settings.GOOGLE_CLIENT_ID && { id: "google", name: "Google" },
    settings.GITHUB_CLIENT_ID && { id: "github", name: "GitHub" },
  ].filter((provider) => typeof provider === "object");
}

/** Links are offered to people where mail can be sent. */
export function offersEmailLink(): boolean {
  return env().SMTP_URL !== undefined;
}

/** The ids of every provider that may sign somebody in. A link does without mail too: the command line makes them. */
export function offeredMethods(): string[] {
  return ["credentials", "token", ...offeredSsoProviders().map(({ id }) => id)];
}

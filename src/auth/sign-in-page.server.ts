/** What the sign-in page needs to know. None of it is asked of the database: the page stands when that is away. */
import "server-only";
import { cookies } from "next/headers";
import { cookieNames } from "@/auth/cookies";
import { csrfToken } from "@/auth/csrf.server";
import { knownSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import { routeOf } from "@/auth/policy/vouching";
import {
  offeredClients,
  offeredSsoProviders,
  offersEmailLink,
  providerNames,
  type SsoProvider,
} from "@/auth/providers/offered.server";
import { safeReturnPath } from "@/auth/redirects";
import { env } from "@/platform/env";
import { normalizeEmail } from "@/platform/text";

export type SignInPageData = {
  csrfToken: string;
  providers: SsoProvider[];
  /** What every provider that may sign somebody in is called, by its id. */
  providerNames: ReadonlyMap<string, string>;
  emailLink: boolean;
  /** The email of the try that just failed, to stay in its field. */
  flash: { email: string } | null;
  /** Where its domain has ways in of its own: which of them may sign somebody in now. */
  route: { domain: string; providers: SsoProvider[] } | null;
  /** Where to go afterwards: a path on this origin. */
  returnTo: string;
};

function routeOfTyped(typed: string | undefined): SignInPageData["route"] {
  const policy = knownSignInPolicy();
  const email = normalizeEmail(typed ?? "");
  const route = policy && email !== null ? routeOf(policy, email) : null;
  if (!route) return null;
  const providers = offeredClients().filter(({ id }) => route.providers.includes(id));
  return { domain: route.domain, providers: providers.map(({ id, name }) => ({ id, name })) };
}

/** @param callbackUrl the page's query parameter, as it came */
export async function signInPageData(callbackUrl?: string): Promise<SignInPageData> {
  const { NEXTAUTH_URL } = env();
  const names = cookieNames(NEXTAUTH_URL.startsWith("https:"));
  const email = (await cookies()).get(names.flash)?.value;
  return {
    csrfToken: await csrfToken(),
    providers: offeredSsoProviders(),
    providerNames: providerNames(),
    emailLink: offersEmailLink(),
    flash: email ? { email } : null,
    route: routeOfTyped(email),
    returnTo: safeReturnPath(callbackUrl, NEXTAUTH_URL),
  };
}

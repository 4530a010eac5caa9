/** How somebody signed in, or tried to, in words. Pure. */

export type Method = {
  authMethod: "password" | "email_verification" | "sso" | "passkey" | null;
  provider: string | null;
  secondFactor: string | null;
};

const providers: Record<string, string> = {
  github: "GitHub",
  google: "Google",
  "azure-ad": "Microsoft",
  auth0: "Auth0",
  openid: "OpenID",
};

/** The providers that a sign-in can name, in the order in which they are offered. */
export const providerIds = ["credentials", "token", ...Object.keys(providers)];

const secondFactors: Record<string, string> = {
  totp: "an authenticator code",
  backup_code: "a backup code",
  passkey: "a passkey",
};

export const methodNames = {
  password: "password",
  email_verification: "email link",
  sso: "single sign-on",
  passkey: "passkey",
} as const;

/**
 * What people call a provider. A connection of an organization goes by its name where that is known, else by the end of
 * its id, which is what tells it from others.
 */
export function providerName(id: string | null, connectionNames?: ReadonlyMap<string, string>): string {
  if (id === null) return "a provider";
  if (id === "credentials") return "Email and password";
  if (id === "token") return "Email link";
  const connection = /^sso-.*?(.{1,6})$/.exec(id)?.[1];
  if (connection === undefined) return providers[id] ?? id;
  return connectionNames?.get(id) ?? `single sign-on (…${connection})`;
}

/** "an authenticator code" */
export function secondFactorWords(factor: string): string {
  return secondFactors[factor] ?? factor;
}

/** "password", "email link", "GitHub", "password, then an authenticator code" */
export function methodWords({ authMethod, provider, secondFactor }: Method): string {
  if (authMethod === null) return provider === null ? "not known" : providerName(provider);
  const first = authMethod === "sso" && provider !== null ? providerName(provider) : methodNames[authMethod];
  return secondFactor === null ? first : `${first}, then ${secondFactorWords(secondFactor)}`;
}

/** "Signed in with a password" */
export function signedInSentence({ authMethod, provider, secondFactor }: Method): string {
  const first = {
    password: "a password",
    email_verification: "a link from your email",
    sso: providerName(provider),
    passkey: "a passkey",
  };
  const how = authMethod === null ? "" : ` with ${first[authMethod]}`;
  const then = secondFactor === null ? "" : `, then ${secondFactorWords(secondFactor)}`;
  return `Signed in${how}${then}`;
}

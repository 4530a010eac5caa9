/**
 * Single sign-on providers, each with state and PKCE, and a nonce where there is an id token. All by discovery but
 * GitHub, which has none. Their `profile` only reads claims; who that is, is decided by the gates.
 */
import "server-only";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { type BaseClient, type IdTokenClaims, TokenSet } from "openid-client";
import type { SsoClient } from "@/auth/providers/clients";
import { offeredClients } from "@/auth/providers/offered.server";
import { rolesIn } from "@/auth/providers/roles-claim";
import { isSharedTenant } from "@/directory/connections";
import { env } from "@/platform/env";
import { isPlainEmail, storableText } from "@/platform/text";

/** What every `profile` below returns: the subject as `id`, whether the provider vouches for the email, and what it says of roles. */
export type SsoProfile = {
  id: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
  roles: string[];
};

type Claims = {
  sub?: unknown;
  email?: unknown;
  email_verified?: unknown;
  xms_edov?: unknown;
  preferred_username?: unknown;
  name?: unknown;
};

const TIMEOUT_MS = 5000;

function textClaim(value: unknown, max: number): string | null {
  const usable = typeof value === "string" && value.length > 0 && value.length <= max;
  // What PostgreSQL cannot store is no claim: cleaning a subject could make it somebody else's.
  return usable && storableText(value, max) === value ? value : null;
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true" || value === 1 || value === "1";
}

function profileFrom(claims: Claims, emailVerified: boolean, rolesClaim: string | null): SsoProfile {
  return {
    // An empty id makes NextAuth refuse the profile: no subject, no identity.
    id: textClaim(claims.sub, 255) ?? "",
    email: textClaim(claims.email, 320),
    // A spelling that is folded to another is a claim to that other mailbox, which nobody has looked at.
    emailVerified: emailVerified && typeof claims.email === "string" && isPlainEmail(claims.email),
    name: textClaim(claims.name, 200),
    roles: rolesClaim === null ? [] : rolesIn(claims, rolesClaim),
  };
}

/** Tokens that outlive the hour are asked for only where they are stored. */
const storesTokens = () => env().GATEBOOK_KEYS !== undefined;

/**
 * The claims of the id token; where it has no address, those of the userinfo endpoint with it, where strict providers
 * put them (OpenID Connect Core, 5.4). openid-client checks that both are of one subject.
 */
async function claimsOf(client: BaseClient, tokens: TokenSet): Promise<IdTokenClaims> {
  const claims = tokens.claims();
  if (claims.email !== undefined || client.issuer.metadata.userinfo_endpoint === undefined) return claims;
  try {
    const told = await client.userinfo(tokens);
    // Whether an address is verified is said by whoever says the address.
    const { email, email_verified, xms_edov } = told;
    return { ...told, ...claims, email, email_verified, xms_edov };
  } catch (error) {
    throw new Error("userinfo failed", { cause: error });
  }
}

function openId(
  { id, name, issuer, clientId, clientSecret, rolesClaim }: SsoClient,
  vouchesForEmail: (claims: Claims) => boolean = (claims) => isTrue(claims.email_verified),
): OAuthConfig<Claims> {
  return {
    id,
    name,
    type: "oauth",
    wellKnown: `${issuer?.replace(/\/$/, "")}/.well-known/openid-configuration`,
    authorization: { params: { scope: `openid email profile${storesTokens() ? " offline_access" : ""}` } },
    idToken: true,
    userinfo: { request: ({ client, tokens }) => claimsOf(client, new TokenSet(tokens)) },
    checks: ["pkce", "state", "nonce"],
    clientId,
    clientSecret: clientSecret(),
    httpOptions: { timeout: TIMEOUT_MS },
    profile: (claims) => profileFrom(claims, vouchesForEmail(claims), rolesClaim),
  };
}

type GithubEmail = { email: string; primary: boolean; verified: boolean };

function github({ id, name, clientId, clientSecret }: SsoClient): OAuthConfig<Claims> {
  const api = "https://api.github.com";
  return {
    id,
    name,
    type: "oauth",
    authorization: { url: "https://github.com/login/oauth/authorize", params: { scope: "read:user user:email" } },
    token: "https://github.com/login/oauth/access_token",
    userinfo: {
      url: `${api}/user`,
      async request({ client, tokens }) {
        const token = tokens.access_token ?? "";
        const user = (await client.userinfo(token)) as { id?: unknown; name?: unknown };
        const answer = await fetch(`${api}/user/emails`, {
          headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        const emails = answer.ok ? ((await answer.json()) as GithubEmail[]) : [];
        const primary = emails.find((email) => email.primary);
        return {
          sub: String(user.id ?? ""),
          email: primary?.email,
          email_verified: primary?.verified === true,
          name: typeof user.name === "string" ? user.name : undefined,
        };
      },
    },
    checks: ["pkce", "state"],
    clientId,
    clientSecret: clientSecret(),
    httpOptions: { timeout: TIMEOUT_MS },
    profile: (claims) => profileFrom(claims, isTrue(claims.email_verified), null),
  };
}

/** NextAuth's configuration of one client. */
export function ssoProvider(client: SsoClient): OAuthConfig<Claims> {
  if (client.kind === "github") return github(client);
  if (client.kind === "azure-ad") {
    const ownTenant = !isSharedTenant(client.tenant ?? "");
    // Entra sends no email_verified. A tenant of one's own is trusted for its addresses; a shared one only where it
    // says that the domain's owner verified the address (xms_edov).
    return openId(client, (claims) => isTrue(claims.email_verified) || isTrue(claims.xms_edov) || ownTenant);
  }
  const provider = openId(client);
  if (client.kind !== "google") return provider;
  // Google refuses the scope offline_access, and has a parameter for it instead.
  const params = { scope: "openid email profile", ...(storesTokens() ? { access_type: "offline" } : {}) };
  return { ...provider, authorization: { params } };
}

/**
 * The providers that NextAuth is given: those for everybody, and of organizations' own ones only the one that a request
 * is about, since NextAuth would list all of them to strangers.
 * @param about the provider id in the request's path
 */
export function ssoProviders(about?: string): OAuthConfig<Claims>[] {
  return offeredClients()
    .filter(({ id, organizationId }) => organizationId === null || id === about)
    .map(ssoProvider);
}

/** What a provider said of the person who tested a connection, for them to read. No token is in it. Pure. */
import type { TokenSet } from "openid-client";
import type { ClaimsReport, Problem } from "@/auth/connection-test/result";
import { mappedRole } from "@/auth/policy/joining";
import type { SsoProfile } from "@/auth/providers/sso.server";
import type { RoleMapping } from "@/directory/connections";
import { storableText } from "@/platform/text";

const MOST_CLAIMS = 100;
const MOST_ROLES = 50;

type Told = {
  claims: object;
  profile: SsoProfile;
  tokens: Pick<TokenSet, "access_token" | "refresh_token" | "expires_at" | "id_token">;
  /** `exp` of the id token in seconds, where there is one. */
  idTokenExpiresAt: number | undefined;
  connection: { rolesClaim: string | null; roleMapping: RoleMapping };
  account: ClaimsReport["account"];
  at: Date;
};

const secondsUntil = (seconds: number | undefined, at: Date) =>
  seconds === undefined ? null : Math.round(seconds - at.getTime() / 1000);

export function reportOf({ claims, profile, tokens, idTokenExpiresAt, connection, account, at }: Told): ClaimsReport {
  const { rolesClaim, roleMapping } = connection;
  return {
    claims: Object.keys(claims)
      .map((name) => storableText(name, 100))
      .sort()
      .slice(0, MOST_CLAIMS),
    subject: profile.id,
    email: profile.email,
    emailVerified: profile.emailVerified,
    name: profile.name,
    roles: rolesClaim === null ? null : profile.roles.slice(0, MOST_ROLES),
    mappedRole: rolesClaim === null ? null : mappedRole(roleMapping, profile.roles),
    account,
    accessTokenLivesS: secondsUntil(tokens.expires_at, at),
    idTokenLivesS: secondsUntil(idTokenExpiresAt, at),
    refreshToken: tokens.refresh_token !== undefined,
  };
}

/** What would keep this person from signing in, although the round trip itself went well; null where nothing would. */
export function problemOfProfile({ id, email, emailVerified }: SsoProfile): Problem | null {
  if (id === "") return "no_subject";
  if (email === null) return "no_email";
  return emailVerified ? null : "email_unverified";
}

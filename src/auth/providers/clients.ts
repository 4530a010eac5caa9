/**
 * What this application is to each provider of single sign-on: its client there. They come from the environment and from
 * the connections of the database, of which one for the whole instance takes the place of the environment's. Pure.
 */
import type { SignInPolicy } from "@/auth/policy/policy";
import { type ConnectionKind, connectionKinds, issuerOf } from "@/directory/connections";
import type { Env } from "@/platform/env";

export type SsoClient = {
  /** NextAuth's provider id: the kind's, or `sso-<connection id>` of an organization's own connection. */
  id: string;
  kind: ConnectionKind;
  name: string;
  /** Null for GitHub. */
  issuer: string | null;
  /** Of the kind `azure-ad`. */
  tenant: string | null;
  clientId: string;
  clientSecret: () => string;
  rolesClaim: string | null;
  /** The organization whose people it is for; null for everybody. */
  organizationId: string | null;
};

type Given = Pick<SsoClient, "kind" | "name"> & {
  issuer?: string | undefined;
  tenant?: string | undefined;
  authorityHost?: string;
  clientId: string | undefined;
  clientSecret: string | undefined;
};

function environmentClient({ kind, name, issuer, tenant, authorityHost, clientId, clientSecret }: Given) {
  if (clientId === undefined || clientSecret === undefined) return [];
  const located = { kind, issuer: issuer ?? null, tenant: tenant ?? null, authorityHost: authorityHost ?? null };
  const client: SsoClient = {
    id: kind,
    kind,
    name,
    issuer: issuerOf(located),
    tenant: located.tenant,
    clientId,
    clientSecret: () => clientSecret,
    rolesClaim: null,
    organizationId: null,
  };
  return [client];
}

/** Those whose settings are in the environment; a group of them is there whole or not at all. */
function environmentClients(settings: Env): SsoClient[] {
  return [
    {
      kind: "openid" as const,
      name: settings.OIDC_DISPLAY_NAME,
      issuer: settings.OIDC_ISSUER,
      clientId: settings.OIDC_CLIENT_ID,
      clientSecret: settings.OIDC_CLIENT_SECRET,
    },
    {
      kind: "azure-ad" as const,
      name: "Microsoft Entra ID",
      tenant: settings.AZUREAD_TENANT_ID,
      authorityHost: settings.AZUREAD_AUTHORITY_HOST,
      clientId: settings.AZUREAD_CLIENT_ID,
      clientSecret: settings.AZUREAD_CLIENT_SECRET,
    },
    {
      kind: "auth0" as const,
      name: "Auth0",
      issuer: settings.AUTH0_ISSUER,
      clientId: settings.AUTH0_CLIENT_ID,
      clientSecret: settings.AUTH0_CLIENT_SECRET,
    },
    {
      kind: "google" as const,
      name: "Google",
      clientId: settings.GOOGLE_CLIENT_ID,
      clientSecret: settings.GOOGLE_CLIENT_SECRET,
    },
    {
      kind: "github" as const,
      name: "GitHub",
      clientId: settings.GITHUB_CLIENT_ID,
      clientSecret: settings.GITHUB_CLIENT_SECRET,
    },
  ].flatMap(environmentClient);
}

/** Those that are stored and can be read, the organizations' own ones after those for everybody. */
function storedClients(policy: SignInPolicy): SsoClient[] {
  const { connections } = policy;
  return [...connections.values()].map((connection) => ({
    id: connection.providerId,
    kind: connection.kind,
    name: connection.name,
    issuer: issuerOf(connection),
    tenant: connection.tenant,
    clientId: connection.clientId,
    clientSecret: connection.clientSecret,
    rolesClaim: connection.rolesClaim,
    organizationId: connection.organizationId,
  }));
}

/**
 * Every client that may sign somebody in, those for everybody first, in the order of their kinds.
 * @param policy null while it is not known: then the environment alone counts
 */
export function ssoClients(settings: Env, policy: SignInPolicy | null): SsoClient[] {
  const stored = policy ? storedClients(policy) : [];
  const shared = new Map([...environmentClients(settings), ...stored].map((client) => [client.id, client]));
  return [
    ...connectionKinds.flatMap((kind) => shared.get(kind) ?? []),
    ...stored.filter(({ organizationId }) => organizationId !== null),
  ];
}

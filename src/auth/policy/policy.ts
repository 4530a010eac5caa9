/**
 * How people may sign in, beyond their own accounts, as a snapshot of the database: the connections that count, what
 * organizations ask of their people, and whose a domain is. Pure.
 */
import { z } from "zod";
import { authMethods } from "@/audit/catalogue";
import { type Connection, connectionKinds, mappedRoles, openClientSecret, providerIdOf } from "@/directory/connections";
import type { StoredPolicy } from "@/directory/sign-in-policy.store.server";
import { type KeyRing, UnsealError } from "@/platform/key-ring";

/** A connection by which people sign in now. */
export type ActiveConnection = Pick<
  Connection,
  | "id"
  | "kind"
  | "name"
  | "organizationId"
  | "clientId"
  | "issuer"
  | "tenant"
  | "authorityHost"
  | "rolesClaim"
  | "roleMapping"
> & {
  providerId: string;
  /** A function, so that a snapshot that is printed or sent anywhere shows no secret. */
  clientSecret: () => string;
};

/** Why an enabled connection does not count. */
export type UnreadableReason = UnsealError["reason"] | "malformed";
export type UnreadableConnection = { id: string; provider: string; reason: UnreadableReason };

export type OrganizationPolicy = z.output<typeof organizationRow>;

export type SignInPolicy = {
  /** By provider id. */
  connections: ReadonlyMap<string, ActiveConnection>;
  /** Enabled, but of no use: where the environment has a provider of that id, it stands in. */
  unreadable: readonly UnreadableConnection[];
  /** By id. */
  organizations: ReadonlyMap<string, OrganizationPolicy>;
  /** The organization whose people have addresses of a domain (lower case), by domain. */
  domains: ReadonlyMap<string, string>;
};

const whose = z.object({ id: z.uuid(), kind: z.enum(connectionKinds), organizationId: z.uuid().nullable() });

const connectionRow = whose.extend({
  name: z.string(),
  clientId: z.string().min(1),
  secret: z.object({ keyId: z.string(), box: z.base64().transform((text) => Buffer.from(text, "base64")) }),
  issuer: z.url().nullable(),
  tenant: z.string().nullable(),
  authorityHost: z.url().nullable(),
  rolesClaim: z.string().nullable(),
  roleMapping: z.record(z.string(), z.enum(mappedRoles)),
});

const organizationRow = z.object({
  id: z.uuid(),
  allowedMethods: z.array(z.enum(authMethods)),
  /** The one connection by which its people sign in, and the provider id that it has. */
  requiredConnectionId: z.uuid().nullable(),
  requiredProvider: z.string().nullable(),
  /** Whether people join by invitation alone. */
  inviteOnly: z.boolean(),
  defaultRole: z.enum(mappedRoles),
});

function readConnection(row: unknown, ring: KeyRing): ActiveConnection | UnreadableConnection {
  const { secret, ...connection } = { ...connectionRow.parse(row) };
  const provider = providerIdOf(connection);
  try {
    const opened = openClientSecret(ring, connection.id, secret);
    return { ...connection, providerId: provider, clientSecret: () => opened };
  } catch (error) {
    if (!(error instanceof UnsealError)) throw error;
    return { id: connection.id, provider, reason: error.reason };
  }
}

function readOrReject(row: unknown, ring: KeyRing): ActiveConnection | UnreadableConnection {
  try {
    return readConnection(row, ring);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const named = whose.parse(row);
    return { id: named.id, provider: providerIdOf(named), reason: "malformed" };
  }
}

/** @param ring null where connections of the database do not count (`SSO_CONNECTIONS=off`) */
export function policyFrom(stored: StoredPolicy, ring: KeyRing | null): SignInPolicy {
  const read = ring ? stored.connections.map((row) => readOrReject(row, ring)) : [];
  return {
    connections: new Map(read.flatMap((one) => ("providerId" in one ? [[one.providerId, one] as const] : []))),
    unreadable: read.filter((one) => "reason" in one),
    organizations: new Map(
      z
        .array(organizationRow)
        .parse(stored.organizations)
        .map((one) => [one.id, one]),
    ),
    domains: new Map(stored.domains.map(({ domain, organizationId }) => [domain, organizationId])),
  };
}

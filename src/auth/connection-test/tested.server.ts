/** The connection that a test is about: as a sign-in by it would be made, also where it is not enabled yet. */
import "server-only";
import type { Database } from "@db/connect.server";
import type { SsoClient } from "@/auth/providers/clients";
import type { Administers } from "@/directory/administration.store.server";
import { type Connection, issuerOf, openClientSecret, providerIdOf } from "@/directory/connections";
import { findConnection, findSealedSecret } from "@/directory/connections.store.server";
import { env } from "@/platform/env";
import { UnsealError } from "@/platform/key-ring";

export type Tested = {
  connection: Connection;
  /** Null where its secret cannot be opened. */
  client: SsoClient | null;
  /** Where its provider sends people back to. */
  callbackUrl: string;
};

/** NextAuth's own callback: the one URL that is registered at the provider. */
export function callbackUrlOf(providerId: string): string {
  return `${env().NEXTAUTH_URL}/api/auth/callback/${providerId}`;
}

async function secretOf(db: Database, id: string): Promise<string | null> {
  const sealed = await findSealedSecret(db, id);
  const ring = env().GATEBOOK_KEYS;
  if (!sealed || !ring) return null;
  try {
    return openClientSecret(ring, id, sealed);
  } catch (error) {
    if (error instanceof UnsealError) return null;
    throw error;
  }
}

/** Null when there is no such connection or it is not theirs to administer. */
export async function findTested(db: Database, administers: Administers, id: string): Promise<Tested | null> {
  const connection = await findConnection(db, administers, id);
  if (!connection) return null;
  const secret = await secretOf(db, id);
  const providerId = providerIdOf(connection);
  const { kind, name, tenant, clientId, rolesClaim, organizationId } = connection;
  const client = secret !== null && {
    id: providerId,
    kind,
    name,
    issuer: issuerOf(connection),
    tenant,
    clientId,
    clientSecret: () => secret,
    rolesClaim,
    organizationId,
  };
  return { connection, client: client || null, callbackUrl: callbackUrlOf(providerId) };
}

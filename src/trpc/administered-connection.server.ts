/** The connection that an administrator's call is about, and what is told and written of it. */
import "server-only";
import type { Database, Tx } from "@db/connect.server";
import { readTestResult } from "@/auth/connection-test/result";
import { knownSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import type { Administers } from "@/directory/administration.store.server";
import { type Connection, providerIdOf } from "@/directory/connections";
import { findConnection, lockConnection } from "@/directory/connections.store.server";
import { env } from "@/platform/env";
import { Refused } from "@/trpc/trpc.server";

function noSuchConnection(): Refused {
  return new Refused("NOT_FOUND", "not_found", "There is no such connection, or it is not yours to administer.");
}

type Asking<Db> = { db: Db; administers: Administers };

/** The connection, if the caller administers it. Whether somebody else's exists is not told. */
export async function visibleConnection({ db, administers }: Asking<Database>, id: string): Promise<Connection> {
  const connection = await findConnection(db, administers, id);
  if (!connection) throw noSuchConnection();
  return connection;
}

/** The same, locked until the transaction ends. */
export async function administeredConnection({ db, administers }: Asking<Tx>, id: string): Promise<Connection> {
  const connection = await lockConnection(db, administers, id);
  if (!connection) throw noSuchConnection();
  return connection;
}

/** Without TLS anybody on the way could say who signs in: only hosts that the operator has named may do without. */
export function mustUseTls({ issuer, authorityHost }: Pick<Connection, "issuer" | "authorityHost">): void {
  for (const address of [issuer, authorityHost]) {
    const url = address === null ? null : new URL(address);
    if (url?.protocol === "http:" && !env().SSO_ALLOWED_HOSTS.includes(url.hostname.replace(/^\[|\]$/g, "")))
      throw new Refused(
        "BAD_REQUEST",
        "not_https",
        "The address must start with https://. Only hosts that SSO_ALLOWED_HOSTS names may do without.",
      );
  }
}

/** Its state as the book shows changes of it. */
export function bookedState(connection: Omit<Connection, "testResult">) {
  return { ...connection, enabled: connection.enabledAt !== null };
}

/**
 * What a connection does now: `counts`, `disabled`, `off` where connections of the database do not count at all, or
 * `unreadable`, with the environment's provider of its kind in its place where there is one.
 */
export type ConnectionStatus = "counts" | "disabled" | "off" | "unreadable";

function statusOf(connection: Connection): ConnectionStatus {
  if (env().SSO_CONNECTIONS === "off") return "off";
  if (connection.enabledAt === null) return "disabled";
  return knownSignInPolicy()?.unreadable.some(({ id }) => id === connection.id) ? "unreadable" : "counts";
}

/** What its administrators are told of it, beyond its row. */
export function described(connection: Connection) {
  const providerId = providerIdOf(connection);
  return {
    ...connection,
    testResult: readTestResult(connection.testResult),
    providerId,
    /** To be registered at the provider. */
    callbackUrl: `${env().NEXTAUTH_URL}/api/auth/callback/${providerId}`,
    status: statusOf(connection),
  };
}

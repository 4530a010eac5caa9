/** Which ways in are offered: decided in one place, by the environment and the sign-in policy, so that a gate, a page and NextAuth agree. */
import "server-only";
import { knownSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import { type SsoClient, ssoClients } from "@/auth/providers/clients";
import type { ConnectionKind } from "@/directory/connections";
import { env } from "@/platform/env";

export type SsoProvider = { id: string; name: string };

/** Every provider of single sign-on that may sign somebody in now. Asks nobody: it is known in memory. */
export function offeredClients(): SsoClient[] {
  return ssoClients(env(), knownSignInPolicy());
}

/** Whether the environment has a provider of that kind, whatever stands in its place now. */
export function offeredByEnvironment(kind: ConnectionKind): boolean {
  return ssoClients(env(), null).some(({ id }) => id === kind);
}

/** One of them by its provider id. */
export function offeredClient(providerId: string): SsoClient | null {
  return offeredClients().find(({ id }) => id === providerId) ?? null;
}

const named = ({ id, name }: SsoClient): SsoProvider => ({ id, name });

/** Those that everybody is shown, in that order. Whose else there are would tell a stranger who the customers are. */
export function offeredSsoProviders(): SsoProvider[] {
  return offeredClients()
    .filter(({ organizationId }) => organizationId === null)
    .map(named);
}

/** What every provider that may sign somebody in is called, by its id. */
export function providerNames(): ReadonlyMap<string, string> {
  return new Map(offeredClients().map(({ id, name }) => [id, name]));
}

/** Links are offered to people where mail can be sent. */
export function offersEmailLink(): boolean {
  return env().SMTP_URL !== undefined;
}

/** The ids of every provider that may sign somebody in. A link does without mail too: the command line makes them. */
export function offeredMethods(): string[] {
  return ["credentials", "token", ...offeredClients().map(({ id }) => id)];
}

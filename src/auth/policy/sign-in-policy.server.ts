/** The process's snapshot of the sign-in policy. No request reads it from the database but the first, should it come too early. */
import "server-only";
import { database } from "@db/connect.server";
import { Listener } from "@db/listen.server";
import { type ActiveConnection, policyFrom, type SignInPolicy, type UnreadableReason } from "@/auth/policy/policy";
import { PolicyWatch } from "@/auth/policy/policy-watch.server";
import { readStoredPolicy } from "@/directory/sign-in-policy.store.server";
import { env } from "@/platform/env";
import { processWide } from "@/platform/process-wide";
import { onShutdown } from "@/platform/shutdown";

const CHANNEL = "gatebook_sign_in_policy";

/** The keys of connections' secrets, or null where connections of the database do not count. */
function connectionKeys() {
  const { SSO_CONNECTIONS, GATEBOOK_KEYS } = env();
  return SSO_CONNECTIONS === "on" && GATEBOOK_KEYS ? GATEBOOK_KEYS : null;
}

const watch = () =>
  processWide(
    "sign-in policy",
    () => new PolicyWatch(async () => policyFrom(await readStoredPolicy(database()), connectionKeys())),
  );

/** Begins to keep the snapshot in step with the database, and waits for the first one, or for the failure to get it. */
export async function startSignInPolicy(): Promise<void> {
  const { DATABASE_URL } = env();
  onShutdown("sign-in policy", () => watch().stop());
  watch().start((reload) => new Listener(DATABASE_URL, CHANNEL, { onListening: reload, onNotification: reload }));
  await watch()
    .reload()
    // It has said so itself, and reads again as soon as it listens.
    .catch(() => {});
}

/** Reads it now. For whoever must see what they have just changed. */
export function reloadSignInPolicy(): Promise<void> {
  return watch().reload();
}

/** What is known of it now: null until it could be read for the first time. Asks nobody. */
export function knownSignInPolicy(): SignInPolicy | null {
  return watch().policy;
}

/**
 * The policy that holds now, for a decision that must not be made without it.
 * @throws when it was never read and cannot be: the database is away
 */
export async function signInPolicy(): Promise<SignInPolicy> {
  const { policy } = watch();
  if (policy) return policy;
  await watch().reload();
  const read = watch().policy;
  if (!read) throw new Error("The sign-in policy was not read.");
  return read;
}

/** The connection of the database that people sign in by under a provider id; null for one of the environment, or none. */
export function connectionOf(providerId: string): ActiveConnection | null {
  return knownSignInPolicy()?.connections.get(providerId) ?? null;
}

export type SsoState = {
  /** `unavailable`: they should count, but the database could not be asked since the start. */
  connections: "on" | "off" | "unavailable";
  /** How many count. */
  active: number;
  /** Those that should and cannot be read, by provider id: the environment's provider stands in, where there is one. */
  fallbacks: { provider: string; reason: UnreadableReason }[];
};

/** For health. */
export function ssoState(): SsoState {
  if (!connectionKeys()) return { connections: "off", active: 0, fallbacks: [] };
  const policy = knownSignInPolicy();
  return {
    connections: policy ? "on" : "unavailable",
    active: policy?.connections.size ?? 0,
    fallbacks: (policy?.unreadable ?? []).map(({ provider, reason }) => ({ provider, reason })),
  };
}

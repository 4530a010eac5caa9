/** How many mails strangers may have sent: to one address, and from one place on the network. */
import "server-only";
import { accountKey } from "@/auth/limits/limits.server";
import { counter } from "@/auth/limits/limits.store.server";
import { requestScope } from "@/platform/request-scope";

/** Mails an address may be sent, and requests an address on the network may make, in 15 minutes. */
const LIMITS = {
  account: { points: 20, windowSeconds: 900 },
  address: { points: 100, windowSeconds: 900 },
};

/**
 * Counts a request for a mail. Answers whether it is one too many.
 * @param kind what is asked for; each is counted by itself
 * @param email normalized
 */
export async function overMailLimit(
  kind: "link" | "password_reset" | "link_provider",
  email: string,
): Promise<boolean> {
  const ip = requestScope()?.ip;
  const counted = await Promise.all([
    counter(`${kind}_account`, LIMITS.account).add(accountKey(email)),
    ...(ip ? [counter(`${kind}_address`, LIMITS.address).add(ip)] : []),
  ]);
  return counted.some(({ left }) => left < 0);
}

/** What is unusual about an attempt, decided from what the book and the person's known places say of it. Pure. */

export const signalKinds = ["new_device", "new_network", "success_after_failures", "many_accounts"] as const;
export type SignalKind = (typeof signalKinds)[number];

/** A label with what it rests on. */
export type Signal =
  | { kind: "new_device"; device: string }
  | { kind: "new_network"; network: string }
  | { kind: "success_after_failures"; failures: number }
  | { kind: "many_accounts"; accounts: number };

/** How far back failures count, in minutes. */
export const WINDOW_MINUTES = 60;
/** A person mistypes now and then; somebody who guesses does it more often. */
const FEWEST_FAILURES = 5;
/** An office behind one address mistypes now and then too. */
const FEWEST_ACCOUNTS = 10;

export type Facts = {
  succeeded: boolean;
  /** The device and the network, where the person was known to come from others and not from this one. */
  newDevice: string | null;
  newNetwork: string | null;
  /** Failed attempts against the account in the window, since it was last signed in to. */
  failuresBefore: number;
  /** Accounts against which attempts from the same address failed in the window. */
  accountsTried: number;
};

export function signalsOf({ succeeded, newDevice, newNetwork, failuresBefore, accountsTried }: Facts): Signal[] {
  const signals: Signal[] = [];
  if (succeeded && newDevice !== null) signals.push({ kind: "new_device", device: newDevice });
  if (succeeded && newNetwork !== null) signals.push({ kind: "new_network", network: newNetwork });
  if (succeeded && failuresBefore >= FEWEST_FAILURES)
    signals.push({ kind: "success_after_failures", failures: failuresBefore });
  if (accountsTried >= FEWEST_ACCOUNTS) signals.push({ kind: "many_accounts", accounts: accountsTried });
  return signals;
}

/**
 * Whether the person should be told (ASVS 6.3.5): somebody got in after guessing, or from a place that is new in two ways,
 * or in one way and tries other accounts too. A new browser at home alone is no reason for a mail.
 */
export function isSerious(succeeded: boolean, signals: readonly Signal[]): boolean {
  const kinds = new Set(signals.map(({ kind }) => kind));
  if (!succeeded) return false;
  if (kinds.has("success_after_failures")) return true;
  const newPlaces = Number(kinds.has("new_device")) + Number(kinds.has("new_network"));
  return newPlaces + Number(kinds.has("many_accounts")) >= 2;
}

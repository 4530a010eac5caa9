/** What is unusual about a sign-in, in words: a short name for a label, and what it rests on. Pure. */
import { type Signal, type SignalKind, WINDOW_MINUTES } from "@/audit/signals/signal";

const names: Record<SignalKind, string> = {
  new_device: "new device",
  new_network: "new network",
  success_after_failures: "after failures",
  many_accounts: "many accounts",
};

/** A label that is not in the list is shown as it is. */
export function signalName(kind: string): string {
  return Object.hasOwn(names, kind) ? names[kind as SignalKind] : kind;
}

const WINDOW = WINDOW_MINUTES === 60 ? "the hour" : `${WINDOW_MINUTES} minutes`;

/** Why the label is there, as a sentence about the person. */
export function signalReason(signal: Signal): string {
  switch (signal.kind) {
    case "new_device":
      return `They had not signed in with ${signal.device} before.`;
    case "new_network":
      return `They had not signed in from ${signal.network} before.`;
    case "success_after_failures":
      return `${signal.failures} tries had failed in ${WINDOW} before.`;
    case "many_accounts":
      return `From this address, tries on ${signal.accounts} accounts failed within ${WINDOW}.`;
  }
}

/** The same, said to the person whose sign-in it was. */
export function ownSignalReason(signal: Signal): string {
  switch (signal.kind) {
    case "new_device":
      return `You had not signed in with ${signal.device} before.`;
    case "new_network":
      return `You had not signed in from ${signal.network} before.`;
    case "success_after_failures":
      return `${signal.failures} tries to sign in as you had failed in ${WINDOW} before.`;
    case "many_accounts":
      return "From this address, somebody tried to get into other accounts too.";
  }
}

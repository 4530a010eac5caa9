import { expect, test } from "vitest";
import { ownSignalReason, signalName, signalReason } from "@/app/_words/signals";
import { type Signal, signalKinds } from "@/audit/signals/signal";

const SIGNALS: Record<Signal["kind"], Signal> = {
  new_device: { kind: "new_device", device: "Firefox on macOS" },
  new_network: { kind: "new_network", network: "203.0.113.0/24" },
  success_after_failures: { kind: "success_after_failures", failures: 7 },
  many_accounts: { kind: "many_accounts", accounts: 12 },
};

test.each(signalKinds)("%s has a name, and what it rests on is said of others and to oneself", (kind) => {
  expect(signalName(kind)).not.toBe(kind);
  expect(signalReason(SIGNALS[kind])).toMatch(/\.$/);
  expect(ownSignalReason(SIGNALS[kind])).not.toContain("They");
});

test("nobody is told how many accounts of others there are", () => {
  expect(signalReason(SIGNALS.many_accounts)).toContain("12 accounts");
  expect(ownSignalReason(SIGNALS.many_accounts)).not.toContain("12");
});

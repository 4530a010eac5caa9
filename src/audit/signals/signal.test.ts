/** What counts as unusual, and of what of it a person is told. */
import { describe, expect, test } from "vitest";
import { type Facts, isSerious, type Signal, signalsOf } from "@/audit/signals/signal";

const USUAL: Facts = { succeeded: true, newDevice: null, newNetwork: null, failuresBefore: 0, accountsTried: 0 };
const of = (facts: Partial<Facts>) => signalsOf({ ...USUAL, ...facts });

describe("a label is given", () => {
  test("for nothing at all to an ordinary sign-in, and to one after a few slips", () => {
    expect(of({})).toEqual([]);
    expect(of({ failuresBefore: 4, accountsTried: 9 })).toEqual([]);
  });

  test("for a new browser, a new network, a success after five failures, and an address that tried ten accounts", () => {
    expect(of({ newDevice: "Firefox on macOS" })).toEqual([{ kind: "new_device", device: "Firefox on macOS" }]);
    expect(of({ newNetwork: "203.0.113.0/24" })).toEqual([{ kind: "new_network", network: "203.0.113.0/24" }]);
    expect(of({ failuresBefore: 5 })).toEqual([{ kind: "success_after_failures", failures: 5 }]);
    expect(of({ accountsTried: 10 })).toEqual([{ kind: "many_accounts", accounts: 10 }]);
  });

  test("to a failure only for its address: it says nothing of where the person comes from", () => {
    const all = { newDevice: "Firefox on macOS", newNetwork: "203.0.113.0/24", failuresBefore: 9, accountsTried: 12 };
    expect(of({ ...all, succeeded: false })).toEqual([{ kind: "many_accounts", accounts: 12 }]);
  });
});

describe("a person is told", () => {
  const device: Signal = { kind: "new_device", device: "Firefox on macOS" };
  const network: Signal = { kind: "new_network", network: "203.0.113.0/24" };

  test.each([
    ["nothing", [], false],
    ["a new browser alone", [device], false],
    ["a new network alone", [network], false],
    ["both at once", [device, network], true],
    ["a success after failures", [{ kind: "success_after_failures", failures: 5 }], true],
    ["an address that tries accounts", [{ kind: "many_accounts", accounts: 10 }], false],
    ["a new browser at such an address", [device, { kind: "many_accounts", accounts: 10 }], true],
  ] as [string, Signal[], boolean][])("of %s: %s", (_, signals, told) => {
    expect(isSerious(true, signals)).toBe(told);
    expect(isSerious(false, signals)).toBe(false);
  });
});

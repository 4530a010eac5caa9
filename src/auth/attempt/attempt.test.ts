/** An attempt holds the facts of one request: its own, and the first reason why it was refused. */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { currentAttempt, methodOf, noteRefusal, openAttempt, runInAttempt } from "@/auth/attempt/attempt";
import { setClock } from "@/platform/clock";

let restore = () => {};
afterEach(() => restore());

test.each([
  ["credentials", "password"],
  ["token", "email_verification"],
  ["passkey", "passkey"],
  ["openid", "sso"],
  ["github", "sso"],
  ["azure-ad", "sso"],
  ["sso-0199c5d2-1111-7abc-8def-000000000000", "sso"],
  ["Credentials", "sso"],
  ["", "sso"],
])("the provider %j signs in by %s", (provider, method) => {
  expect(methodOf(provider)).toBe(method);
});

describe("an attempt that was just opened", () => {
  test("has proven nobody, passed nothing and been refused nothing", () => {
    expect(openAttempt("credentials")).toMatchObject({
      method: "password",
      provider: "credentials",
      evidence: null,
      claimedEmail: null,
      account: null,
      provision: { kind: "none" },
      passed: false,
      refusal: null,
      minted: null,
      error: null,
    });
  });

  test("has an event id of its own and the time of its opening", () => {
    restore = setClock(() => new Date("2026-03-04T05:06:07.089Z"));
    const [first, second] = [openAttempt("token"), openAttempt("token")];
    expect(first.eventId).not.toBe(second.eventId);
    expect(first.openedAt.toISOString()).toBe("2026-03-04T05:06:07.089Z");
  });
});

test("the first refusal stands: what follows is its consequence", () => {
  const attempt = openAttempt("openid");
  noteRefusal(attempt, { reason: "state_mismatch" });
  noteRefusal(attempt, { reason: "provider_error", cause: "bad_signature" });
  expect(attempt.refusal).toEqual({ reason: "state_mismatch" });
});

test("64 interleaved attempts never see one another", async () => {
  const attempts = Array.from({ length: 64 }, (_, number) => openAttempt(`provider-${number}`));
  const seen = await Promise.all(
    attempts.map((attempt, number) =>
      runInAttempt(attempt, async () => {
        const providers = new Set<string | undefined>();
        for (let turn = 0; turn < 12; turn += 1) {
          if (turn % 3 === 0) await sleep((number + turn) % 4);
          else await nextTurn();
          providers.add(currentAttempt()?.provider);
          const own = currentAttempt();
          if (own) noteRefusal(own, { reason: "internal_error", cause: `turn_of_${number}` });
        }
        return [...providers];
      }),
    ),
  );
  expect(seen).toEqual(attempts.map(({ provider }) => [provider]));
  expect(attempts.map(({ refusal }) => refusal?.cause)).toEqual(attempts.map((_, number) => `turn_of_${number}`));
  expect(currentAttempt()).toBeUndefined();
});

/** With the database away and no disk to keep a row, an attempt stays refused and says so: nothing is let in unrecorded. */
import { database } from "@db/connect.server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Account, DATABASE_AWAY, openAttempt } from "@/auth/attempt/attempt";
import { closeAttempt } from "@/auth/attempt/close.server";
import { publicAnswer } from "@/auth/attempt/public-answer";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runShutdown } from "@/platform/shutdown";

const report = vi.hoisted(() => vi.fn());
vi.mock("@/platform/report.server", () => ({ report }));
vi.mock("@/platform/metrics", () => ({ metrics: () => ({ attempts: { inc() {} } }) }));

const account: Account = {
  id: newId(),
  email: "alice@example.com",
  emailVerifiedAt: new Date(),
  disabledAt: null,
  organizationId: null,
  instanceRole: null,
};

beforeAll(() => {
  vi.stubEnv("AUDIT_JOURNAL", "off");
  env();
});
afterAll(async () => {
  await runShutdown(10_000);
  await database().destroy();
});

test("a minted token gets no cookie, and the person is told that it is us", async () => {
  const attempt = { ...openAttempt("credentials"), account, passed: true };
  const closed = await closeAttempt(attempt, { kind: "minted", sessionId: newId() });
  expect(closed).toEqual({ signedIn: false, refusal: { reason: "token_mint_failed", cause: DATABASE_AWAY } });
  if (!closed.signedIn)
    expect(publicAnswer(attempt, closed.refusal)).toMatchObject({ code: "unavailable", status: 503 });
});

test("a wrong password whose row is lost is answered as an outage, and the loss is reported", async () => {
  report.mockClear();
  const attempt = { ...openAttempt("credentials"), account };
  const closed = await closeAttempt(attempt, { kind: "refused", refusal: { reason: "wrong_password" } });
  expect(closed).toEqual({ signedIn: false, refusal: { reason: "wrong_password", cause: DATABASE_AWAY } });
  expect(report.mock.calls.at(-1)?.[1]).toEqual({ reason: "wrong_password", lost: "signedIn" });
});

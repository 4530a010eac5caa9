/** A changed password: the old one and every session are over, this browser goes on, and guesses are counted. */
import { database } from "@db/connect.server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { hashPassword, verifyPassword } from "@/account/passwords.server";
import { storePassword } from "@/account/passwords.store.server";
import { accountKey } from "@/auth/limits/limits.server";
import { findLiveSession, openSession } from "@/auth/session.store.server";
import type { GatebookSession } from "@/auth/session-shape";
import { sessionIdOf } from "@/auth/session-token";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import type { Mail } from "@/platform/mail.server";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { testDatabase } from "@/workbench/test-database";

const { report, sendMail } = vi.hoisted(() => ({ report: vi.fn(), sendMail: vi.fn() }));
vi.mock("@/platform/report.server", () => ({ report }));
vi.mock("@/platform/mail.server", () => ({ sendMail }));

const postgres = testDatabase();
const CURRENT = "the password of before";
const NEXT = "  the password of after 🦊 ";
const EXPIRES = new Date(Math.floor(Date.now() / 1000) * 1000 + 3600_000);
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

let currentHash: string;
let session: GatebookSession;
let elsewhere: string;
let requestId: string;
const appendHeader = vi.fn();

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  vi.stubEnv("SMTP_URL", "smtp://127.0.0.1:1");
  vi.stubEnv("SIGN_IN_LIMIT_ACCOUNT", "3/15m");
  env();
  currentHash = await hashPassword(CURRENT);
});
beforeEach(async () => {
  for (const spy of [report, sendMail, appendHeader]) spy.mockReset();
  requestId = newId();
  const id = newId();
  const user = { id, email: `${id}@example.com`, name: null };
  await postgres.db
    .insertInto("users")
    .values({ ...user, password_hash: currentHash })
    .execute();
  session = {
    sid: await addSession(id),
    expires: EXPIRES.toISOString(),
    user: { ...user, instanceRole: null },
    memberships: [],
    authMethod: "password",
    provider: "credentials",
  };
  elsewhere = await addSession(id);
});
afterEach(() => expect(report).not.toHaveBeenCalled());
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});

async function addSession(userId: string): Promise<string> {
  const id = newId();
  const how = { authMethod: "password" as const, provider: "credentials", ip: null, userAgent: null };
  await openSession(postgres.db, { id, userId, ...how, at: new Date(), expiresAt: EXPIRES }, []);
  return id;
}

const newCaller = createCallerFactory(appRouter);
function change(
  currentPassword: unknown,
  newPassword: unknown,
  as = session,
): Promise<{ endedOthers: number; toldByMail: boolean }> {
  const scope = { requestId, ip: "203.0.113.7", userAgent: BROWSER, nonce: "n" };
  return runInRequestScope(scope, () =>
    newCaller({ session: as, db: database(), appendHeader }).account.changePassword({
      currentPassword: currentPassword as string,
      newPassword: newPassword as string,
    }),
  );
}
const rows = () =>
  postgres.db
    .selectFrom("audit_events")
    .selectAll()
    .where("request_id", "=", requestId)
    .orderBy("action", "desc")
    .execute();
const isLive = async (id: string) =>
  (await findLiveSession(postgres.db, id, { at: new Date(), idleSince: new Date(0) })) !== null;
async function storedHash(): Promise<string | null> {
  const { id } = session.user;
  const row = await postgres.db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  return row.password_hash;
}
function cookieSet(): Promise<string | null> {
  const [name, value] = appendHeader.mock.calls[0] ?? [];
  expect(name).toBe("set-cookie");
  return sessionIdOf(/^gatebook\.session=([^;]+)/.exec(value)?.[1], env().NEXTAUTH_SECRET);
}

describe("a change", () => {
  test("replaces the password, as it was typed", async () => {
    expect(await change(CURRENT, NEXT)).toEqual({ endedOthers: 1, toldByMail: true });
    const hash = await storedHash();
    expect(await verifyPassword(hash, NEXT)).toBe(true);
    expect(await verifyPassword(hash, NEXT.trim())).toBe(false);
    expect(await verifyPassword(hash, CURRENT)).toBe(false);
  });

  test("ends every session, the one it came from too, and gives this browser one of its own, not longer than before", async () => {
    await change(CURRENT, NEXT);
    expect(appendHeader).toHaveBeenCalledTimes(1);
    const fresh = (await cookieSet()) ?? "";
    expect([session.sid, elsewhere]).not.toContain(fresh);
    expect([await isLive(session.sid), await isLive(elsewhere), await isLive(fresh)]).toEqual([false, false, true]);
    const ended = await postgres.db
      .selectFrom("sessions")
      .select(["ended_reason"])
      .where("id", "in", [session.sid, elsewhere])
      .execute();
    expect(ended).toEqual([{ ended_reason: "credentials_changed" }, { ended_reason: "credentials_changed" }]);
    const row = await postgres.db.selectFrom("sessions").selectAll().where("id", "=", fresh).executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      user_id: session.user.id,
      auth_method: "password",
      provider: "credentials",
      user_agent: BROWSER,
      expires_at: EXPIRES,
    });
  });

  test("is in the book with the token that it made, and holds neither password nor hash", async () => {
    await change(CURRENT, NEXT);
    const fresh = await cookieSet();
    const [changed, token] = await rows();
    expect(changed).toMatchObject({
      action: "passwordChanged",
      status: "success",
      actor_id: session.user.id,
      target_type: "user",
      target_id: session.user.id,
      session_id: session.sid,
      details: { endedSessions: 2 },
      changes: null,
    });
    expect(token).toMatchObject({
      action: "jwtTokenCreated",
      status: "success",
      actor_id: session.user.id,
      target_id: fresh,
      session_id: fresh,
      details: { trigger: "update", replaces: session.sid },
    });
    const written = JSON.stringify(await rows());
    for (const secret of [CURRENT, NEXT.trim(), currentHash, "argon2"]) expect(written).not.toContain(secret);
  });

  test("is told to the person by mail, from where and in which browser", async () => {
    await change(CURRENT, NEXT);
    const [mail] = sendMail.mock.calls[0] as [Mail];
    expect(mail.to).toBe(session.user.email);
    expect(mail.text).toContain("Firefox on Linux · 203.0.113.7");
    expect(mail.text).not.toContain(NEXT.trim());
  });

  test("stands when the mail cannot be sent", async () => {
    sendMail.mockRejectedValue(new Error("no mail today"));
    await change(CURRENT, NEXT);
    await vi.waitFor(() => expect(report).toHaveBeenCalledTimes(1));
    report.mockReset();
    expect(await verifyPassword(await storedHash(), NEXT)).toBe(true);
  });
});

describe("a refusal leaves everything as it was, and one failure in the book", () => {
  async function expectRefused(attempt: Promise<unknown>, code: string, reason: string) {
    await expect(attempt).rejects.toMatchObject({ code, reason });
    expect(await storedHash()).toBe(currentHash);
    expect([await isLive(session.sid), await isLive(elsewhere)]).toEqual([true, true]);
    expect([appendHeader, sendMail].map((spy) => spy.mock.calls)).toEqual([[], []]);
    expect(await rows()).toMatchObject([
      {
        action: "passwordChanged",
        status: "failure",
        failure_reason: reason,
        actor_id: session.user.id,
        target_id: session.user.id,
        session_id: session.sid,
        details: {},
      },
    ]);
  }

  test("for a wrong current password", async () => {
    await expectRefused(change("not it", NEXT), "BAD_REQUEST", "wrong_password");
  });

  test("for a current password that nobody can have", async () => {
    await expectRefused(change("x".repeat(5000), NEXT), "BAD_REQUEST", "wrong_password");
  });

  test.each([
    ["short", "password_too_short"],
    ["x".repeat(1025), "password_too_long"],
    ["Password1", "password_common"],
    ["Gatebook2026!", "password_guessable"],
    [CURRENT, "password_unchanged"],
  ])("for a new password that may not be one (%#)", async (password, reason) => {
    await expectRefused(change(CURRENT, password), "BAD_REQUEST", reason);
  });

  test("for the address as the new password", async () => {
    await expectRefused(change(CURRENT, session.user.email), "BAD_REQUEST", "password_guessable");
  });

  test.each([[undefined], [7], ["x".repeat(10_000)], ["eight characters \uD83E"]])(
    "for input that is none (%#)",
    async (password) => {
      await expect(change(CURRENT, password)).rejects.toMatchObject({ code: "BAD_REQUEST" });
      expect(await storedHash()).toBe(currentHash);
      expect(await rows()).toMatchObject([{ action: "passwordChanged", failure_reason: "invalid_input" }]);
    },
  );
});

test("an account without a password has none to change", async () => {
  await postgres.db.updateTable("users").set({ password_hash: null }).where("id", "=", session.user.id).execute();
  await expect(change(CURRENT, NEXT)).rejects.toMatchObject({ code: "CONFLICT", reason: "no_password" });
  expect(await storedHash()).toBeNull();
  expect(await rows()).toMatchObject([{ action: "passwordChanged", failure_reason: "no_password" }]);
});

test("a session that was ended while the call was under way changes nothing", async () => {
  await postgres.db
    .updateTable("sessions")
    .set({ ended_at: new Date(), ended_reason: "revoked" })
    .where("id", "=", session.sid)
    .execute();
  await expect(change(CURRENT, NEXT)).rejects.toMatchObject({ code: "UNAUTHORIZED", reason: "no_session" });
  expect(await storedHash()).toBe(currentHash);
  expect(await isLive(elsewhere)).toBe(true);
  expect(appendHeader).not.toHaveBeenCalled();
});

describe("guesses", () => {
  test("count against the account's limit: then not even the right password is looked at, and the book says so", async () => {
    for (let guess = 0; guess < 3; guess += 1)
      await expect(change(`guess ${guess}`, NEXT)).rejects.toMatchObject({ reason: "wrong_password" });
    await expect(change(CURRENT, NEXT)).rejects.toMatchObject({
      code: "TOO_MANY_REQUESTS",
      reason: "rate_limited",
      message: "Too many tries. Wait 15 minutes.",
    });
    expect(await storedHash()).toBe(currentHash);
    const locked = (await rows()).filter(({ action }) => action === "accountLocked");
    expect(locked).toMatchObject([{ target_id: session.user.id, details: { limit: 3, windowSeconds: 900 } }]);
  });

  test("of a burst get no further than patient ones", async () => {
    const burst = Array.from({ length: 60 }, (_, n) => change(n === 59 ? CURRENT : `guess ${n}`, NEXT));
    const reasons = (await Promise.allSettled(burst)).map((one) => one.status === "rejected" && one.reason.reason);
    const wrong = reasons.filter((reason) => reason === "wrong_password").length;
    expect(wrong).toBeGreaterThan(0);
    expect(wrong).toBeLessThanOrEqual(3);
    expect(reasons).not.toContain(false);
    // Those that would have had to wait are turned away: each would hold a connection meanwhile.
    expect(reasons).toContain("under_way");
    expect(await storedHash()).toBe(currentHash);
  });

  test("are forgotten when the right password comes in time", async () => {
    const counted = () => {
      const key = `sign_in_account:${accountKey(session.user.email)}`;
      return postgres.db.selectFrom("rate_limits").select("points").where("key", "=", key).execute();
    };
    await expect(change("guess", NEXT)).rejects.toMatchObject({ reason: "wrong_password" });
    await expect(change("guess", NEXT)).rejects.toMatchObject({ reason: "wrong_password" });
    expect(await counted()).toEqual([{ points: 2 }]);
    await change(CURRENT, NEXT);
    await vi.waitFor(async () => expect(await counted()).toEqual([]));
  });
});

test("of two changes at once, one wins", async () => {
  const other = { ...session, sid: elsewhere };
  const results = await Promise.allSettled([change(CURRENT, NEXT), change(CURRENT, `${NEXT}2`, other)]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(appendHeader).toHaveBeenCalledTimes(1);
});

test("a change that had to wait for another meets the password that the other left", async () => {
  const another = await hashPassword("somebody was faster");
  const result = await postgres.db.transaction().execute(async (tx) => {
    await storePassword(tx, session.user.id, another, new Date());
    const waiting = Promise.allSettled([change(CURRENT, NEXT)]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { waiting };
  });
  expect(await result.waiting).toMatchObject([{ status: "rejected", reason: { reason: "wrong_password" } }]);
  expect(await storedHash()).toBe(another);
});

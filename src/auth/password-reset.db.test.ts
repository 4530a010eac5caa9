/** A forgotten password: what a mailed link changes, what it never changes, and what stands in the book of it. */
import { database } from "@db/connect.server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { hashPassword, verifyPassword } from "@/account/passwords.server";
import { newVerificationToken } from "@/account/verification-tokens";
import { findVerificationToken, insertVerificationToken } from "@/account/verification-tokens.store.server";
import { requestPasswordReset, resetPassword } from "@/auth/password-reset.server";
import { openSession } from "@/auth/session.store.server";
import { linkIdentity } from "@/directory/users.store.server";
import { setClock } from "@/platform/clock";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { testDatabase } from "@/workbench/test-database";

// What follows an answer has no answer to follow here; that mails are sent is for the journeys to see.
vi.mock("@/platform/request-scope", async (original) => ({ ...(await original<object>()), afterAnswer: vi.fn() }));

const postgres = testDatabase();
const AT = new Date("2026-03-04T05:06:07Z");
const NEW_PASSWORD = "four quiet words here";

let oldHash: string;
let requestId: string;
let restoreClock = () => {};

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  env();
  oldHash = await hashPassword("the old one of many words");
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});
beforeEach(() => {
  requestId = newId();
  restoreClock = setClock(() => AT);
});
afterEach(() => restoreClock());

async function insertUser(facts: { verified?: boolean; disabled?: boolean; password?: boolean } = {}) {
  const { verified = true, disabled = false, password = true } = facts;
  const id = newId();
  const email = `${id}@example.com`;
  await postgres.db
    .insertInto("users")
    .values({
      id,
      email,
      password_hash: password ? oldHash : null,
      email_verified_at: verified ? AT : null,
      disabled_at: disabled ? AT : null,
    })
    .execute();
  return { id, email };
}

async function tokenFor(userId: string, purpose: "password_reset" | "sign_in" = "password_reset", minutes = 15) {
  const { token, digest } = newVerificationToken();
  const expiresAt = new Date(AT.getTime() + minutes * 60_000);
  await insertVerificationToken(postgres.db, { purpose, digest, userId, createdAt: AT, expiresAt });
  return { token, usedAt: async () => (await findVerificationToken(postgres.db, purpose, digest))?.usedAt };
}

async function beginSession(userId: string): Promise<string> {
  const id = newId();
  const session = { id, userId, authMethod: "password" as const, provider: "credentials", ip: null, userAgent: null };
  await openSession(postgres.db, { ...session, at: AT, expiresAt: new Date(AT.getTime() + 3600_000) }, []);
  return id;
}

const inScope = <T>(work: () => Promise<T>) =>
  runInRequestScope({ requestId, ip: "203.0.113.7", userAgent: null, nonce: "" }, work);
const reset = (token: string, password = NEW_PASSWORD) => inScope(() => resetPassword(token, password));

const rows = () =>
  postgres.db
    .selectFrom("audit_events")
    .select(["action", "status", "failure_reason", "actor_type", "actor_id", "target_id", "claimed_email", "details"])
    .where("request_id", "=", requestId)
    .orderBy("id")
    .execute();

const hashOf = async (id: string) =>
  (await postgres.db.selectFrom("users").select("password_hash").where("id", "=", id).executeTakeFirstOrThrow())
    .password_hash;

describe("asking for a link", () => {
  test.each([
    ["of an account", {}, "success", null],
    ["of a disabled account", { disabled: true }, "failure", "account_disabled"],
  ] as const)("%s leaves its row", async (_, facts, status, reason) => {
    const { id, email } = await insertUser(facts);
    await inScope(() => requestPasswordReset(email));
    expect(await rows()).toEqual([
      expect.objectContaining({
        action: "passwordResetRequested",
        status,
        failure_reason: reason,
        actor_type: "anonymous",
        target_id: id,
        claimed_email: email,
        details: { by: "somebody" },
      }),
    ]);
  });

  test("of nobody leaves its row", async () => {
    await inScope(() => requestPasswordReset("nobody@example.com"));
    expect(await rows()).toMatchObject([{ failure_reason: "unknown_user", target_id: null }]);
  });

  test("too often is refused, and stands in the book", async () => {
    const { email } = await insertUser();
    for (let asked = 0; asked < 21; asked += 1) await inScope(() => requestPasswordReset(email));
    const reasons = (await rows()).map((row) => row.failure_reason);
    expect(reasons.filter((reason) => reason === null)).toHaveLength(20);
    expect(reasons.at(-1)).toBe("rate_limited");
  });
});

describe("a link", () => {
  test("changes the password once, ends every session, and says so in one transaction", async () => {
    const { id, email } = await insertUser();
    const [sessions, { token, usedAt }] = [[await beginSession(id), await beginSession(id)], await tokenFor(id)];
    expect(await reset(token)).toBeNull();
    expect(await verifyPassword(await hashOf(id), NEW_PASSWORD)).toBe(true);
    expect(await usedAt()).toEqual(AT);
    const ended = await postgres.db.selectFrom("sessions").select("ended_reason").where("id", "in", sessions).execute();
    expect(ended.map((row) => row.ended_reason)).toEqual(["credentials_changed", "credentials_changed"]);
    expect(await rows()).toMatchObject([
      { action: "passwordReset", status: "success", actor_id: id, target_id: id, details: { endedSessions: 2 } },
    ]);
    requestId = newId();
    expect(await reset(token, "another four quiet words")).toBe("link_invalid");
    expect(await rows()).toMatchObject([
      { status: "failure", failure_reason: "used_token", actor_type: "anonymous", target_id: id, claimed_email: email },
    ]);
    expect(await verifyPassword(await hashOf(id), NEW_PASSWORD)).toBe(true);
  });

  test("works once of eight tries at the same moment", async () => {
    const { id } = await insertUser();
    const { token } = await tokenFor(id);
    const tries = await Promise.all(Array.from({ length: 8 }, () => reset(token)));
    expect(tries.filter((refusal) => refusal === null)).toHaveLength(1);
    const statuses = (await rows()).map((row) => row.status);
    expect(statuses.toSorted()).toEqual([...Array(7).fill("failure"), "success"]);
  });

  test("gives a password to somebody who had none", async () => {
    const { id } = await insertUser({ password: false });
    expect(await reset((await tokenFor(id)).token)).toBeNull();
    expect(await verifyPassword(await hashOf(id), NEW_PASSWORD)).toBe(true);
  });

  test("proves the mailbox: what was attached before goes, the password that was chosen now stays", async () => {
    const { id } = await insertUser({ verified: false });
    await linkIdentity(postgres.db, { userId: id, provider: "openid", subject: id, at: AT });
    expect(await reset((await tokenFor(id)).token)).toBeNull();
    expect(await verifyPassword(await hashOf(id), NEW_PASSWORD)).toBe(true);
    expect(await postgres.db.selectFrom("accounts").select("id").where("user_id", "=", id).execute()).toEqual([]);
    expect(await rows()).toMatchObject([
      { action: "emailVerified", details: { removedPassword: true, removedProviders: 1 } },
      { action: "passwordReset", status: "success" },
    ]);
  });

  test.each([
    ["too short", "2short", "password_too_short"],
    ["on every list", "password123", "password_common"],
    ["overlong", "x".repeat(1025), "password_too_long"],
  ])("is left as it was by a password that is %s", async (_, password, problem) => {
    const { id } = await insertUser();
    const { token, usedAt } = await tokenFor(id);
    expect(await reset(token, password)).toBe(problem);
    expect(await usedAt()).toBeNull();
    expect(await hashOf(id)).toBe(oldHash);
    expect(await rows()).toMatchObject([{ action: "passwordReset", failure_reason: problem, target_id: id }]);
    expect(await reset(token)).toBeNull();
  });

  test("that has expired, or of an account that is disabled, changes nothing", async () => {
    const [late, disabled] = [await insertUser(), await insertUser({ disabled: true })];
    expect(await reset((await tokenFor(late.id, "password_reset", 0)).token)).toBe("link_invalid");
    expect(await reset((await tokenFor(disabled.id)).token)).toBe("link_invalid");
    expect(await rows()).toMatchObject([
      { failure_reason: "expired_token", target_id: late.id },
      { failure_reason: "account_disabled", target_id: disabled.id },
    ]);
    expect([await hashOf(late.id), await hashOf(disabled.id)]).toEqual([oldHash, oldHash]);
  });

  test("for signing in, or made up, is none", async () => {
    const { id } = await insertUser();
    for (const token of [(await tokenFor(id, "sign_in")).token, newVerificationToken().token, "", "' or true --"])
      expect(await reset(token)).toBe("link_invalid");
    expect(await rows()).toMatchObject(Array(4).fill({ failure_reason: "invalid_token", target_id: null }));
    expect(await hashOf(id)).toBe(oldHash);
  });
});

test("neither the token nor the password is in the book", async () => {
  const { id } = await insertUser();
  const { token } = await tokenFor(id);
  await reset(token);
  const everything = JSON.stringify(await postgres.db.selectFrom("audit_events").selectAll().execute());
  expect(everything).not.toContain(token);
  expect(everything).not.toContain(NEW_PASSWORD);
});

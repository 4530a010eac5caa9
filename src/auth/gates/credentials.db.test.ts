/** Who it is, and what proves it: by password, by emailed link, by a provider's word, with every way to fail. */
import { database } from "@db/connect.server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { hashPassword } from "@/account/passwords.server";
import { newVerificationToken } from "@/account/verification-tokens";
import { insertVerificationToken, spendVerificationToken } from "@/account/verification-tokens.store.server";
import { type Attempt, type Evidence, openAttempt } from "@/auth/attempt/attempt";
import { credentials } from "@/auth/gates/credentials.server";
import { linkIdentity } from "@/directory/users.store.server";
import { setClock } from "@/platform/clock";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

const AT = new Date("2026-03-04T05:06:07Z");
const PASSWORD = "correct horse battery staple";

let passwordHash: string;
let alice: string;
let passwordless: string;
let restoreClock = () => {};

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  env();
  passwordHash = await hashPassword(PASSWORD);
  alice = await insertUser("alice@example.com", passwordHash);
  passwordless = await insertUser("bob@example.com", null);
  await linkIdentity(postgres.db, { userId: alice, provider: "openid", subject: "s-alice", at: AT });
});
afterAll(() => database().destroy());
beforeEach(() => {
  restoreClock = setClock(() => AT);
});
afterEach(() => restoreClock());

async function insertUser(email: string, hash: string | null): Promise<string> {
  const id = newId();
  await postgres.db.insertInto("users").values({ id, email, password_hash: hash }).execute();
  return id;
}

/** What the gate says of an attempt with this evidence, and the attempt itself. */
async function prove(provider: string, evidence: Evidence) {
  const attempt: Attempt = { ...openAttempt(provider), evidence };
  return { refusal: await credentials.check(attempt), attempt };
}

describe("a password", () => {
  const tryPassword = (email: string, password: string) => prove("credentials", { kind: "password", email, password });

  test("opens its own account, however the address was typed", async () => {
    for (const email of ["alice@example.com", " Alice@EXAMPLE.com ", "ａｌｉｃｅ@example.com"]) {
      const { refusal, attempt } = await tryPassword(email, PASSWORD);
      expect(refusal).toBeNull();
      expect(attempt).toMatchObject({
        account: { id: alice },
        claimedEmail: "alice@example.com",
        provision: { kind: "none" },
        passed: false,
      });
    }
  });

  test.each([
    ["of nobody", "nobody@example.com", PASSWORD, "unknown_user"],
    ["of an address that is none", "alice", PASSWORD, "unknown_user"],
    ["of a look-alike address", "\u0430lice@example.com", PASSWORD, "unknown_user"],
    ["that is wrong", "alice@example.com", "wrong", "wrong_password"],
    ["that is right but for a space", "alice@example.com", `${PASSWORD} `, "wrong_password"],
    ["of an account that has none", "bob@example.com", PASSWORD, "no_password"],
    ["longer than anyone types", "alice@example.com", "x".repeat(1025), "password_too_long"],
    ["longer than that in bytes", "alice@example.com", "ü".repeat(513), "password_too_long"],
    ["longer than that, of nobody", "nobody@example.com", "x".repeat(1025), "unknown_user"],
    ["longer than that, of an account that has none", "bob@example.com", "x".repeat(1025), "password_too_long"],
    ["that is empty", "alice@example.com", "", "missing_credentials"],
    ["without an address", "", PASSWORD, "missing_credentials"],
    ["with an address of spaces", " \t\n", PASSWORD, "missing_credentials"],
    ["with a NUL in its address", "alice\u0000@example.com", PASSWORD, "unknown_user"],
    ["with SQL in its address", "alice@example.com' or '1'='1", PASSWORD, "unknown_user"],
  ])("%s is refused as such", async (_, email, password, reason) => {
    const { refusal, attempt } = await tryPassword(email, password);
    expect(refusal).toEqual({ reason });
    expect(attempt.provision).toEqual({ kind: "none" });
  });

  test("of 1,024 bytes is still looked at", async () => {
    expect((await tryPassword("alice@example.com", "x".repeat(1024))).refusal).toEqual({ reason: "wrong_password" });
  });

  test("that fails makes the claimed account the target, where there is one", async () => {
    expect((await tryPassword("alice@example.com", "wrong")).attempt.account?.id).toBe(alice);
    expect((await tryPassword("bob@example.com", "wrong")).attempt.account?.id).toBe(passwordless);
    expect((await tryPassword("nobody@example.com", "wrong")).attempt.account).toBeNull();
  });

  test("with an address that is none keeps what was typed, as the claim, in a form that can be stored", async () => {
    expect((await tryPassword(" Alice Smith\u0000 ", "x")).attempt.claimedEmail).toBe("alice smith\uFFFD");
    expect((await tryPassword("x".repeat(5000), "x")).attempt.claimedEmail).toHaveLength(320);
  });
});

describe("an emailed link", () => {
  async function issue(expiresAt: Date): Promise<{ token: string; id: string }> {
    const { token, digest } = newVerificationToken();
    await insertVerificationToken(postgres.db, { purpose: "sign_in", digest, userId: alice, createdAt: AT, expiresAt });
    const row = await postgres.db
      .selectFrom("verification_tokens")
      .select("id")
      .where("token_hash", "=", digest)
      .executeTakeFirstOrThrow();
    return { token, id: row.id };
  }
  const later = new Date(AT.getTime() + 1);
  const open = (token: string) => prove("token", { kind: "token", token });

  test("proves whose it is, and is not yet spent by that", async () => {
    const { token, id } = await issue(later);
    const { refusal, attempt } = await open(token);
    expect(refusal).toBeNull();
    expect(attempt).toMatchObject({
      account: { id: alice },
      claimedEmail: "alice@example.com",
      provision: { kind: "spend_token", tokenId: id },
    });
    expect((await open(token)).refusal).toBeNull();
  });

  test("that was spent, has expired, or both, says which, and whose it was", async () => {
    const used = await issue(later);
    await spendVerificationToken(postgres.db, used.id, AT);
    const expired = await issue(AT);
    expect(await open(used.token)).toMatchObject({
      refusal: { reason: "used_token" },
      attempt: { account: { id: alice } },
    });
    expect(await open(expired.token)).toMatchObject({
      refusal: { reason: "expired_token" },
      attempt: { account: { id: alice }, claimedEmail: "alice@example.com", provision: { kind: "none" } },
    });
    restoreClock();
    restoreClock = setClock(() => later);
    expect((await open(used.token)).refusal).toEqual({ reason: "used_token" });
  });

  test.each([newVerificationToken().token, "x", "a".repeat(44), "\u0000".repeat(43), "' or true --"])(
    "that was never sent is invalid and nobody's: %j",
    async (token) => {
      const { refusal, attempt } = await open(token);
      expect(refusal).toEqual({ reason: "invalid_token" });
      expect(attempt).toMatchObject({ account: null, claimedEmail: null });
    },
  );

  test("without its token is missing", async () => {
    expect((await open("")).refusal).toEqual({ reason: "missing_credentials" });
  });
});

describe("a provider's word", () => {
  const come = (provider: string, subject: string, email: string | null) =>
    prove(provider, { kind: "identity", subject, email, emailVerified: true, name: "Name", roles: [] });

  test("for a known identity is its user, whatever address it brings today", async () => {
    for (const email of ["alice@example.com", "renamed@example.com", "bob@example.com", null]) {
      const { refusal, attempt } = await come("openid", "s-alice", email);
      expect(refusal).toBeNull();
      expect(attempt).toMatchObject({
        account: { id: alice },
        provision: { kind: "use_identity", subject: "s-alice" },
      });
    }
  });

  test("for an address that has an account opens nothing: not by another subject, and not by another provider", async () => {
    for (const [provider, subject] of [
      ["openid", "s-mallory"],
      ["github", "s-alice"],
    ] as const) {
      const { refusal, attempt } = await come(provider, subject, "Alice@Example.com");
      expect(refusal).toEqual({ reason: "account_not_linked" });
      expect(attempt).toMatchObject({ account: { id: alice }, provision: { kind: "none" } });
    }
  });

  test("for somebody new asks for a user to be made, with the address in its one form", async () => {
    const { refusal, attempt } = await come("openid", "s-new", " New@Example.COM ");
    expect(refusal).toBeNull();
    expect(attempt).toMatchObject({
      account: null,
      claimedEmail: "new@example.com",
      provision: { kind: "create_user", subject: "s-new", email: "new@example.com", name: "Name" },
    });
  });

  test.each([
    [null, "missing_email", null],
    ["not an Address", "unusable_email", "not an address"],
    ["a@b@c", "unusable_email", "a@b@c"],
    ["al\u200Bice@example.com", "unusable_email", "al\u200Bice@example.com"],
  ])("for somebody new with the address %j is a provider error: %s", async (email, cause, claimedEmail) => {
    const { refusal, attempt } = await come("openid", "s-new", email);
    expect(refusal).toEqual({ reason: "provider_error", cause });
    expect(attempt).toMatchObject({ account: null, claimedEmail, provision: { kind: "none" } });
  });
});

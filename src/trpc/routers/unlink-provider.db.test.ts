/** Removing a provider: proven once more, never the last way in, with what it gave, and nothing else. */
import { database } from "@db/connect.server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { hashPassword } from "@/account/passwords.server";
import { reloadSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import { findLiveSession, openSession } from "@/auth/session.store.server";
import type { GatebookSession } from "@/auth/session-shape";
import { linkIdentity } from "@/directory/users.store.server";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import type { Mail } from "@/platform/mail.server";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { testDatabase } from "@/workbench/test-database";

const { report, sendMail } = vi.hoisted(() => ({ report: vi.fn(), sendMail: vi.fn<(mail: Mail) => Promise<void>>() }));
vi.mock("@/platform/report.server", () => ({ report }));
vi.mock("@/platform/mail.server", () => ({ sendMail }));

const postgres = testDatabase();
/** A domain whose people sign in by single sign-on alone, though a link could be mailed to them. */
const ONLY_SSO = "only-sso.test";
const PASSWORD = "four quiet words here";
let passwordHash: string;
let session: GatebookSession;
let accountId: string;
let requestId: string;

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  vi.stubEnv("SMTP_URL", "smtp://127.0.0.1:1");
  vi.stubEnv("SIGN_IN_LIMIT_ACCOUNT", "2/15m");
  vi.stubEnv("OIDC_ISSUER", "http://127.0.0.1:1");
  vi.stubEnv("OIDC_CLIENT_ID", "client");
  vi.stubEnv("OIDC_CLIENT_SECRET", "secret");
  vi.stubEnv("OIDC_DISPLAY_NAME", "Acme OpenID");
  env();
  passwordHash = await hashPassword(PASSWORD);
  const id = newId();
  const rules = { id, slug: "acme", name: "Acme", allowed_methods: ["sso"] };
  await postgres.db.insertInto("organizations").values(rules).execute();
  await postgres.db.insertInto("organization_domains").values({ domain: ONLY_SSO, organization_id: id }).execute();
  await reloadSignInPolicy();
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});
beforeEach(async () => {
  sendMail.mockReset();
  report.mockReset();
  requestId = newId();
  session = await person(passwordHash);
  accountId = await link();
});

async function person(hash: string | null, minutesAgo = 0, domain = "example.com"): Promise<GatebookSession> {
  const id = newId();
  const user = { id, email: `${id}@${domain}`, name: null };
  await postgres.db
    .insertInto("users")
    .values({ ...user, email_verified_at: new Date(), password_hash: hash })
    .execute();
  const [sid, at, expiresAt] = [newId(), new Date(Date.now() - minutesAgo * 60_000), new Date(Date.now() + 3600_000)];
  const how = { authMethod: "sso" as const, provider: "openid" };
  await openSession(postgres.db, { id: sid, userId: id, ...how, ip: null, userAgent: null, at, expiresAt }, []);
  return { sid, expires: expiresAt.toISOString(), user: { ...user, instanceRole: null }, memberships: [], ...how };
}
const link = (userId = session.user.id) =>
  linkIdentity(postgres.db, { userId, provider: "openid", subject: newId(), at: new Date() });
const newCaller = createCallerFactory(appRouter);
function unlink(currentPassword?: string, id = accountId) {
  const scope = { requestId, ip: "203.0.113.7", userAgent: "browser", nonce: "n" };
  return runInRequestScope(scope, () =>
    newCaller({ session, db: database(), appendHeader: null }).account.unlinkProvider({
      accountId: id,
      ...(currentPassword === undefined ? {} : { currentPassword }),
    }),
  );
}
const identities = (userId = session.user.id) =>
  postgres.db.selectFrom("accounts").select("id").where("user_id", "=", userId).execute();
const row = () =>
  postgres.db
    .selectFrom("audit_events")
    .select(["action", "status", "failure_reason", "actor_id", "target_type", "target_id", "provider"])
    .where("request_id", "=", requestId)
    .where("action", "=", "providerUnlinked")
    .executeTakeFirstOrThrow();

test("with the password: the identity and what its provider gave are gone, the session goes on, the person is told", async () => {
  await postgres.db
    .insertInto("provider_tokens")
    .values({ account_id: accountId, access_token: Buffer.alloc(40), access_token_key: "k", obtained_at: new Date() })
    .execute();
  expect(await unlink(PASSWORD)).toEqual({ provider: "openid", toldByMail: true });
  expect(await identities()).toEqual([]);
  expect(await postgres.db.selectFrom("provider_tokens").selectAll().execute()).toEqual([]);
  const limits = { at: new Date(), idleSince: new Date(0) };
  expect(await findLiveSession(postgres.db, session.sid, limits)).not.toBeNull();
  expect(await row()).toEqual({
    action: "providerUnlinked",
    status: "success",
    failure_reason: null,
    actor_id: session.user.id,
    target_type: "account",
    target_id: accountId,
    provider: "openid",
  });
  await vi.waitFor(() => expect(sendMail).toHaveBeenCalledTimes(1));
  expect(sendMail.mock.calls[0]?.[0]).toMatchObject({
    to: session.user.email,
    subject: expect.stringContaining("Acme OpenID was removed"),
  });
});

test("where a link can be mailed, the only identity of somebody without a password may go", async () => {
  session = await person(null);
  accountId = await link();
  expect(await unlink()).toMatchObject({ provider: "openid" });
  expect(await identities()).toEqual([]);
});

describe("is refused", () => {
  test("with a wrong password, and within the limit of wrong ones", async () => {
    await expect(unlink("not the password")).rejects.toMatchObject({ code: "BAD_REQUEST", reason: "wrong_password" });
    expect(await row()).toMatchObject({ status: "failure", failure_reason: "wrong_password", target_id: accountId });
    await expect(unlink()).rejects.toMatchObject({ reason: "wrong_password" });
    await expect(unlink(PASSWORD)).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS", reason: "rate_limited" });
    expect(await identities()).toHaveLength(1);
  });

  test("without a password, where the sign-in was not a moment ago", async () => {
    session = await person(null, 11);
    accountId = await link();
    await expect(unlink()).rejects.toMatchObject({ code: "PRECONDITION_FAILED", reason: "recent_sign_in_required" });
    expect(await identities()).toHaveLength(1);
  });

  test("for the last way in", async () => {
    session = await person(null, 0, ONLY_SSO);
    accountId = await link();
    await expect(unlink()).rejects.toMatchObject({
      code: "CONFLICT",
      reason: "last_way_in",
      message: "Add another way to sign in before removing this one.",
    });
    expect(await row()).toMatchObject({ status: "failure", failure_reason: "last_way_in", provider: "openid" });
    expect(await identities()).toHaveLength(1);
  });

  test("for somebody else's identity, which looks missing", async () => {
    const other = await person(passwordHash);
    const theirs = await link(other.user.id);
    await expect(unlink(PASSWORD, theirs)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await identities(other.user.id)).toEqual([{ id: theirs }]);
  });
});

test("of two at the same moment, the second finds the last way in", async () => {
  session = await person(null, 0, ONLY_SSO);
  const both = [await link(), await link()];
  const outcomes = await Promise.allSettled(both.map((id) => unlink(undefined, id)));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await identities()).toHaveLength(1);
});

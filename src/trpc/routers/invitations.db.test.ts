/**
 * An invitation from the call that makes it, over the mail, to the sign-in that accepts it: what each leaves, and
 * everything that must make it hold no longer.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { database } from "@db/connect.server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Attempt, openAttempt } from "@/auth/attempt/attempt";
import { commitSignIn } from "@/auth/attempt/commit.server";
import { passGates } from "@/auth/gates/index.server";
import type { GatebookSession, Membership } from "@/auth/session-shape";
import { setDisabled } from "@/directory/administration.store.server";
import { linkIdentity } from "@/directory/users.store.server";
import { setClock } from "@/platform/clock";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import type { Stoppable } from "@/workbench/http";
import { type Message, startInbox } from "@/workbench/inbox";
import { freePort } from "@/workbench/ports";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const dataDir = mkdtempSync(join(tmpdir(), "gatebook-invitations-"));
const DAY_MS = 86_400_000;

let inbox: Stoppable;
let inboxUrl: string;
let acme: string;
let owner: GatebookSession;
let admin: GatebookSession;
let email: string;
let requestId: string;
let restoreClock = () => {};

beforeAll(async () => {
  const [httpPort, smtpPort] = [await freePort(), await freePort()];
  inbox = await startInbox({ httpPort, smtpPort, dataDir });
  inboxUrl = `http://127.0.0.1:${httpPort}/messages`;
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  vi.stubEnv("SMTP_URL", `smtp://127.0.0.1:${smtpPort}`);
  vi.stubEnv("EMAIL_FROM", "no-reply@acme.test");
  vi.stubEnv("SIGN_IN_LIMIT_IP", "off");
  env();
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await inbox.stop();
  await database().destroy();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  acme = newId();
  await postgres.db
    .insertInto("organizations")
    .values({ id: acme, slug: `acme-${acme}`, name: "Acme" })
    .execute();
  owner = await administrator("owner");
  admin = await administrator("admin");
  email = `new-${newId()}@visitor.test`;
});
afterEach(() => {
  restoreClock();
  restoreClock = () => {};
});

type UserFacts = { email_verified_at?: Date; password_hash?: string };
async function insertUser(address: string, facts: UserFacts = { email_verified_at: new Date() }): Promise<string> {
  const id = newId();
  await postgres.db
    .insertInto("users")
    .values({ id, email: address, ...facts })
    .execute();
  return id;
}

async function enroll(userId: string, role: Membership["role"]): Promise<void> {
  await postgres.db.insertInto("memberships").values({ user_id: userId, organization_id: acme, role }).execute();
}

async function administrator(role: "owner" | "admin"): Promise<GatebookSession> {
  const address = `${role}-${newId()}@acme.test`;
  const id = await insertUser(address);
  await enroll(id, role);
  return {
    sid: newId(),
    expires: "2999-01-01T00:00:00.000Z",
    user: { id, email: address, name: null, instanceRole: null },
    memberships: [{ organizationId: acme, slug: "acme", name: "Acme", role }],
    authMethod: "password",
    provider: "credentials",
  };
}

const newCaller = createCallerFactory(appRouter);
type Caller = ReturnType<typeof newCaller>;
const scoped = <T>(work: () => Promise<T>): Promise<T> => {
  requestId = newId();
  return runInRequestScope({ requestId, ip: "203.0.113.7", userAgent: null, nonce: "n" }, work);
};
const as = <T>(session: GatebookSession, work: (caller: Caller) => Promise<T>): Promise<T> =>
  scoped(() => work(newCaller({ session, db: database(), appendHeader: null })));
const rows = () =>
  postgres.db.selectFrom("audit_events").selectAll().where("request_id", "=", requestId).orderBy("id").execute();

const invite = (role: Membership["role"] = "auditor", by = owner, to = email) =>
  as(by, ({ users }) => users.invite({ email: to, organizationId: acme, role }));
const pending = () => as(owner, ({ organizations }) => organizations.invitations.list({ organizationId: acme }));

async function mails(to = email): Promise<Message[]> {
  const answer = await fetch(inboxUrl, { headers: { connection: "close" } });
  return ((await answer.json()) as Message[]).filter((message) => message.to === to);
}

/** The token in the newest of so many mails to the address. */
async function mailedToken(count = 1, to = email): Promise<string> {
  await vi.waitFor(async () => expect(await mails(to)).toHaveLength(count), { timeout: 5000 });
  const [newest] = await mails(to);
  return /token=([\w-]{43})/.exec(newest?.text ?? "")?.[1] ?? "";
}

/** The sign-in that a link's button is. Answers why it was refused, or null. */
async function open(token: string): Promise<{ refusal: string | null; attempt: Attempt }> {
  const attempt: Attempt = { ...openAttempt("token"), evidence: { kind: "token", token } };
  const refusal = await scoped(async () =>
    (await passGates(attempt)) ? commitSignIn(attempt, newId(), postgres.db) : attempt.refusal,
  );
  return { refusal: refusal?.reason ?? null, attempt };
}

const findUser = (address = email) =>
  postgres.db.selectFrom("users").selectAll().where("email", "=", address).executeTakeFirst();
const roleOf = async (userId: string | undefined) =>
  (
    await postgres.db
      .selectFrom("memberships")
      .select("role")
      .where("organization_id", "=", acme)
      .where("user_id", "=", userId ?? newId())
      .executeTakeFirst()
  )?.role ?? null;

describe("an invitation", () => {
  test("makes nobody until it is accepted; then the account, its proven mailbox, the membership and the session at once", async () => {
    const { id } = await invite("auditor");
    expect(await rows()).toMatchObject([
      {
        action: "userInvited",
        status: "success",
        actor_id: owner.user.id,
        target_type: "invitation",
        target_id: id,
        organization_id: acme,
        claimed_email: email,
        details: { role: "auditor" },
      },
    ]);
    const token = await mailedToken();
    expect(await findUser()).toBeUndefined();
    await vi.waitFor(async () => expect((await pending())[0]?.mailedAt).toBeInstanceOf(Date));
    expect(await pending()).toMatchObject([
      { id, email, role: "auditor", invitedBy: owner.user.email, expired: false, overdue: false },
    ]);

    expect((await open(token)).refusal).toBeNull();
    const user = await findUser();
    expect(user).toMatchObject({ email_verified_at: expect.any(Date), password_hash: null, instance_role: null });
    expect(await roleOf(user?.id)).toBe("auditor");
    const written = await rows();
    expect(written.map(({ action }) => action).sort()).toEqual([
      "jwtTokenCreated",
      "membershipChanged",
      "signedIn",
      "userCreated",
    ]);
    const row = (action: string) => written.find((one) => one.action === action);
    expect(row("userCreated")).toMatchObject({ target_id: user?.id, details: { via: "invitation" } });
    expect(row("membershipChanged")).toMatchObject({
      actor_id: user?.id,
      target_id: user?.id,
      organization_id: acme,
      changes: { role: { from: null, to: "auditor" } },
      details: { via: "invitation" },
    });
    expect(row("signedIn")).toMatchObject({
      status: "success",
      auth_method: "email_verification",
      organization_id: acme,
      claimed_email: email,
    });
    expect(await pending()).toEqual([]);
    expect((await open(token)).refusal).toBe("used_token");
  });

  test("is accepted once by one of several who open its link at the same moment", async () => {
    await invite();
    const token = await mailedToken();
    const results = await Promise.all(Array.from({ length: 5 }, () => open(token)));
    expect(results.filter(({ refusal }) => refusal === null)).toHaveLength(1);
    expect(await postgres.db.selectFrom("users").select("id").where("email", "=", email).execute()).toHaveLength(1);
  });

  test("lets somebody join who is here already, by accepting and not before", async () => {
    const userId = await insertUser(email, { email_verified_at: new Date(), password_hash: "theirs" });
    await invite("member");
    const token = await mailedToken();
    expect(await roleOf(userId)).toBeNull();
    expect((await open(token)).refusal).toBeNull();
    expect(await roleOf(userId)).toBe("member");
    expect(await findUser()).toMatchObject({ id: userId, password_hash: "theirs" });
  });

  test("that proves a mailbox takes away what was planted at the address before", async () => {
    const userId = await insertUser(email, { password_hash: "planted" });
    await linkIdentity(postgres.db, { userId, provider: "openid", subject: `s-${userId}`, at: new Date() });
    await invite();
    expect((await open(await mailedToken())).refusal).toBeNull();
    expect(await findUser()).toMatchObject({ password_hash: null, email_verified_at: expect.any(Date) });
    expect(await postgres.db.selectFrom("accounts").select("id").where("user_id", "=", userId).execute()).toEqual([]);
  });

  test("changes no role that was given in the meantime", async () => {
    await invite("admin");
    const token = await mailedToken();
    const userId = await insertUser(email);
    await enroll(userId, "member");
    expect((await open(token)).refusal).toBeNull();
    expect(await roleOf(userId)).toBe("member");
    expect((await rows()).map(({ action }) => action)).not.toContain("membershipChanged");
  });

  test("that is mailed again has a new link and a new term; the old link is dead, and who mailed it answers for it", async () => {
    const { id } = await invite("member");
    const first = await mailedToken();
    await as(admin, ({ organizations }) =>
      organizations.invitations.resend({ organizationId: acme, invitationId: id }),
    );
    expect(await rows()).toMatchObject([{ action: "userInvited", actor_id: admin.user.id, target_id: id }]);
    const second = await mailedToken(2);
    expect((await open(first)).refusal).toBe("used_token");
    await postgres.db.deleteFrom("memberships").where("user_id", "=", owner.user.id).execute();
    expect((await open(second)).refusal).toBeNull();
  });

  test("to the same address is the same one, with what was said last", async () => {
    const first = await invite("member");
    expect(await invite("auditor")).toEqual(first);
    expect(await pending()).toMatchObject([{ role: "auditor" }]);
  });
});

describe("a link is dead", () => {
  test.each<[string, string, (invitationId: string) => Promise<unknown>]>([
    [
      "once its invitation is withdrawn",
      "invalid_token",
      (invitationId) =>
        as(owner, ({ organizations }) => organizations.invitations.withdraw({ organizationId: acme, invitationId })),
    ],
    [
      "once who invited is no member any more",
      "invalid_token",
      () => postgres.db.deleteFrom("memberships").where("user_id", "=", owner.user.id).execute(),
    ],
    [
      "once who invited has a role that could not give this one",
      "invalid_token",
      () =>
        postgres.db.updateTable("memberships").set({ role: "auditor" }).where("user_id", "=", owner.user.id).execute(),
    ],
    ["once who invited is disabled", "invalid_token", () => setDisabled(postgres.db, owner.user.id, new Date())],
    [
      "after seven days",
      "expired_token",
      async () => {
        const at = Date.now() + 7 * DAY_MS + 1000;
        restoreClock = setClock(() => new Date(at));
      },
    ],
    [
      "for a person who is disabled",
      "account_disabled",
      async () => setDisabled(postgres.db, await insertUser(email), new Date()),
    ],
  ])("%s", async (_, reason, happen) => {
    const { id } = await invite("admin");
    const token = await mailedToken();
    await happen(id);
    const { refusal, attempt } = await open(token);
    expect(refusal).toBe(reason);
    if (reason === "expired_token") expect(await pending()).toMatchObject([{ id, expired: true }]);
    expect(attempt.claimedEmail).toBe(email);
    expect(await roleOf((await findUser())?.id)).toBeNull();
  });

  test("that is withdrawn between the gates and the commit, with nothing left behind", async () => {
    const { id } = await invite();
    const token = await mailedToken();
    const attempt: Attempt = { ...openAttempt("token"), evidence: { kind: "token", token } };
    expect(await scoped(() => passGates(attempt))).toBe(true);
    await as(owner, ({ organizations }) =>
      organizations.invitations.withdraw({ organizationId: acme, invitationId: id }),
    );
    expect(await scoped(() => commitSignIn(attempt, newId(), postgres.db))).toMatchObject({ reason: "invalid_token" });
    expect(await findUser()).toBeUndefined();
  });

  test("whose address has become an account that the gates have not seen", async () => {
    await invite();
    const token = await mailedToken();
    const attempt: Attempt = { ...openAttempt("token"), evidence: { kind: "token", token } };
    expect(await scoped(() => passGates(attempt))).toBe(true);
    await insertUser(email);
    expect(await scoped(() => commitSignIn(attempt, newId(), postgres.db))).toMatchObject({
      cause: "account_appeared",
    });
  });
});

describe("inviting", () => {
  test.each<[string, () => Promise<unknown>, string, string]>([
    ["somebody above oneself", () => invite("owner", admin), "FORBIDDEN", "above_own_role"],
    ["oneself", () => invite("member", admin, admin.user.email), "BAD_REQUEST", "own_account"],
    ["a member", () => invite("member", owner, admin.user.email), "CONFLICT", "already_member"],
    ["what is no address", () => invite("member", owner, "nobody"), "BAD_REQUEST", "invalid_input"],
  ])("%s is refused, with its row", async (_, call, code, reason) => {
    await expect(call()).rejects.toMatchObject({ code });
    expect(await rows()).toMatchObject([
      { action: code === "FORBIDDEN" ? "accessDenied" : "userInvited", status: "failure", failure_reason: reason },
    ]);
  });

  test("again, below what an owner has offered, is not an admin's", async () => {
    const { id } = await invite("owner");
    await expect(invite("member", admin)).rejects.toMatchObject({ reason: "above_own_role" });
    await expect(
      as(admin, ({ organizations }) => organizations.invitations.withdraw({ organizationId: acme, invitationId: id })),
    ).rejects.toMatchObject({ reason: "above_own_role" });
    expect(await pending()).toMatchObject([{ role: "owner" }]);
  });

  test("the same address more than five times in an hour is refused, from whatever organization", async () => {
    for (let count = 0; count < 5; count += 1) await invite();
    await expect(invite()).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS", reason: "rate_limited" });
    expect(await rows()).toMatchObject([{ action: "userInvited", failure_reason: "rate_limited" }]);
    const later = Date.now() + 3_601_000;
    restoreClock = setClock(() => new Date(later));
    await invite();
  });

  test("tells nobody whether the address has an account", async () => {
    const known = `known-${newId()}@visitor.test`;
    await insertUser(known);
    expect(Object.keys(await invite("member", owner, known))).toEqual(Object.keys(await invite()));
  });
});

test("an invitation is not withdrawn twice, nor by another organization's owner", async () => {
  const { id } = await invite();
  const withdraw = (by: GatebookSession) =>
    as(by, ({ organizations }) => organizations.invitations.withdraw({ organizationId: acme, invitationId: id }));
  const mine = acme;
  acme = newId();
  await expect(withdraw(owner)).rejects.toMatchObject({ code: "NOT_FOUND" });
  acme = mine;
  await withdraw(owner);
  expect(await rows()).toMatchObject([
    { action: "invitationWithdrawn", status: "success", target_id: id, claimed_email: email },
  ]);
  await expect(withdraw(owner)).rejects.toMatchObject({ code: "NOT_FOUND", reason: "not_found" });
});

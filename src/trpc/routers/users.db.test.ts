/** What administrators do with people, and what stands in the book of it. */
import { database } from "@db/connect.server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { findLiveSession, openSession } from "@/auth/session.store.server";
import type { GatebookSession } from "@/auth/session-shape";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const acme = newId();
let owner: GatebookSession;
let member: string;
let requestId: string;

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  env();
  await postgres.db.insertInto("organizations").values({ id: acme, slug: "acme", name: "Acme" }).execute();
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});
beforeEach(async () => {
  const id = await insertMember("owner");
  owner = {
    sid: newId(),
    expires: "2999-01-01T00:00:00.000Z",
    user: { id, email: "owner@acme.test", name: null, instanceRole: null },
    memberships: [{ organizationId: acme, slug: "acme", name: "Acme", role: "owner" }],
    authMethod: "password",
    provider: "credentials",
  };
  member = await insertMember("member");
  requestId = newId();
});

async function insertMember(role: "owner" | "member"): Promise<string> {
  const id = newId();
  await postgres.db
    .insertInto("users")
    .values({ id, email: `${id}@acme.test` })
    .execute();
  await postgres.db.insertInto("memberships").values({ user_id: id, organization_id: acme, role }).execute();
  return id;
}

async function begin(userId: string): Promise<string> {
  const id = newId();
  const at = new Date();
  const expiresAt = new Date(at.getTime() + 3600_000);
  const session = { id, userId, authMethod: "password" as const, provider: "credentials", ip: null, userAgent: null };
  await openSession(postgres.db, { ...session, at, expiresAt }, []);
  return id;
}

const isLive = async (id: string) =>
  (await findLiveSession(postgres.db, id, { at: new Date(), idleSince: new Date(0) })) !== null;

const newCaller = createCallerFactory(appRouter);
const call = <T>(work: (caller: ReturnType<typeof newCaller>) => Promise<T>): Promise<T> => {
  requestId = newId();
  return runInRequestScope({ requestId, ip: null, userAgent: null, nonce: "n" }, () =>
    work(newCaller({ session: owner, db: database(), appendHeader: null })),
  );
};
const rows = () => postgres.db.selectFrom("audit_events").selectAll().where("request_id", "=", requestId).execute();

describe("ending one session of somebody", () => {
  test("ends that one, and leaves its row; one that is over, or somebody else's, is not there", async () => {
    const [one, two] = [await begin(member), await begin(member)];
    const other = await begin(await insertMember("member"));
    expect(await call((caller) => caller.users.endSession({ userId: member, sessionId: one }))).toEqual({ ended: 1 });
    expect(await rows()).toMatchObject([
      { action: "sessionRevoked", status: "success", target_id: one, details: { by: "administrator" } },
    ]);
    expect(await Promise.all([one, two, other].map(isLive))).toEqual([false, true, true]);
    for (const sessionId of [one, other]) {
      await expect(call((caller) => caller.users.endSession({ userId: member, sessionId }))).rejects.toMatchObject({
        code: "NOT_FOUND",
      });
      expect(await rows()).toMatchObject([
        { action: "sessionRevoked", status: "failure", failure_reason: "not_found", details: { by: "administrator" } },
      ]);
    }
    expect(await isLive(other)).toBe(true);
  });
});

describe("a link to a new password", () => {
  test("is refused where no mail can be sent, and that it was asked for is in the book", async () => {
    await expect(call((caller) => caller.users.sendPasswordReset({ userId: member }))).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect(await rows()).toMatchObject([
      { action: "passwordResetRequested", status: "failure", failure_reason: "no_mail", target_id: member },
    ]);
  });
});

describe("ending somebody's sessions", () => {
  test("ends all of theirs, nobody else's, and leaves a row for each", async () => {
    const sessions = [await begin(member), await begin(member)];
    const other = await begin(await insertMember("member"));
    expect(await call((caller) => caller.users.endSessions({ userId: member }))).toEqual({ ended: 2 });
    expect(await Promise.all([...sessions, other].map(isLive))).toEqual([false, false, true]);
    const written = await rows();
    expect(written.map(({ target_id }) => target_id).sort()).toEqual(sessions.sort());
    for (const row of written) {
      expect(row).toMatchObject({
        action: "sessionRevoked",
        status: "success",
        actor_id: owner.user.id,
        target_type: "session",
        organization_id: acme,
        details: { by: "administrator" },
      });
    }
  });

  test("where there are none changes nothing and says so", async () => {
    expect(await call((caller) => caller.users.endSessions({ userId: member }))).toEqual({ ended: 0 });
    expect(await rows()).toEqual([]);
  });
});

describe("disabling somebody", () => {
  test("closes the account, ends their sessions, and is in the book", async () => {
    const session = await begin(member);
    expect(await call((caller) => caller.users.disable({ userId: member }))).toEqual({ ended: 1 });
    expect(await isLive(session)).toBe(false);
    expect(await rows()).toMatchObject([
      { action: "userDisabled", status: "success", target_id: member, details: { endedSessions: 1 } },
    ]);
    await expect(call((caller) => caller.users.disable({ userId: member }))).rejects.toMatchObject({
      code: "CONFLICT",
      reason: "already_disabled",
    });
    expect(await rows()).toMatchObject([
      { action: "userDisabled", status: "failure", failure_reason: "already_disabled", target_id: member },
    ]);
  });

  test("is undone by enabling, which brings no session back", async () => {
    const session = await begin(member);
    await call((caller) => caller.users.disable({ userId: member }));
    await call((caller) => caller.users.enable({ userId: member }));
    expect(await rows()).toMatchObject([{ action: "userEnabled", status: "success", target_id: member }]);
    expect(await isLive(session)).toBe(false);
  });

  test("cannot be done to oneself", async () => {
    await expect(call((caller) => caller.users.disable({ userId: owner.user.id }))).rejects.toMatchObject({
      code: "BAD_REQUEST",
      reason: "own_account",
    });
    expect(await rows()).toMatchObject([{ action: "userDisabled", status: "failure", failure_reason: "own_account" }]);
  });
});

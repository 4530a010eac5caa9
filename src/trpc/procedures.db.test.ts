/** Who may call what: a refusal is an answer and a row in the book, and the scope of an answer is the caller's. */
import { database } from "@db/connect.server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openSession } from "@/auth/session.store.server";
import type { GatebookSession, Membership } from "@/auth/session-shape";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { testDatabase } from "@/workbench/test-database";

const report = vi.hoisted(() => vi.fn());
vi.mock("@/platform/report.server", () => ({ report }));

const postgres = testDatabase();
const [acme, globex] = [newId(), newId()];

type Person = { id: string; email: string };
let alice: Person;
let bob: Person;

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  env();
  alice = await insertUser("alice@example.com");
  bob = await insertUser("bob@example.com");
  await insertAttempt(alice, acme, "2026-03-04T05:00:00Z", null);
  await insertAttempt(alice, acme, "2026-03-04T05:01:00Z", "wrong_password");
  await insertAttempt(bob, globex, "2026-03-04T05:02:00Z", "wrong_password");
  await insertAttempt(null, null, "2026-03-04T05:03:00Z", "unknown_user");
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});

let requestId: string;
beforeEach(() => {
  requestId = newId();
  report.mockClear();
});

async function insertUser(email: string): Promise<Person> {
  const id = newId();
  await postgres.db.insertInto("users").values({ id, email }).execute();
  return { id, email };
}

async function insertAttempt(who: Person | null, organization: string | null, at: string, reason: string | null) {
  await postgres.db
    .insertInto("audit_events")
    .values({
      id: newId(),
      occurred_at: at,
      action: "signedIn",
      status: reason ? "failure" : "success",
      failure_reason: reason,
      actor_type: "anonymous",
      target_type: who && "user",
      target_id: who?.id ?? null,
      organization_id: organization,
    })
    .execute();
}

type Role = Membership["role"];
function sessionOf(
  who: Person,
  roles: [string, Role][] = [],
  instanceRole: GatebookSession["user"]["instanceRole"] = null,
): GatebookSession {
  return {
    sid: newId(),
    expires: "2999-01-01T00:00:00.000Z",
    user: { ...who, name: null, instanceRole },
    memberships: roles.map(([organizationId, role]) => ({ organizationId, slug: "x", name: "X", role })),
    authMethod: "password",
    provider: "credentials",
  };
}

const newCaller = createCallerFactory(appRouter);
type Caller = ReturnType<typeof newCaller>;
/** A call in a request of its own, as that session or as nobody. */
function call<T>(session: GatebookSession | null, work: (caller: Caller) => Promise<T>): Promise<T> {
  const scope = { requestId, ip: "203.0.113.7", userAgent: "browser", nonce: "n" };
  return runInRequestScope(scope, () => work(newCaller({ session, db: database(), appendHeader: null })));
}

const rowsOfRequest = () =>
  postgres.db.selectFrom("audit_events").selectAll().where("request_id", "=", requestId).execute();

const PROTECTED: [string, (caller: Caller) => Promise<unknown>][] = [
  ["account.activity", (caller) => caller.account.activity({})],
  ["session.list", (caller) => caller.session.list()],
  ["signIns.list", (caller) => caller.signIns.list({})],
];

describe("a caller without a session", () => {
  test.each(PROTECTED)("is told to sign in by %s, and the refusal is in the book", async (procedure, work) => {
    await expect(call(null, work)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    expect(await rowsOfRequest()).toMatchObject([
      {
        action: "accessDenied",
        status: "failure",
        failure_reason: "no_session",
        actor_type: "anonymous",
        actor_id: null,
        session_id: null,
        ip: "203.0.113.7",
        details: { procedure },
      },
    ]);
    expect(report).not.toHaveBeenCalled();
  });

  test("is told so before anything is said of their input", async () => {
    const bad = { cursor: "nonsense", limit: -1, filter: { nobody: true } } as never;
    await expect(call(null, (caller) => caller.signIns.list(bad))).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("may ask whether there is a session, which is no refusal", async () => {
    expect(await call(null, (caller) => caller.session.current())).toBeNull();
    expect(await rowsOfRequest()).toEqual([]);
  });
});

describe("a member", () => {
  test.each<[string, () => GatebookSession, string | null]>([
    ["of an organization", () => sessionOf(alice, [[acme, "member"]]), acme],
    ["of none", () => sessionOf(alice), null],
  ])("%s is refused the history, and the refusal is in the book under their name", async (_, session, organization) => {
    const own = session();
    await expect(call(own, (caller) => caller.signIns.list({}))).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await rowsOfRequest()).toMatchObject([
      {
        action: "accessDenied",
        status: "failure",
        failure_reason: "role_required",
        actor_type: "user",
        actor_id: alice.id,
        session_id: own.sid,
        organization_id: organization,
        details: { procedure: "signIns.list" },
      },
    ]);
    expect(report).not.toHaveBeenCalled();
  });

  test("sees their own activity, failures against their account included, and nobody else's", async () => {
    const { items } = await call(sessionOf(alice), (caller) => caller.account.activity({}));
    expect(items.map(({ userId, failureReason }) => [userId, failureReason])).toEqual([
      [alice.id, "wrong_password"],
      [alice.id, null],
    ]);
    expect(await rowsOfRequest()).toEqual([]);
  });

  test("cannot ask for the activity of somebody else", async () => {
    const asked = { userId: bob.id, filter: { userId: bob.id } } as never;
    await expect(call(sessionOf(alice), (caller) => caller.account.activity(asked))).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
  });

  test("sees their own live sessions, the one they are in first, and nobody else's", async () => {
    const session = sessionOf(alice);
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    const insert = (id: string, userId: string, lastUsed: Date) =>
      openSession(
        postgres.db,
        {
          id,
          userId,
          authMethod: "password",
          provider: "credentials",
          ip: null,
          userAgent: null,
          at: lastUsed,
          expiresAt: new Date(Date.now() + 3600_000),
        },
        [],
      );
    const other = newId();
    await insert(session.sid, alice.id, at(10));
    await insert(other, alice.id, at(1));
    await insert(newId(), bob.id, at(1));
    await insert(newId(), alice.id, at(61));
    const listed = await call(session, (caller) => caller.session.list());
    expect(listed.map(({ id, current, device }) => [id, current, device])).toEqual([
      [session.sid, true, "Unknown device"],
      [other, false, "Unknown device"],
    ]);
  });
});

describe("a reader of the history", () => {
  const targets = async (session: GatebookSession, input: Parameters<Caller["signIns"]["list"]>[0] = {}) =>
    (await call(session, (caller) => caller.signIns.list(input))).items.map(({ userId }) => userId);

  test.each<Role>(["owner", "admin", "auditor"])(
    "as %s of an organization sees that organization alone",
    async (role) => {
      const session = sessionOf(bob, [
        [acme, role],
        [globex, "member"],
      ]);
      expect(await targets(session)).toEqual([alice.id, alice.id]);
      for (const filter of [{ organizationId: globex }, { userId: bob.id }, { email: "bob@example.com" }]) {
        expect(await targets(session, { filter })).toEqual([]);
      }
    },
  );

  test.each(["admin", "auditor"] as const)("as %s of the instance sees every attempt", async (role) => {
    expect(await targets(sessionOf(bob, [], role))).toEqual([null, bob.id, alice.id, alice.id]);
  });

  test("leafs through it page by page", async () => {
    const session = sessionOf(bob, [], "auditor");
    const first = await call(session, (caller) => caller.signIns.list({ limit: 3 }));
    const rest = await call(session, (caller) => caller.signIns.list({ limit: 3, cursor: first.nextCursor }));
    expect([...first.items, ...rest.items].map(({ userId }) => userId)).toEqual([null, bob.id, alice.id, alice.id]);
    expect(rest.nextCursor).toBeNull();
  });

  test.each([
    { cursor: "nonsense" },
    { cursor: "' or true --" },
    { cursor: "x".repeat(201) },
    { cursor: 7 },
    { limit: 0 },
    { limit: 201 },
    { limit: 1.5 },
    { limit: "50" },
    { direction: "backward" },
    { filter: { nobody: true } },
    { filter: { ip: "203.0.113" } },
    { offset: 1 },
    [],
    "text",
  ])("is told that %j is no input", async (input) => {
    const asked = call(sessionOf(bob, [], "auditor"), (caller) => caller.signIns.list(input as never));
    await expect(asked).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect(report).not.toHaveBeenCalled();
  });
});

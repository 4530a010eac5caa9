/** What people see and change of their own account: the name with its row, and the ways in which they can sign in. */
import { database } from "@db/connect.server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { GatebookSession } from "@/auth/session-shape";
import { linkIdentity } from "@/directory/users.store.server";
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
let session: GatebookSession;
let requestId: string;

beforeAll(() => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  vi.stubEnv("SMTP_URL", "smtp://127.0.0.1:1");
  env();
});
beforeEach(async () => {
  report.mockClear();
  requestId = newId();
  const id = newId();
  const user = { id, email: `${id}@example.com`, name: "Alice" };
  await postgres.db.insertInto("users").values(user).execute();
  session = {
    sid: newId(),
    expires: "2999-01-01T00:00:00.000Z",
    user: { ...user, instanceRole: null },
    memberships: [],
    authMethod: "password",
    provider: "credentials",
  };
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});

const newCaller = createCallerFactory(appRouter);
function call<T>(work: (caller: ReturnType<typeof newCaller>) => Promise<T>): Promise<T> {
  const scope = { requestId, ip: "203.0.113.7", userAgent: "browser", nonce: "n" };
  return runInRequestScope(scope, () => work(newCaller({ session, db: database(), appendHeader: null })));
}
const rename = (name: unknown) => call((caller) => caller.account.updateProfile({ name: name as string }));
const rows = () =>
  postgres.db
    .selectFrom("audit_events")
    .select(["action", "status", "failure_reason", "actor_id", "target_type", "target_id", "changes", "details"])
    .where("request_id", "=", requestId)
    .execute();
async function storedName() {
  const { id } = session.user;
  return (await postgres.db.selectFrom("users").select("name").where("id", "=", id).executeTakeFirstOrThrow()).name;
}

describe("account.updateProfile", () => {
  test("changes the name, and the book says from what to what", async () => {
    expect(await rename("  Alice Liddell ")).toEqual({ name: "Alice Liddell" });
    expect(await storedName()).toBe("Alice Liddell");
    expect(await rows()).toEqual([
      {
        action: "userUpdated",
        status: "success",
        failure_reason: null,
        actor_id: session.user.id,
        target_type: "user",
        target_id: session.user.id,
        changes: { name: { from: "Alice", to: "Alice Liddell" } },
        details: {},
      },
    ]);
  });

  test("takes an empty name for none", async () => {
    expect(await rename("   ")).toEqual({ name: null });
    expect(await storedName()).toBeNull();
  });

  test("leaves no row where nothing changes", async () => {
    expect(await rename("Alice")).toEqual({ name: "Alice" });
    expect(await rows()).toEqual([]);
  });

  test.each(["Zoë 🦊 O'Neil-Ångström", "أليس", "👩‍👩‍👧", "x".repeat(200)])("takes %s", async (name) => {
    expect(await rename(name)).toEqual({ name });
    expect(await storedName()).toBe(name);
  });

  test.each([
    ["too long", "x".repeat(201), "Use at most 200 characters."],
    ["far too long", "x".repeat(100_000), "Use at most 200 characters."],
    ["with NUL", "Al\u0000ice", "Some of these characters can't be shown. Type it anew."],
    ["with a line break", "Alice\nSigned in as admin", "Some of these characters can't be shown. Type it anew."],
    ["with half a character", "Alice \uD83E", "Some of these characters can't be shown. Type it anew."],
    ["that turns its line around", "Alice \u202Enimda", "Some of these characters can't be shown. Type it anew."],
  ])("a name %s is refused at its field, changes nothing and leaves a failure", async (_, name, message) => {
    const refused = await rename(name).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "BAD_REQUEST", cause: { issues: [{ path: ["name"], message }] } });
    expect(await storedName()).toBe("Alice");
    expect(await rows()).toMatchObject([
      { action: "userUpdated", status: "failure", failure_reason: "invalid_input", changes: null },
    ]);
    expect(report).not.toHaveBeenCalled();
  });

  test.each([null, 7, ["Alice"], undefined])("%j is no name", async (name) => {
    await expect(rename(name)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});

describe("account.security", () => {
  async function signedInAt(method: "password" | "email_verification", at: string, status: "success" | "failure") {
    await postgres.db
      .insertInto("audit_events")
      .values({
        id: newId(),
        occurred_at: at,
        action: "signedIn",
        status,
        failure_reason: status === "failure" ? "wrong_password" : null,
        actor_type: "anonymous",
        target_type: "user",
        target_id: session.user.id,
        auth_method: method,
      })
      .execute();
  }

  test("names the ways in, since when and when last; failures are no use of them", async () => {
    const [added, changed, used, failed] = [1, 2, 3, 4].map((day) => new Date(`2026-03-0${day}T05:00:00Z`)) as [
      Date,
      Date,
      Date,
      Date,
    ];
    const { id } = session.user;
    await postgres.db
      .updateTable("users")
      .set({ password_hash: "$argon2id$secret", password_changed_at: changed })
      .where("id", "=", id)
      .execute();
    await linkIdentity(postgres.db, { userId: id, provider: "openid", subject: id, at: added });
    await signedInAt("password", used.toISOString(), "success");
    await signedInAt("password", failed.toISOString(), "failure");
    const seen = await call((caller) => caller.account.security());
    expect(seen).toEqual({
      password: { changedAt: changed, lastUsedAt: used },
      emailLink: { lastUsedAt: null },
      providers: [{ id: expect.any(String), provider: "openid", name: "openid", addedAt: added, lastUsedAt: added }],
      linkable: [],
      proof: "password",
    });
    expect(JSON.stringify(seen)).not.toContain("argon2");
  });

  test("of somebody without a password says so", async () => {
    expect(await call((caller) => caller.account.security())).toMatchObject({ password: null, providers: [] });
  });
});

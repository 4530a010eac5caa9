/** Whom an administrator sees in the directory, what of them, and that nobody sees more. */
import { database } from "@db/connect.server";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openSession } from "@/auth/session.store.server";
import type { GatebookSession, Membership } from "@/auth/session-shape";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const organizations = { acme: newId(), globex: newId() };
type Slug = keyof typeof organizations;
type Roles = Partial<Record<Slug, Membership["role"]>>;
const ids: Record<string, string> = {};

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  env();
  await postgres.db
    .insertInto("organizations")
    .values(Object.entries(organizations).map(([slug, id]) => ({ id, slug, name: slug.toUpperCase() })))
    .execute();
  await insertPerson("owner", { acme: "owner" });
  await insertPerson("member", { acme: "member" }, { name: "Zoë 100%_Sure\\", password_hash: "hash" });
  await insertPerson("both", { globex: "admin", acme: "auditor" });
  await insertPerson("root", { acme: "member" }, { instance_role: "admin" });
  await insertPerson("stranger", { globex: "owner" });
  await insertPerson("nowhere", {});
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});

type Facts = { name?: string; password_hash?: string; instance_role?: "admin"; disabled_at?: Date };
/** The organization named first is the one of the oldest membership. */
async function insertPerson(name: string, roles: Roles, facts: Facts = {}): Promise<string> {
  const id = newId();
  ids[name] = id;
  await postgres.db
    .insertInto("users")
    .values({ id, email: `${name}@example.com`, email_verified_at: new Date(), ...facts })
    .execute();
  for (const [index, [slug, role]] of Object.entries(roles).entries()) {
    const created_at = new Date(Date.UTC(2026, 0, 1 + index));
    const membership = { user_id: id, organization_id: organizations[slug as Slug], role, created_at };
    await postgres.db.insertInto("memberships").values(membership).execute();
  }
  return id;
}

async function begin(userId: string, lastUsedMinutesAgo = 0): Promise<void> {
  const at = new Date(Date.now() - lastUsedMinutesAgo * 60_000);
  const expiresAt = new Date(Date.now() + 3600_000);
  const how = { authMethod: "password" as const, provider: "credentials", ip: "203.0.113.7", userAgent: null };
  await openSession(postgres.db, { id: newId(), userId, ...how, at, expiresAt }, []);
}

async function recordSignIn(userId: string, organizationId: string | null, at: string, status = "success") {
  await postgres.db
    .insertInto("audit_events")
    .values({
      id: newId(),
      occurred_at: at,
      action: "signedIn",
      status,
      failure_reason: status === "failure" ? "wrong_password" : null,
      actor_type: "system",
      target_type: "user",
      target_id: userId,
      organization_id: organizationId,
      auth_method: "sso",
      provider: "openid",
    })
    .execute();
}

function sessionOf(roles: Roles, instanceRole: "admin" | null = null): GatebookSession {
  return {
    sid: newId(),
    expires: "2999-01-01T00:00:00.000Z",
    user: { id: ids.owner ?? "", email: "owner@example.com", name: null, instanceRole },
    memberships: Object.entries(roles).map(([slug, role]) => ({
      organizationId: organizations[slug as Slug],
      slug,
      name: slug.toUpperCase(),
      role,
    })),
    authMethod: "password",
    provider: "credentials",
  };
}

const newCaller = createCallerFactory(appRouter);
const scope = () => ({ requestId: newId(), ip: null, userAgent: null, nonce: "n" });
type Users = ReturnType<typeof newCaller>["users"];
const as = <T>(session: GatebookSession, work: (users: Users) => Promise<T>): Promise<T> =>
  runInRequestScope(scope(), () => work(newCaller({ session, db: database(), appendHeader: null }).users));

const ownerOfAcme = () => sessionOf({ acme: "owner" });
const admin = () => sessionOf({}, "admin");
const emails = (items: { email: string }[]) => items.map(({ email }) => email.replace("@example.com", ""));
const id = (name: string) => ids[name] ?? "";

describe("the list", () => {
  test("of an owner holds the members of their organization, and of those who are elsewhere too only what is there", async () => {
    const { items, nextCursor } = await as(ownerOfAcme(), (users) => users.list());
    expect(emails(items)).toEqual(["both", "member", "owner", "root"]);
    expect(nextCursor).toBeNull();
    const text = JSON.stringify(items);
    expect(text).not.toContain(organizations.globex);
    expect(text).not.toContain("GLOBEX");
    expect(items[0]?.memberships).toEqual([
      { organizationId: organizations.acme, slug: "acme", name: "ACME", role: "auditor" },
    ]);
  });

  test("says whom the owner administers, by the rule of the acts", async () => {
    const { items } = await as(ownerOfAcme(), (users) => users.list());
    expect(Object.fromEntries(items.map(({ email, administered }) => [email.split("@")[0], administered]))).toEqual({
      both: false,
      member: true,
      owner: false,
      root: false,
    });
    for (const person of items) {
      const acted = await as(ownerOfAcme(), (users) => users.endSessions({ userId: person.id })).then(
        () => true,
        () => false,
      );
      expect([person.email, acted]).toEqual([person.email, person.administered]);
    }
  });

  test("of an owner who is only a member elsewhere, or an auditor there, holds nobody from there", async () => {
    for (const role of ["member", "auditor"] as const) {
      const { items } = await as(sessionOf({ acme: "owner", globex: role }), (users) => users.list());
      expect(emails(items)).toEqual(["both", "member", "owner", "root"]);
      expect(JSON.stringify(items)).not.toContain(organizations.globex);
    }
  });

  test("of an owner of both holds everyone of both once, with all of their memberships, oldest first", async () => {
    const { items } = await as(sessionOf({ acme: "owner", globex: "admin" }), (users) => users.list());
    expect(emails(items)).toEqual(["both", "member", "owner", "root", "stranger"]);
    expect(items[0]?.memberships.map(({ slug, role }) => [slug, role])).toEqual([
      ["globex", "admin"],
      ["acme", "auditor"],
    ]);
    expect(items[0]?.administered).toBe(true);
  });

  test("of an admin of the instance holds everybody, and all of them are theirs to administer", async () => {
    const { items } = await as(admin(), (users) => users.list());
    expect(emails(items)).toEqual(["both", "member", "nowhere", "owner", "root", "stranger"]);
    expect(items.every(({ administered }) => administered)).toBe(true);
    expect(items.find(({ email }) => email.startsWith("root"))?.instanceRole).toBe("admin");
  });

  test("holds no hash", async () => {
    expect(JSON.stringify(await as(admin(), (users) => users.list()))).not.toContain("hash");
  });

  test("comes in pages that follow each other without a gap", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Users["list"]>> = await as(admin(), (users) => users.list({ cursor, limit: 2 }));
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...emails(page.items));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(["both", "member", "nowhere", "owner", "root", "stranger"]);
  });

  test("does not leave its scope by a cursor from a wider one", async () => {
    const { nextCursor } = await as(admin(), (users) => users.list({ limit: 1 }));
    const { items } = await as(ownerOfAcme(), (users) => users.list({ cursor: nextCursor }));
    expect(emails(items)).toEqual(["member", "owner", "root"]);
  });

  test.each([["no cursor"], ["YQ=="], [Buffer.from("a\u0000b").toString("base64url")], ["x".repeat(3000)]])(
    "refuses the cursor %j",
    async (cursor) => {
      await expect(as(admin(), (users) => users.list({ cursor }))).rejects.toMatchObject({ code: "BAD_REQUEST" });
    },
  );
});

describe("the search", () => {
  test.each([
    ["mem", ["member"]],
    ["  MEMBER@Example.COM ", ["member"]],
    ["oe@", []],
    ["zoë", ["member"]],
    ["100%_", ["member"]],
    ["Sure\\", ["member"]],
    ["%", ["member"]],
    ["_", ["member"]],
    ["stran", []],
    ["example.com", ["both", "member", "owner", "root"]],
    ["' or true --", []],
  ])("for %j, by an owner, finds %j", async (search, found) => {
    const { items } = await as(ownerOfAcme(), (users) => users.list({ search }));
    expect(emails(items)).toEqual(found);
  });

  test.each([["x".repeat(201)], ["a\u0000"], ["\ud800"]])("refuses what no row can hold", async (search) => {
    await expect(as(admin(), (users) => users.list({ search }))).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});

describe("a person", () => {
  const get = (session: GatebookSession, name: string) => as(session, (users) => users.get({ userId: id(name) }));

  test("of another organization, of none, or who is not there, looks missing to an owner", async () => {
    const refusals = await Promise.all(
      [id("stranger"), id("nowhere"), newId()].map((userId) =>
        as(ownerOfAcme(), (users) => users.get({ userId })).catch((error: unknown) => String(error)),
      ),
    );
    expect(new Set(refusals).size).toBe(1);
    await expect(get(ownerOfAcme(), "stranger")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("who is somebody else's as well shows an owner nothing of the account: no sessions, no ways in", async () => {
    await begin(id("both"));
    const seen = await get(ownerOfAcme(), "both");
    expect(seen).toMatchObject({ administered: false, liveSessions: null, account: null });
    expect(JSON.stringify(seen)).not.toContain(organizations.globex);
    expect((await get(admin(), "both")).account?.sessions).toHaveLength(1);
  });

  test("shows whoever administers them how they sign in and where they are signed in", async () => {
    const person = await insertPerson("shown", { acme: "member" }, { password_hash: "secret" });
    await postgres.db
      .insertInto("accounts")
      .values({ id: newId(), user_id: person, provider: "github", provider_account_id: "subject-1" })
      .execute();
    await begin(person);
    await begin(person);
    await begin(person, 24 * 60);
    const seen = await get(ownerOfAcme(), "shown");
    expect(seen).toMatchObject({ status: "active", liveSessions: 2, disabledAt: null });
    expect(seen.account).toMatchObject({ password: { changedAt: null }, providers: [{ provider: "github" }] });
    expect(seen.account?.sessions.map(({ ip }) => ip)).toEqual(["203.0.113.7", "203.0.113.7"]);
    expect(JSON.stringify(seen)).not.toMatch(/secret|subject-1/);
  });

  test("is active, unverified or disabled since when", async () => {
    const person = await insertPerson("changing", { acme: "member" });
    expect((await get(ownerOfAcme(), "changing")).status).toBe("active");
    await postgres.db.updateTable("users").set({ email_verified_at: null }).where("id", "=", person).execute();
    expect((await get(ownerOfAcme(), "changing")).status).toBe("email_not_verified");
    await begin(person);
    expect(await as(ownerOfAcme(), (users) => users.disable({ userId: person }))).toEqual({ ended: 1 });
    expect(await get(ownerOfAcme(), "changing")).toMatchObject({
      status: "disabled",
      disabledAt: expect.any(Date),
      liveSessions: 0,
    });
  });
});

test("the last sign-in is the newest that succeeded, within the history that the reader may see", async () => {
  const person = await insertPerson("signer", { globex: "member", acme: "member" });
  const of = async (session: GatebookSession) =>
    (await as(session, (users) => users.get({ userId: person }))).lastSignIn;
  expect(await of(admin())).toBeNull();
  await recordSignIn(person, organizations.acme, "2026-03-01T00:00:00Z");
  await recordSignIn(person, organizations.globex, "2026-03-02T00:00:00Z");
  await recordSignIn(person, organizations.acme, "2026-03-03T00:00:00Z", "failure");
  await recordSignIn(id("member"), organizations.acme, "2026-03-04T00:00:00Z");
  const how = { authMethod: "sso", provider: "openid", secondFactor: null };
  expect(await of(admin())).toEqual({ ...how, occurredAt: new Date("2026-03-02T00:00:00Z") });
  expect(await of(ownerOfAcme())).toEqual({ ...how, occurredAt: new Date("2026-03-01T00:00:00Z") });
});

test("reading the directory leaves no row: it is not the history", async () => {
  const requestId = newId();
  await runInRequestScope({ ...scope(), requestId }, async () => {
    const { users } = newCaller({ session: ownerOfAcme(), db: database(), appendHeader: null });
    await users.list();
    await users.get({ userId: id("member") });
  });
  const rows = await postgres.db.selectFrom("audit_events").where("request_id", "=", requestId).execute();
  expect(rows).toEqual([]);
});

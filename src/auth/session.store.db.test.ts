/** The row behind a cookie decides whether there is a session: live, ended, expired, idle, or of a disabled account. */
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  endSession,
  findLiveSession,
  findLiveSessions,
  listLiveSessions,
  openSession,
  touchSession,
} from "@/auth/session.store.server";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

const HOUR = 3600_000;
const NOON = new Date("2026-03-04T12:00:00Z");
const noonPlus = (ms: number) => new Date(NOON.getTime() + ms);
/** The limits at a time, with an idle time of one hour. */
const limitsAt = (at: Date) => ({ at, idleSince: new Date(at.getTime() - HOUR) });

let userId: string;
beforeEach(async () => {
  userId = await insertUser("alice@example.com");
});
afterEach(async () => {
  for (const table of ["sessions", "memberships", "organizations", "users"] as const) {
    await postgres.db.deleteFrom(table).execute();
  }
});

async function insertUser(email: string): Promise<string> {
  const id = newId();
  await postgres.db.insertInto("users").values({ id, email, name: "Alice", instance_role: "auditor" }).execute();
  return id;
}

/** A session that began at noon and lasts twelve hours. */
async function begin(owner = userId): Promise<string> {
  const id = newId();
  await openSession(
    postgres.db,
    {
      id,
      userId: owner,
      authMethod: "password",
      provider: "credentials",
      ip: "203.0.113.7",
      userAgent: "browser",
      at: NOON,
      expiresAt: noonPlus(12 * HOUR),
    },
    [],
  );
  return id;
}

const isLive = async (id: string, at: Date) => (await findLiveSession(postgres.db, id, limitsAt(at))) !== null;

async function join(slug: string, role: string, at: Date): Promise<string> {
  const id = newId();
  await postgres.db.insertInto("organizations").values({ id, slug, name: slug.toUpperCase() }).execute();
  await postgres.db
    .insertInto("memberships")
    .values({ user_id: userId, organization_id: id, role, created_at: at })
    .execute();
  return id;
}

describe("a live session", () => {
  test("is read with its user and their memberships, the oldest first", async () => {
    const younger = await join("globex", "member", noonPlus(-HOUR));
    const older = await join("acme", "owner", noonPlus(-2 * HOUR));
    const id = await begin();
    expect(await findLiveSession(postgres.db, id, limitsAt(NOON))).toEqual({
      id,
      userId,
      authMethod: "password",
      provider: "credentials",
      createdAt: NOON,
      lastUsedAt: NOON,
      expiresAt: noonPlus(12 * HOUR),
      email: "alice@example.com",
      name: "Alice",
      instanceRole: "auditor",
      memberships: [
        { organizationId: older, slug: "acme", name: "ACME", role: "owner" },
        { organizationId: younger, slug: "globex", name: "GLOBEX", role: "member" },
      ],
    });
  });

  test("of somebody without a membership has an empty list", async () => {
    expect((await findLiveSession(postgres.db, await begin(), limitsAt(NOON)))?.memberships).toEqual([]);
  });

  test("sees a changed role and a removed membership at the next read", async () => {
    const organization = await join("acme", "owner", NOON);
    const id = await begin();
    await postgres.db.updateTable("memberships").set({ role: "member" }).execute();
    await postgres.db.updateTable("users").set({ instance_role: null }).execute();
    const read = await findLiveSession(postgres.db, id, limitsAt(NOON));
    expect(read?.memberships).toMatchObject([{ organizationId: organization, role: "member" }]);
    expect(read?.instanceRole).toBeNull();
    await postgres.db.deleteFrom("memberships").execute();
    expect((await findLiveSession(postgres.db, id, limitsAt(NOON)))?.memberships).toEqual([]);
  });
});

describe("there is no session", () => {
  test("that was never begun", async () => {
    expect(await isLive(newId(), NOON)).toBe(false);
  });

  test("from the moment of its expiry, however much it was used", async () => {
    const id = await begin();
    await touchSession(postgres.db, id, noonPlus(12 * HOUR - 1));
    expect(await isLive(id, noonPlus(12 * HOUR - 1))).toBe(true);
    expect(await isLive(id, noonPlus(12 * HOUR))).toBe(false);
  });

  test("that was not used for the idle time, to the millisecond", async () => {
    const id = await begin();
    expect(await isLive(id, noonPlus(HOUR - 1))).toBe(true);
    expect(await isLive(id, noonPlus(HOUR))).toBe(false);
  });

  test("once it has ended, for whatever reason", async () => {
    for (const reason of ["signed_out", "revoked", "user_disabled", "credentials_changed"] as const) {
      const id = await begin();
      await endSession(postgres.db, id, reason, noonPlus(1));
      expect(await isLive(id, noonPlus(2))).toBe(false);
    }
  });

  test("of an account that is disabled, from that moment on", async () => {
    const id = await begin();
    await postgres.db.updateTable("users").set({ disabled_at: NOON }).where("id", "=", userId).execute();
    expect(await isLive(id, NOON)).toBe(false);
  });
});

describe("using a session", () => {
  test("slides its idle time and never its expiry", async () => {
    const id = await begin();
    await touchSession(postgres.db, id, noonPlus(HOUR / 2));
    expect(await isLive(id, noonPlus(HOUR + 1))).toBe(true);
    expect(await findLiveSession(postgres.db, id, limitsAt(noonPlus(HOUR)))).toMatchObject({
      lastUsedAt: noonPlus(HOUR / 2),
      expiresAt: noonPlus(12 * HOUR),
    });
  });

  test("that has ended does not bring it back", async () => {
    const id = await begin();
    await endSession(postgres.db, id, "signed_out", noonPlus(1));
    await touchSession(postgres.db, id, noonPlus(2));
    expect(await isLive(id, noonPlus(3))).toBe(false);
    const row = await postgres.db.selectFrom("sessions").select("last_used_at").executeTakeFirst();
    expect(row?.last_used_at).toEqual(NOON);
  });
});

describe("ending a session", () => {
  test("says whose it was and how they had signed in, once", async () => {
    const organizationId = await join("acme", "member", NOON);
    const id = await begin();
    expect(await endSession(postgres.db, id, "signed_out", noonPlus(1))).toEqual({
      userId,
      organizationId,
      authMethod: "password",
      provider: "credentials",
    });
    expect(await endSession(postgres.db, id, "revoked", noonPlus(2))).toBeNull();
    const row = await postgres.db.selectFrom("sessions").selectAll().executeTakeFirst();
    expect(row).toMatchObject({ ended_at: noonPlus(1), ended_reason: "signed_out" });
  });

  test("eight times at the same moment ends it once", async () => {
    const id = await begin();
    const ends = await Promise.all(
      Array.from({ length: 8 }, () => endSession(postgres.db, id, "revoked", noonPlus(1))),
    );
    expect(ends.filter((ended) => ended !== null)).toHaveLength(1);
  });

  test("leaves every other session alone", async () => {
    const [mine, other] = [await begin(), await begin()];
    await endSession(postgres.db, mine, "signed_out", noonPlus(1));
    expect(await isLive(other, noonPlus(2))).toBe(true);
  });
});

describe("the list of a person's sessions", () => {
  test("has the live ones, last used first, and nobody else's", async () => {
    const bob = await insertUser("bob@example.com");
    const [first, second, ended, idle] = [await begin(), await begin(), await begin(), await begin()];
    await begin(bob);
    await touchSession(postgres.db, first, noonPlus(2));
    await touchSession(postgres.db, second, noonPlus(HOUR));
    await touchSession(postgres.db, first, noonPlus(HOUR / 2));
    await endSession(postgres.db, ended, "signed_out", noonPlus(1));
    const listed = await listLiveSessions(postgres.db, userId, limitsAt(noonPlus(HOUR)));
    expect(listed.map(({ id }) => id)).toEqual([second, first]);
    expect(listed.map(({ id }) => id)).not.toContain(idle);
    expect(listed[0]).toEqual({
      id: second,
      authMethod: "password",
      provider: "credentials",
      ip: "203.0.113.7",
      userAgent: "browser",
      createdAt: NOON,
      lastUsedAt: noonPlus(HOUR),
      expiresAt: noonPlus(12 * HOUR),
    });
  });

  test("has none that has expired", async () => {
    const id = await begin();
    await touchSession(postgres.db, id, noonPlus(12 * HOUR - 1));
    expect(await listLiveSessions(postgres.db, userId, limitsAt(noonPlus(12 * HOUR)))).toEqual([]);
  });
});

test("of several sessions read at once each live one is told with its own user, and no other", async () => {
  const other = await insertUser("bob@example.com");
  const [mine, ended, theirs] = [await begin(), await begin(), await begin(other)];
  await endSession(postgres.db, ended, "signed_out", NOON);
  const found = await findLiveSessions(postgres.db, [mine, ended, theirs, newId()], limitsAt(NOON));
  expect([...found].map(([id, row]) => [id, row.id, row.userId]).sort()).toEqual(
    [
      [mine, mine, userId],
      [theirs, theirs, other],
    ].sort(),
  );
});

describe("opening a session", () => {
  const sessionOf = (owner: string) => ({
    id: newId(),
    userId: owner,
    authMethod: "password" as const,
    provider: "credentials",
    ip: null,
    userAgent: null,
    at: NOON,
    expiresAt: noonPlus(HOUR),
  });
  const eventOf = (session: { id: string; userId: string }) => ({
    action: "jwtTokenCreated" as const,
    status: "success" as const,
    actor: { type: "user" as const, id: session.userId },
    sessionId: session.id,
    details: { trigger: "signIn" as const },
  });
  const eventsOf = (id: string) =>
    postgres.db.selectFrom("audit_events").select("action").where("session_id", "=", id).execute();
  const disable = () => postgres.db.updateTable("users").set({ disabled_at: NOON }).where("id", "=", userId).execute();

  test("writes the session and its events, or for a disabled or unknown user neither", async () => {
    const open = sessionOf(userId);
    expect(await openSession(postgres.db, open, [eventOf(open)])).toBe(true);
    expect(await eventsOf(open.id)).toEqual([{ action: "jwtTokenCreated" }]);
    await disable();
    for (const refused of [sessionOf(userId), sessionOf(newId())]) {
      expect(await openSession(postgres.db, refused, [eventOf(refused)])).toBe(false);
      expect(await eventsOf(refused.id)).toEqual([]);
      expect(await postgres.db.selectFrom("sessions").where("id", "=", refused.id).selectAll().execute()).toEqual([]);
    }
  });

  test("makes a disabling wait until its transaction has ended", async () => {
    const order: string[] = [];
    let disabling: Promise<unknown> = Promise.resolve();
    await postgres.db.transaction().execute(async (tx) => {
      expect(await openSession(tx, sessionOf(userId), [])).toBe(true);
      disabling = disable().then(() => order.push("disabled"));
      await vi.waitFor(async () => {
        const { rows } = await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock'
                                     and datname = current_database()`.execute(postgres.db);
        expect(rows).toHaveLength(1);
      });
      order.push("signed in");
    });
    await disabling;
    expect(order).toEqual(["signed in", "disabled"]);
    expect(await openSession(postgres.db, sessionOf(userId), [])).toBe(false);
  });

  test("waits for a disabling that came first, and is refused by it", async () => {
    let opening: Promise<boolean> = Promise.resolve(true);
    await postgres.db.transaction().execute(async (tx) => {
      await tx.updateTable("users").set({ disabled_at: NOON }).where("id", "=", userId).execute();
      opening = openSession(postgres.db, sessionOf(userId), []);
    });
    expect(await opening).toBe(false);
  });
});

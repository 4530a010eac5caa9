/** "It is over" and "nobody can say" are two answers, and reading a session slides its idle time without a write a request. */
import { database } from "@db/connect.server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { endSession, openSession } from "@/auth/session.store.server";
import { SessionEnded, SessionUnavailable } from "@/auth/session-errors";
import { newSessionRead, readSessionRow } from "@/auth/session-read.server";
import { setClock } from "@/platform/clock";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

const NOON = new Date("2026-03-04T12:00:00Z");
let userId: string;
let restoreClock = () => {};

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("SESSION_IDLE_S", "3600");
  env();
  userId = newId();
  await postgres.db.insertInto("users").values({ id: userId, email: "alice@example.com" }).execute();
});
afterAll(() => database().destroy());
beforeEach(() => at(0));
afterEach(() => restoreClock());

/** Sets the clock to so many seconds after noon. */
function at(seconds: number): void {
  restoreClock();
  restoreClock = setClock(() => new Date(NOON.getTime() + seconds * 1000));
}

async function begin(): Promise<string> {
  const id = newId();
  await openSession(
    postgres.db,
    {
      id,
      userId,
      authMethod: "password",
      provider: "credentials",
      ip: null,
      userAgent: null,
      at: NOON,
      expiresAt: new Date(NOON.getTime() + 12 * 3600_000),
    },
    [],
  );
  return id;
}

/** Seconds after noon when the session was last used. */
async function lastUsed(id: string): Promise<number> {
  const row = await postgres.db
    .selectFrom("sessions")
    .select("last_used_at")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return (row.last_used_at.getTime() - NOON.getTime()) / 1000;
}

describe("a live session", () => {
  test("is read, and kept for whoever asked", async () => {
    const id = await begin();
    const read = newSessionRead(false);
    expect(await readSessionRow(read, id)).toMatchObject({ id, userId, email: "alice@example.com" });
    expect(read).toMatchObject({ row: { id }, unavailable: null, mint: null });
  });

  test("is not put off its idle end by a request that is no use of it", async () => {
    const id = await begin();
    at(1800);
    expect(await readSessionRow(newSessionRead(false, false), id)).toMatchObject({ id });
    expect(await lastUsed(id)).toBe(0);
    await readSessionRow(newSessionRead(false), id);
    expect(await lastUsed(id)).toBe(1800);
  });

  test("has its use written at most once a minute", async () => {
    const id = await begin();
    for (const [seconds, written] of [
      [30, 0],
      [60, 0],
      [61, 61],
      [100, 61],
      [121, 61],
      [122, 122],
    ] as const) {
      at(seconds);
      await readSessionRow(newSessionRead(false), id);
      expect(await lastUsed(id)).toBe(written);
    }
  });

  test("that is used every half hour lasts to its end and no longer", async () => {
    const id = await begin();
    for (let seconds = 1800; seconds < 12 * 3600; seconds += 1800) {
      at(seconds);
      expect((await readSessionRow(newSessionRead(false), id)).id).toBe(id);
    }
    at(12 * 3600);
    await expect(readSessionRow(newSessionRead(false), id)).rejects.toBeInstanceOf(SessionEnded);
  });
});

describe("a session that is over", () => {
  test.each(["", "x", "' or true --", "0199c5d2-1111-7abc-8def", "\u0000".repeat(36)])(
    "because %j names none is not even asked for",
    async (sid) => {
      const read = newSessionRead(false);
      await expect(readSessionRow(read, sid)).rejects.toBeInstanceOf(SessionEnded);
      expect(read).toMatchObject({ row: null, unavailable: null });
    },
  );

  test("because it was ended, was idle, or never was, has ended, which is not an outage", async () => {
    const [ended, idle] = [await begin(), await begin()];
    await endSession(postgres.db, ended, "signed_out", NOON);
    at(3600);
    for (const sid of [ended, idle, newId()]) {
      const read = newSessionRead(false);
      await expect(readSessionRow(read, sid)).rejects.toBeInstanceOf(SessionEnded);
      expect(read).toMatchObject({ row: null, unavailable: null });
    }
  });
});

describe("a database that fails", () => {
  test("at the read says that nobody can say, keeps why, and never that the session is over", async () => {
    const id = await begin();
    await postgres.db.schema.alterTable("memberships").renameTo("memberships_away").execute();
    try {
      const read = newSessionRead(false);
      const failure = await readSessionRow(read, id).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(SessionUnavailable);
      expect(failure).not.toBeInstanceOf(SessionEnded);
      expect(failure).toMatchObject({ cause: { code: "42P01" } });
      expect(read.unavailable).toBe(failure);
      expect(read.row).toBeNull();
    } finally {
      await postgres.db.schema.alterTable("memberships_away").renameTo("memberships").execute();
    }
    expect((await readSessionRow(newSessionRead(false), id)).id).toBe(id);
  });
});

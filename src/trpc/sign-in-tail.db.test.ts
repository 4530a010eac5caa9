/** The live list: every row once, whatever the order of commits, for the reader whose it is, and on from where they were. */
import { database } from "@db/connect.server";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { insertEvents } from "@/audit/events.store.server";
import type { SignIn, SignInFilter } from "@/audit/history";
import { sampleRow } from "@/audit/queue/sample-row";
import { endSession, openSession } from "@/auth/session.store.server";
import type { GatebookSession } from "@/auth/session-shape";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { testDatabase } from "@/workbench/test-database";

vi.mock("@/platform/report.server", () => ({ report: vi.fn() }));

const postgres = testDatabase();
const [acme, globex] = [newId(), newId()];

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  env();
  await postgres.db
    .insertInto("organizations")
    .values([acme, globex].map((id) => ({ id, slug: id, name: id })))
    .execute();
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});

async function readerOf(organization: string): Promise<GatebookSession> {
  const id = newId();
  await postgres.db
    .insertInto("users")
    .values({ id, email: `${id}@example.com` })
    .execute();
  await postgres.db
    .insertInto("memberships")
    .values({ user_id: id, organization_id: organization, role: "auditor" })
    .execute();
  const [at, sid] = [new Date(), newId()];
  const expiresAt = new Date(at.getTime() + 3600_000);
  const row = { id: sid, userId: id, authMethod: "password" as const, provider: "credentials", at, expiresAt };
  await openSession(postgres.db, { ...row, ip: null, userAgent: null }, []);
  return {
    sid,
    expires: expiresAt.toISOString(),
    user: { id, email: `${id}@example.com`, name: null, instanceRole: null },
    memberships: [{ organizationId: organization, slug: "x", name: "X", role: "auditor" }],
    authMethod: "password",
    provider: "credentials",
  };
}

type Sent = { place: string; signIn: SignIn };

/** Watches until it is left; `sent` grows meanwhile. Resolves when the stream stands. */
async function watch(session: GatebookSession, filter?: SignInFilter, lastEventId?: string) {
  const leaving = new AbortController();
  const caller = createCallerFactory(appRouter)(
    { session, db: database(), appendHeader: null },
    { signal: leaving.signal },
  );
  const stream = await caller.signIns.tail({ filter, lastEventId });
  const sent: Sent[] = [];
  const over = (async () => {
    for await (const [place, signIn] of stream as AsyncIterable<[string, SignIn, symbol]>) sent.push({ place, signIn });
  })();
  over.catch(() => {});
  return { sent, over, leave: () => leaving.abort(), ids: () => sent.map(({ signIn }) => signIn.id) };
}

const rows = (count: number, organization = acme) =>
  Array.from({ length: count }, () => sampleRow({ organization_id: organization }));
const write = (some: ReturnType<typeof rows>) => insertEvents(postgres.db, some);

/** The stream stands once a row that is written now arrives. */
async function standing(watched: Awaited<ReturnType<typeof watch>>, organization = acme): Promise<void> {
  await vi.waitFor(
    async () => {
      if (watched.sent.length === 0) await write(rows(1, organization));
      expect(watched.sent.length).toBeGreaterThan(0);
    },
    { timeout: 10_000, interval: 300 },
  );
  watched.sent.splice(0);
}

describe("rows as they commit", () => {
  test("come once each, a transaction that commits late included, and those of others not at all", async () => {
    const watched = await watch(await readerOf(acme));
    await standing(watched);
    const [late, soon, others] = [rows(3), rows(40), rows(5, globex)];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = postgres.db.transaction().execute(async (tx) => {
      await insertEvents(tx, late);
      await held;
    });
    await Promise.all(soon.map((row) => write([row])));
    await write(others);
    release();
    await slow;
    const expected = [...late, ...soon].map(({ id }) => id).sort();
    await vi.waitFor(
      () =>
        expect(
          watched
            .ids()
            .filter((id) => expected.includes(id))
            .sort(),
        ).toEqual(expected),
      8000,
    );
    expect(new Set(watched.ids()).size).toBe(watched.sent.length);
    expect(watched.ids().filter((id) => others.some((row) => row.id === id))).toEqual([]);
    watched.leave();
  });

  test("that match the filter", async () => {
    const session = await readerOf(acme);
    const watched = await watch(session, { ip: "203.0.113.0/24" });
    const wanted = sampleRow({ organization_id: acme, ip: "203.0.113.9" });
    const plain = await watch(session);
    await standing(plain);
    await write([sampleRow({ organization_id: acme, ip: "203.0.114.9" }), wanted]);
    await vi.waitFor(() => expect(watched.ids()).toEqual([wanted.id]), 8000);
    watched.leave();
    plain.leave();
  });

  test("go on from where the reader was, in another process too", async () => {
    const session = await readerOf(acme);
    const first = await watch(session);
    await standing(first);
    await write(rows(1));
    await vi.waitFor(() => expect(first.sent.length).toBeGreaterThan(0), 8000);
    const last = first.sent.at(-1)?.place ?? "";
    first.leave();
    await first.over.catch(() => {});
    const missed = rows(1200);
    for (let at = 0; at < missed.length; at += 100) await write(missed.slice(at, at + 100));
    const second = await watch(session, undefined, last);
    await vi.waitFor(() => expect(second.ids().sort()).toEqual(missed.map(({ id }) => id).sort()), 8000);
    second.leave();
  });
});

describe("a stream ends", () => {
  test("when its session has", async () => {
    const session = await readerOf(acme);
    const watched = await watch(session);
    await endSession(postgres.db, session.sid, "signed_out", new Date());
    await expect(watched.over).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("when its reader's role has", async () => {
    const session = await readerOf(acme);
    const watched = await watch(session);
    await sql`update memberships set role = 'member' where user_id = ${session.user.id}`.execute(postgres.db);
    await expect(watched.over).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("at once, when its session has too many of them", async () => {
    const session = await readerOf(acme);
    const watched = await Promise.all(Array.from({ length: 6 }, () => watch(session)));
    const seventh = await watch(session);
    await expect(seventh.over).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
    for (const { leave } of watched) leave();
    await Promise.all(watched.map(({ over }) => over.catch(() => {})));
    const again = await watch(session);
    await standing(again);
    again.leave();
  });
});

test("whoever watches is in the book, with what they asked", async () => {
  const session = await readerOf(acme);
  const watched = await watch(session, { status: "failure" });
  watched.leave();
  const row = await postgres.db
    .selectFrom("audit_events")
    .select("details")
    .where("session_id", "=", session.sid)
    .where("action", "=", "auditQueried")
    .executeTakeFirstOrThrow();
  expect(row.details).toEqual({ procedure: "signIns.tail", filter: '{"filter":{"status":"failure"}}' });
});

/** The session inspector's procedures: what they tell, what they never tell, the live list of events, simulated expiry. */
import { database } from "@db/connect.server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { recordDurably } from "@/audit/record.server";
import { WINDOW_SIZE } from "@/audit/sent-window";
import type { SessionEvent } from "@/audit/session-events.store.server";
import { endSession, findLiveSession, openSession } from "@/auth/session.store.server";
import { sessionLimits } from "@/auth/session-read.server";
import type { GatebookSession } from "@/auth/session-shape";
import { encodeSessionToken } from "@/auth/session-token";
import { type Env, env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { testDatabase } from "@/workbench/test-database";

const sent = vi.hoisted(() => ({ cookies: [] as { name: string; value: string }[] }));
vi.mock("next/headers", () => ({ cookies: async () => ({ getAll: () => sent.cookies }) }));
const settings = vi.hoisted(() => ({ overrides: {} as Partial<Env> }));
vi.mock("@/platform/env", async (importOriginal) => {
  const original = await importOriginal<typeof import("@/platform/env")>();
  return { ...original, env: () => ({ ...original.env(), ...settings.overrides }) };
});

const postgres = testDatabase();
const acme = newId();

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

const AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";
const scope = () => ({ requestId: newId(), ip: "203.0.113.7", userAgent: AGENT, nonce: "n" });

let session: GatebookSession;
beforeEach(async () => {
  settings.overrides = {};
  session = await begin();
  const token = await encodeSessionToken({ sid: session.sid }, env().NEXTAUTH_SECRET, env().SESSION_MAX_AGE_S);
  sent.cookies = [{ name: "gatebook.session", value: token }];
});

async function begin(): Promise<GatebookSession> {
  const user = { id: newId(), email: `${newId()}@example.com`, name: null, instanceRole: null };
  await postgres.db.insertInto("users").values({ id: user.id, email: user.email }).execute();
  const at = new Date();
  const row = { id: newId(), userId: user.id, authMethod: "password" as const, provider: "credentials" };
  const expiresAt = new Date(at.getTime() + 3600_000);
  await openSession(postgres.db, { ...row, ip: "203.0.113.7", userAgent: AGENT, at, expiresAt }, []);
  return {
    sid: row.id,
    expires: expiresAt.toISOString(),
    user,
    memberships: [{ organizationId: acme, slug: "acme", name: "Acme", role: "auditor" }],
    authMethod: "password",
    provider: "credentials",
  };
}

const newCaller = createCallerFactory(appRouter);
function callerOf(of: GatebookSession | null, signal?: AbortSignal) {
  return newCaller({ session: of, db: database(), appendHeader: null }, { signal });
}

/** An event of the session, written in a request of its own. Answers the request's id. */
async function happen(of = session): Promise<string> {
  const { requestId, ...rest } = scope();
  await runInRequestScope({ requestId, ...rest }, () =>
    recordDurably([
      {
        action: "accessDenied",
        status: "failure",
        failureReason: "role_required",
        actor: { type: "user", id: of.user.id },
        sessionId: of.sid,
        details: { procedure: "signIns.list" },
      },
    ]),
  );
  return requestId;
}

describe("session.inspect", () => {
  test("tells where the session comes from, when it ends, what it allows and what its cookie is like", async () => {
    const requestId = await happen();
    const inspection = await callerOf(session).session.inspect();
    const row = await postgres.db
      .selectFrom("sessions")
      .selectAll()
      .where("id", "=", session.sid)
      .executeTakeFirstOrThrow();
    const [cookie] = sent.cookies;
    const bytes = `${cookie?.name}=${cookie?.value}`.length;
    expect(inspection).toMatchObject({
      sid: session.sid,
      user: session.user,
      signIn: {
        at: row.created_at,
        authMethod: "password",
        provider: "credentials",
        secondFactor: null,
        ip: "203.0.113.7",
        device: "Firefox on Linux",
      },
      lifetimes: {
        lastUsedAt: row.last_used_at,
        idleExpiresAt: new Date(row.last_used_at.getTime() + env().SESSION_IDLE_S * 1000),
        absoluteExpiresAt: row.expires_at,
      },
      cookie: {
        name: "gatebook.session",
        httpOnly: true,
        sameSite: "lax",
        secure: false,
        path: "/",
        hostPrefix: false,
        bytes,
        limitBytes: 4096,
        chunks: [{ name: "gatebook.session", bytes }],
      },
      instanceAllows: [],
      memberships: [{ organizationId: acme, role: "auditor", allows: ["read_history"] }],
      events: [{ action: "accessDenied", status: "failure", failureReason: "role_required", requestId }],
      canSimulate: true,
    });
    expect(inspection.claims.map(({ name }) => name)).toEqual(["sid", "iat", "exp", "jti"]);
    const { issuedAt, rotationDueAt, tokenExpiresAt } = inspection.lifetimes;
    expect(Math.abs((issuedAt?.getTime() ?? 0) - Date.now())).toBeLessThan(5000);
    expect((rotationDueAt?.getTime() ?? 0) - (issuedAt?.getTime() ?? 0)).toBe(env().SESSION_ROTATE_S * 1000);
    expect((tokenExpiresAt?.getTime() ?? 0) - (issuedAt?.getTime() ?? 0)).toBe(env().SESSION_MAX_AGE_S * 1000);
  });

  test("never tells the token, nor any part of it", async () => {
    const text = JSON.stringify(await callerOf(session).session.inspect());
    const parts = (sent.cookies[0]?.value ?? "").split(".").filter((part) => part.length > 8);
    expect(parts.length).toBe(4);
    for (const part of parts) expect(text).not.toContain(part);
    expect(text).not.toContain(env().NEXTAUTH_SECRET);
  });

  test("counts the chunks of a cookie that did not fit into one, in their order", async () => {
    const value = sent.cookies[0]?.value ?? "";
    sent.cookies = [
      { name: "gatebook.session.1", value: value.slice(100) },
      { name: "gatebook.session.0", value: value.slice(0, 100) },
      { name: "theme", value: "dark" },
    ];
    const { cookie, claims } = await callerOf(session).session.inspect();
    expect(cookie.chunks).toEqual([
      { name: "gatebook.session.0", bytes: 119 },
      { name: "gatebook.session.1", bytes: value.length - 100 + 19 },
    ]);
    expect(claims).toHaveLength(4);
  });

  test("shows the session's own events, not those of others, the newest hundred", async () => {
    const other = await begin();
    await happen(other);
    for (let count = 0; count < 101; count += 1) await happen();
    const newest = await happen();
    const { events } = await callerOf(session).session.inspect();
    expect(events).toHaveLength(100);
    expect(events[0]?.requestId).toBe(newest);
    expect((await callerOf(other).session.inspect()).events).toHaveLength(1);
  });
});

type Received = Pick<SessionEvent, "id" | "action" | "requestId">;

/** What `tracked` makes: the server's own types show it as the browser gets it. */
type Tracked = readonly [id: string, event: SessionEvent];

async function eventsOf(
  of: GatebookSession,
  input: { requestId?: string; lastEventId?: string },
  signal?: AbortSignal,
) {
  const stream = await callerOf(of, signal).session.events(input);
  return stream[Symbol.asyncIterator]() as unknown as AsyncGenerator<Tracked>;
}

/** Reads from the subscription until it has so many events, and answers with them and the last id. */
async function receive(count: number, input: { requestId?: string; lastEventId?: string } = {}, of = session) {
  const leaving = new AbortController();
  const stream = await eventsOf(of, input, leaving.signal);
  const received: Received[] = [];
  let lastEventId = "";
  for await (const [id, event] of stream) {
    received.push({ id: event.id, action: event.action, requestId: event.requestId });
    lastEventId = id;
    if (received.length === count) break;
  }
  leaving.abort();
  return { received, lastEventId, requestIds: received.map(({ requestId }) => requestId) };
}

describe("session.events", () => {
  test("brings what there is, oldest first, and then each event as it commits", async () => {
    const before = [await happen(), await happen()];
    await happen(await begin());
    const receiving = receive(4);
    const after = [await happen(), await happen()];
    expect((await receiving).requestIds).toEqual([...before, ...after]);
  });

  test("brings an event that commits after younger ones, once", async () => {
    let commit = () => {};
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    const written = Promise.withResolvers<void>();
    const slow = postgres.db.transaction().execute(async (tx) => {
      await tx
        .insertInto("audit_events")
        .values({
          id: newId(),
          occurred_at: new Date(),
          action: "signedOut",
          status: "success",
          actor_type: "user",
          actor_id: session.user.id,
          session_id: session.sid,
        })
        .execute();
      written.resolve();
      await held;
    });
    await written.promise;
    const younger = [await happen(), await happen()];
    const receiving = receive(4);
    setTimeout(commit, 1200);
    await slow;
    const last = await happen();
    const { received } = await receiving;
    expect(received.map(({ action, requestId }) => requestId ?? action)).toEqual([...younger, "signedOut", last]);
  });

  test("goes on where a reader was, with what committed in between, and nothing twice", async () => {
    const first = [await happen(), await happen(), await happen()];
    const { lastEventId, requestIds } = await receive(2);
    expect(requestIds).toEqual(first.slice(0, 2));
    const missed = [await happen(), await happen()];
    const resumed = await receive(3, { lastEventId });
    expect(resumed.requestIds).toEqual([first[2], ...missed]);
    const receiving = receive(1, { lastEventId: resumed.lastEventId });
    const next = await happen();
    expect((await receiving).requestIds).toEqual([next]);
  });

  test("loses and doubles nothing of a burst larger than what it keeps in mind, across a break", async () => {
    const burst = await Promise.all(Array.from({ length: 2 * WINDOW_SIZE }, () => happen()));
    const start = await receive(100);
    const more = await Promise.all(Array.from({ length: 3 * WINDOW_SIZE }, () => happen()));
    const rest = await receive(more.length, { lastEventId: start.lastEventId });
    const all = [...start.requestIds, ...rest.requestIds];
    expect(new Set(all).size).toBe(all.length);
    expect(new Set(rest.requestIds)).toEqual(new Set(more));
    expect(burst).toEqual(expect.arrayContaining(start.requestIds));
  });

  test("brings those of one request alone when asked so", async () => {
    await happen();
    const asked = await happen();
    await happen();
    const receiving = receive(2, { requestId: asked });
    await runInRequestScope({ ...scope(), requestId: asked }, () =>
      recordDurably([
        {
          action: "signedOut",
          status: "success",
          actor: { type: "user", id: session.user.id },
          sessionId: session.sid,
          details: {},
        },
      ]),
    );
    expect((await receiving).received.map(({ action }) => action)).toEqual(["accessDenied", "signedOut"]);
  });

  test("begins anew where the reader's place is not one that it gave out", async () => {
    const there = await happen();
    expect((await receive(1, { lastEventId: "nonsense" })).requestIds).toEqual([there]);
  });

  test.each([
    ["was ended", (sid: string) => endSession(postgres.db, sid, "revoked", new Date())],
    [
      "has expired",
      (sid: string) =>
        postgres.db.updateTable("sessions").set({ expires_at: new Date() }).where("id", "=", sid).execute(),
    ],
  ])("ends with UNAUTHORIZED once the session %s, and brings nothing more", async (_, end) => {
    await happen();
    const stream = await eventsOf(session, {});
    await stream.next();
    await end(session.sid);
    await happen();
    await expect(stream.next()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    expect(await stream.next()).toMatchObject({ done: true });
  });

  test("stops at once when the reader goes away", async () => {
    const leaving = new AbortController();
    const stream = await eventsOf(session, {}, leaving.signal);
    const waiting = stream.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = Date.now();
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    expect(Date.now() - started).toBeLessThan(500);
  });

  test("over HTTP, ends with a code and the request id, and tells nothing else", async () => {
    await happen();
    const requestId = newId();
    const response = await runInRequestScope({ ...scope(), requestId }, () =>
      fetchRequestHandler({
        endpoint: "/api/trpc",
        req: new Request("http://localhost:3000/api/trpc/session.events"),
        router: appRouter,
        createContext: () => ({ session, db: database(), appendHeader: null }),
      }),
    );
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    setTimeout(() => void endSession(postgres.db, session.sid, "signed_out", new Date()), 200);
    const text = await response.text();
    expect(text).toContain('"action":"accessDenied"');
    const [, error = ""] = /event: serialized-error\ndata: (.*)/.exec(text) ?? [];
    expect(JSON.parse(error).json).toMatchObject({
      message: "The session has ended.",
      data: { code: "UNAUTHORIZED", requestId },
    });
  });

  test("is refused without a session", async () => {
    await expect(callerOf(null).session.events({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await expect(callerOf(null).session.inspect()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });
});

describe("session.simulateExpiry", () => {
  const isLive = async ({ sid }: GatebookSession) =>
    (await findLiveSession(postgres.db, sid, sessionLimits())) !== null;
  const rows = ({ sid }: GatebookSession) =>
    postgres.db
      .selectFrom("audit_events")
      .select(["action", "status", "failure_reason", "details", "target_id"])
      .where("session_id", "=", sid)
      .execute();

  test.each(["idle", "absolute"] as const)("%s ends the caller's own session as time would", async (kind) => {
    const other = await begin();
    await callerOf(session).session.simulateExpiry({ kind });
    expect([await isLive(session), await isLive(other)]).toEqual([false, true]);
    const row = await postgres.db
      .selectFrom("sessions")
      .selectAll()
      .where("id", "=", session.sid)
      .executeTakeFirstOrThrow();
    const { at, idleSince } = sessionLimits();
    expect(row.ended_at).toBeNull();
    expect([row.last_used_at <= idleSince, row.expires_at <= at]).toEqual([kind === "idle", kind === "absolute"]);
    expect(await rows(session)).toEqual([
      {
        action: "sessionExpirySimulated",
        status: "success",
        failure_reason: null,
        details: { kind },
        target_id: session.sid,
      },
    ]);
  });

  test("is not there where the inspector is not", async () => {
    settings.overrides = { NODE_ENV: "production" };
    await expect(callerOf(session).session.simulateExpiry({ kind: "idle" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await isLive(session)).toBe(true);
    expect((await callerOf(session).session.inspect()).canSimulate).toBe(false);
    settings.overrides = { NODE_ENV: "production", SESSION_INSPECTOR: "on" };
    await callerOf(session).session.simulateExpiry({ kind: "idle" });
    expect(await isLive(session)).toBe(false);
  });
});

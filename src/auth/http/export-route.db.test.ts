/** `/api/export`: who may take what away, what stands in the book of it, and a file that ends early says so. */
import { createHash } from "node:crypto";
import { database } from "@db/connect.server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { insertEvents } from "@/audit/events.store.server";
import { sampleRow } from "@/audit/queue/sample-row";
import { serveExport } from "@/auth/http/export-route.server";
import { endSession, openSession } from "@/auth/session.store.server";
import type { GatebookSession } from "@/auth/session-shape";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { testDatabase } from "@/workbench/test-database";

const readSession = vi.hoisted(() => vi.fn());
vi.mock("@/auth/session.server", () => ({ readSession }));
vi.mock("@/platform/report.server", () => ({ report: vi.fn() }));

const postgres = testDatabase();
const [acme, globex] = [newId(), newId()];
const MINE = 5000;

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  env();
  await postgres.db
    .insertInto("organizations")
    .values([acme, globex].map((id) => ({ id, slug: id, name: id })))
    .execute();
  const rows = (count: number, organization: string) =>
    Array.from({ length: count }, () => sampleRow({ organization_id: organization }));
  await insertEvents(postgres.db, rows(MINE, acme));
  await insertEvents(postgres.db, rows(10, globex));
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});
beforeEach(() => {
  readSession.mockResolvedValue(null);
});

/** Signs somebody of acme in with a role. */
async function signIn(role: "auditor" | "member"): Promise<{ userId: string; sessionId: string }> {
  const [userId, sessionId, at] = [newId(), newId(), new Date()];
  await postgres.db
    .insertInto("users")
    .values({ id: userId, email: `${userId}@example.com` })
    .execute();
  await postgres.db.insertInto("memberships").values({ user_id: userId, organization_id: acme, role }).execute();
  const expiresAt = new Date(at.getTime() + 3600_000);
  const row = { id: sessionId, userId, authMethod: "password" as const, provider: "credentials", at, expiresAt };
  await openSession(postgres.db, { ...row, ip: null, userAgent: null }, []);
  const session: GatebookSession = {
    sid: sessionId,
    expires: expiresAt.toISOString(),
    user: { id: userId, email: `${userId}@example.com`, name: null, instanceRole: null },
    memberships: [{ organizationId: acme, slug: "acme", name: "Acme", role }],
    authMethod: "password",
    provider: "credentials",
  };
  readSession.mockResolvedValue(session);
  return { userId, sessionId };
}

async function ask(query: string, init: RequestInit = {}): Promise<{ response: Response; requestId: string }> {
  const requestId = newId();
  const request = new Request(`http://localhost:3000/api/export?${query}`, init);
  const scope = { requestId, ip: "203.0.113.7", userAgent: "browser", nonce: "n" };
  return { response: await runInRequestScope(scope, () => serveExport(request)), requestId };
}

const eventsOf = (requestId: string) =>
  postgres.db
    .selectFrom("audit_events")
    .select(["id", "action", "status", "failure_reason", "actor_id", "details"])
    .where("request_id", "=", requestId)
    .execute();

function exportedRow(id: string | null) {
  return vi.waitFor(async () =>
    postgres.db
      .selectFrom("audit_events")
      .selectAll()
      .where("id", "=", id ?? "")
      .executeTakeFirstOrThrow(),
  );
}

describe("an export", () => {
  test.each(["csv", "ndjson", "ocsf"])("as %s has what the caller may see, and stands in the book", async (format) => {
    const { userId } = await signIn("auditor");
    const { response } = await ask(`format=${format}`);
    const body = await response.text();
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="sign-ins-.*\.\w+"$/);
    const lines = body.trimEnd().split(/\r?\n/);
    expect(lines.length).toBe(format === "csv" ? MINE + 1 : MINE);
    const row = await exportedRow(response.headers.get("x-export-id"));
    expect(row).toMatchObject({ action: "auditExported", status: "success", actor_id: userId });
    expect(row.details).toEqual({
      format,
      filter: "{}",
      rows: MINE,
      bytes: Buffer.byteLength(body),
      sha256: createHash("sha256").update(body).digest("hex"),
    });
  });

  test("keeps to the filter of the list", async () => {
    await signIn("auditor");
    const { response } = await ask("format=ndjson&status=failure&authMethod=password,sso&from=2020-01-01");
    const rows = (await response.text())
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { count } = await postgres.db
      .selectFrom("audit_events")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .where("organization_id", "=", acme)
      .where("action", "=", "signedIn")
      .where("status", "=", "failure")
      .executeTakeFirstOrThrow();
    expect(rows.length).toBe(Number(count));
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["failure"]));
  });

  test("that is cancelled stands in the book with how far it got, and goes on from there", async () => {
    await signIn("auditor");
    const whole = await (await ask("format=csv")).response.text();
    const { response } = await ask("format=csv");
    const reader = response.body?.getReader();
    const parts: Uint8Array[] = [];
    for (let n = 0; n < 2; n += 1) parts.push((await reader?.read())?.value ?? new Uint8Array());
    await reader?.cancel();
    const row = await exportedRow(response.headers.get("x-export-id"));
    expect(row).toMatchObject({ status: "failure", failure_reason: "cancelled" });
    const { rows, upTo, sha256 } = row.details as { rows: number; upTo: string; sha256: string };
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(whole.split("\r\n").length - 2);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const rest = await (await ask(`format=csv&cursor=${upTo}`)).response.text();
    const first = whole
      .split("\r\n")
      .slice(0, rows + 1)
      .join("\r\n");
    expect(`${first}\r\n${rest}`).toBe(whole);
  });

  test("breaks off when the session has ended since it was asked for", async () => {
    const { sessionId } = await signIn("auditor");
    await endSession(postgres.db, sessionId, "revoked", new Date());
    const { response } = await ask("format=ndjson");
    await expect(response.text()).rejects.toThrow("session_ended");
    const row = await exportedRow(response.headers.get("x-export-id"));
    expect(row).toMatchObject({ status: "failure", failure_reason: "session_ended", details: { rows: 0 } });
  });
});

describe("is refused, with its row", () => {
  test.each<[string, "auditor" | "member" | null, string, RequestInit, number]>([
    ["no_session", null, "format=csv", {}, 401],
    ["role_required", "member", "format=csv", {}, 403],
    ["cross_site", "auditor", "format=csv", { headers: { "sec-fetch-site": "cross-site" } }, 403],
    ["invalid_input", "auditor", "format=xml", {}, 400],
    ["invalid_input", "auditor", "format=csv&ip=nowhere", {}, 400],
    ["invalid_input", "auditor", "format=csv&nobody=knows", {}, 400],
    ["invalid_input", "auditor", "format=csv&from=yesterday", {}, 400],
    ["invalid_input", "auditor", "format=csv&cursor=nothing", {}, 400],
  ])("%s of %s: %s", async (reason, role, query, init, status) => {
    if (role) await signIn(role);
    const { response, requestId } = await ask(query, init);
    expect([response.status, (await response.json()).error]).toEqual([status, reason]);
    const rows = await eventsOf(requestId);
    expect(rows).toMatchObject([
      { action: "accessDenied", status: "failure", failure_reason: reason, details: { path: "/api/export" } },
    ]);
  });

  test("too_many_exports at once of one session", async () => {
    await signIn("auditor");
    const open = [await ask("format=csv"), await ask("format=ndjson")];
    const third = await ask("format=ocsf");
    expect(third.response.status).toBe(429);
    for (const { response } of open) await response.body?.cancel();
    expect((await ask("format=ocsf")).response.status).toBe(200);
  });
});

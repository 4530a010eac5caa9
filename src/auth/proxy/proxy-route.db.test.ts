/** The whole way of a call: who may make it, with whose token, where it ends up, and what stands in the book of a refusal. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { database } from "@db/connect.server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { sealTokens } from "@/account/provider-tokens";
import { putTokens } from "@/account/provider-tokens.store.server";
import { UNTRUSTED_CONTENT } from "@/auth/proxy/headers";
import { serveProxy } from "@/auth/proxy/proxy-route.server";
import { SessionUnavailable } from "@/auth/session-errors";
import type { GatebookSession } from "@/auth/session-shape";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import type { KeyRing } from "@/platform/key-ring";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { freePort } from "@/workbench/ports";
import { testDatabase } from "@/workbench/test-database";
import { startEchoUpstream } from "@/workbench/upstream";

vi.mock("@/platform/report.server", () => ({ report: () => {} }));
const readSession = vi.hoisted(() => vi.fn());
vi.mock("@/auth/session.server", () => ({ readSession }));

const ORIGIN = "http://localhost:3000";
const TOKEN = "the-access-token";
const postgres = testDatabase();

type Handle = (req: IncomingMessage, res: ServerResponse) => void;
/** What answers in the place of the echo, where a test needs something else. */
let instead: Handle | null = null;
let stops: (() => unknown)[] = [];
let session: GatebookSession;
let requestId: string;

beforeAll(async () => {
  const echo = await freePort();
  const { stop } = await startEchoUpstream({ port: echo });
  // In front of the echo, so that a test may answer otherwise at the same address.
  const front = createServer((req, res) => {
    if (instead) return instead(req, res);
    const url = `http://127.0.0.1:${echo}${req.url}`;
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of req) parts.push(part as Buffer);
      const body = parts.length > 0 ? Buffer.concat(parts) : undefined;
      const headers = Object.entries(req.headers).filter(
        ([name]) => !/^(connection|transfer-encoding|content-length|host)$/.test(name),
      );
      const answer = await fetch(url, { method: req.method ?? "GET", headers: headers as [string, string][], body });
      res.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    })();
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  stops = [stop, () => front.closeAllConnections(), () => front.close()];
  const { port } = front.address() as AddressInfo;
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  vi.stubEnv("GATEBOOK_KEYS", `k1:${Buffer.alloc(32, "0123456789").toString("base64")}`);
  vi.stubEnv("PROXY_UPSTREAM_URL", `http://127.0.0.1:${port}/base`);
  vi.stubEnv("PROXY_MAX_BODY_BYTES", "100000");
  vi.stubEnv("PROXY_TIMEOUT_S", "1");
  env();
});
afterAll(async () => {
  for (const stop of stops) await stop();
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});

beforeEach(async () => {
  requestId = newId();
  const [user, account] = [newId(), newId()];
  await postgres.db
    .insertInto("users")
    .values({ id: user, email: `${user}@acme.test` })
    .execute();
  await postgres.db
    .insertInto("accounts")
    .values({ id: account, user_id: user, provider: "openid", provider_account_id: account })
    .execute();
  const tokens = { accessToken: TOKEN, refreshToken: null, expiresAt: null };
  await putTokens(
    postgres.db,
    account,
    sealTokens(env().GATEBOOK_KEYS as KeyRing, account, tokens),
    "sign_in",
    new Date(),
  );
  session = {
    sid: newId(),
    expires: "2999-01-01T00:00:00.000Z",
    user: { id: user, email: `${user}@acme.test`, name: null, instanceRole: null },
    memberships: [],
    authMethod: "sso",
    provider: "openid",
  };
  readSession.mockReset();
  readSession.mockImplementation(async () => session);
});
afterEach(() => {
  instead = null;
});

function ask(requestLine: string, init: RequestInit & { duplex?: "half" } = {}): Promise<Response> {
  // Next gets another path: see the front door.
  const request = new Request(`${ORIGIN}/api/proxy/upstream`, init);
  const scope = { requestId, ip: "203.0.113.7", userAgent: "browser", nonce: "n", proxied: requestLine };
  return runInRequestScope(scope, () => serveProxy(request));
}
const post = (body: string, headers: Record<string, string> = {}) => ({
  method: "POST",
  body,
  headers: { origin: ORIGIN, "content-length": String(Buffer.byteLength(body)), ...headers },
});
type Echo = {
  method: string;
  path: string;
  query: Record<string, unknown>;
  headers: Record<string, string>;
  body: string;
};
const echoed = async (response: Response) => (await response.json()) as Echo;

const rows = () => postgres.db.selectFrom("audit_events").selectAll().where("request_id", "=", requestId).execute();

describe("a call", () => {
  test("reaches the upstream with its method, path, query and body, and the provider's token", async () => {
    const response = await ask(
      "/api/proxy/a/b%20c/?x=1&x=2",
      post("hello", { "content-type": "text/plain", cookie: "a=1" }),
    );
    expect(response.status).toBe(200);
    const { method, path, query, headers, body } = await echoed(response);
    expect({ method, path, query, body }).toEqual({
      method: "POST",
      path: "/base/a/b%20c/",
      query: { x: ["1", "2"] },
      body: "hello",
    });
    expect(headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      "x-request-id": requestId,
      "content-type": "text/plain",
    });
    expect(Object.keys(headers)).not.toContain("cookie");
    expect(await rows()).toEqual([]);
  });

  test.each(["GET", "OPTIONS", "PUT", "PATCH", "DELETE"])("by %s keeps its method and its status", async (method) => {
    const response = await ask("/api/proxy/x?status=418", { method, headers: { origin: ORIGIN } });
    expect(response.status).toBe(418);
    expect((await echoed(response)).method).toBe(method);
  });

  test("by a program that says nothing of an origin, as no browser does, goes through", async () => {
    const response = await ask("/api/proxy/x", { method: "POST" });
    expect((await echoed(response)).method).toBe("POST");
  });

  test("without a length is streamed with the word that it is chunked", async () => {
    const body = new Blob(["streamed"]).stream();
    const headers = { origin: ORIGIN, "transfer-encoding": "chunked" };
    const response = await ask("/api/proxy/x", { method: "PUT", body, headers, duplex: "half" });
    expect((await echoed(response)).body).toBe("streamed");
  });

  test("by GET that announces a body, which Next takes away, does not have the upstream wait for it", async () => {
    const response = await ask("/api/proxy/x", { headers: { "content-length": "5" } });
    expect([response.status, (await echoed(response)).body]).toEqual([200, ""]);
  });

  test("cannot say what only we may say", async () => {
    const forged = {
      authorization: "Bearer stolen",
      "x-forwarded-for": "10.0.0.1",
      "x-original-url": "/admin",
      forwarded: "for=10.0.0.1",
    };
    const { headers } = await echoed(await ask("/api/proxy/x", { headers: forged }));
    expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(JSON.stringify(headers)).not.toMatch(/stolen|10\.0\.0\.1|admin/);
  });

  test("whose answer is a page cannot make it run on our origin, nor set our cookies", async () => {
    instead = (_, res) =>
      res
        .writeHead(200, {
          "content-type": "text/html",
          "content-security-policy": "default-src * 'unsafe-inline'",
          "set-cookie": "gatebook.session=stolen; Path=/",
          "access-control-allow-origin": "*",
          "strict-transport-security": "max-age=0",
        })
        .end("<script>alert(document.cookie)</script>");
    const { headers } = await ask("/api/proxy/page");
    expect(headers.get("content-security-policy")).toBe(UNTRUSTED_CONTENT);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-type")).toBe("text/html");
    for (const name of ["set-cookie", "access-control-allow-origin", "strict-transport-security"]) {
      expect(headers.has(name)).toBe(false);
    }
  });
});

describe("a redirect of the upstream", () => {
  const redirect = async (status: number, location: string) => {
    instead = (_, res) => res.writeHead(status, { location }).end("elsewhere");
    return ask("/api/proxy/a/b");
  };

  test.each([301, 302, 303, 307, 308])("by %i is handed on, and leads back through the proxy", async (status) => {
    const response = await redirect(status, "../c?d");
    expect([response.status, response.headers.get("location")]).toEqual([status, "/api/proxy/c?d"]);
  });

  test.each(["https://evil.example/", "//evil.example", "/outside-of-base", "/\\evil.example"])(
    "to %j is no answer, and says nothing of where it led",
    async (location) => {
      const response = await redirect(302, location);
      expect(response.status).toBe(502);
      expect(response.headers.has("location")).toBe(false);
      expect(await response.json()).toEqual({ error: "upstream_redirect", requestId });
    },
  );

  test("that is none, but names what was made, is kept or left out", async () => {
    expect((await redirect(201, "/base/made")).headers.get("location")).toBe("/api/proxy/made");
    const outside = await redirect(201, "https://evil.example/");
    expect([outside.status, outside.headers.has("location")]).toEqual([201, false]);
  });
});

describe("a refusal", () => {
  const untouched = () => {
    let calls = 0;
    instead = (_, res) => {
      calls += 1;
      res.end();
    };
    return () => calls;
  };
  const refused = async (status: number, error: string, response: Response) => {
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error, requestId });
    expect(response.headers.get("cache-control")).toBe("no-store");
  };

  test("without a session leaves its row, with the path and not with the query", async () => {
    const calls = untouched();
    readSession.mockResolvedValue(null);
    await refused(401, "no_session", await ask("/api/proxy/a/b?token=hunter2"));
    expect(await rows()).toMatchObject([
      {
        action: "accessDenied",
        status: "failure",
        failure_reason: "no_session",
        actor_type: "anonymous",
        ip: "203.0.113.7",
        details: { path: "/api/proxy/a/b" },
      },
    ]);
    expect(calls()).toBe(0);
  });

  test.each<[string, Record<string, string>]>([
    ["of another origin", { origin: "https://evil.example" }],
    ["of another port", { origin: "http://localhost:3001" }],
    ["of no origin", { origin: "null" }],
    ["that the browser calls cross-site", { origin: ORIGIN, "sec-fetch-site": "cross-site" }],
    ["that the browser calls same-site", { origin: ORIGIN, "sec-fetch-site": "same-site" }],
  ])("of a call that changes something %s", async (_, headers) => {
    const calls = untouched();
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      await refused(403, "cross_site", await ask("/api/proxy/a", { method, headers }));
    }
    expect(calls()).toBe(0);
    expect(await rows()).toMatchObject(
      Array.from({ length: 4 }, () => ({
        action: "accessDenied",
        failure_reason: "cross_site",
        actor_id: session.user.id,
      })),
    );
  });

  test.each([
    "/api/proxy/../auth/session",
    "/api/proxy/%2e%2e/%2e%2e/admin",
    "/api/proxy//evil.example/",
    "/api/proxy/..%2f..%2fadmin",
    "/api/proxy/%252e%252e/admin",
    "/api/proxy/a%00",
    "/api/proxy/a\\b",
  ])("of %j, which could leave the upstream", async (requestLine) => {
    const calls = untouched();
    await refused(400, "bad_path", await ask(requestLine));
    expect(calls()).toBe(0);
    expect(await rows()).toMatchObject([{ action: "accessDenied", failure_reason: "bad_path" }]);
  });

  test("of a session that no provider vouches for", async () => {
    session = { ...session, authMethod: "password", provider: "credentials" };
    await refused(403, "no_provider_token", await ask("/api/proxy/a"));
    expect(await rows()).toMatchObject([{ failure_reason: "no_provider_token", actor_id: session.user.id }]);
  });

  test("of a session whose tokens have ended tells the page at which provider to sign in again", async () => {
    const ended = { expires_at: new Date(0), refresh_dead_at: new Date() };
    await postgres.db.updateTable("provider_tokens").set(ended).execute();
    const response = await ask("/api/proxy/a");
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: "provider_sign_in_required", provider: "openid", requestId });
    expect(await rows()).toEqual([]);
  });

  test("while nobody can say whether there is a session is 503", async () => {
    readSession.mockRejectedValue(new SessionUnavailable({ cause: new Error("connect ECONNREFUSED 10.0.0.7") }));
    const response = await ask("/api/proxy/a");
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await response.text()).not.toContain("10.0.0.7");
  });

  test("of what the front door did not let in as a call", async () => {
    const request = new Request(`${ORIGIN}/api/proxy/a`);
    const scope = { requestId, ip: null, userAgent: null, nonce: "n" };
    expect((await runInRequestScope(scope, () => serveProxy(request))).status).toBe(404);
    expect(readSession).not.toHaveBeenCalled();
  });
});

describe("no answer of the upstream", () => {
  test("to a body that is too large, announced or not", async () => {
    const announced = await ask("/api/proxy/a", post("x".repeat(100_001)));
    expect(announced.status).toBe(413);
    const headers = { origin: ORIGIN, "transfer-encoding": "chunked" };
    const body = new Blob(["x".repeat(100_001)]).stream();
    const counted = await ask("/api/proxy/a", { method: "POST", body, headers, duplex: "half" });
    expect([counted.status, await counted.json()]).toEqual([413, { error: "body_too_large", requestId }]);
  });

  test("in time", async () => {
    instead = () => {};
    const response = await ask("/api/proxy/a");
    expect([response.status, await response.json()]).toEqual([504, { error: "upstream_timeout", requestId }]);
  });

  test("that hangs up", async () => {
    instead = (req) => req.destroy();
    const response = await ask("/api/proxy/a");
    expect([response.status, await response.json()]).toEqual([502, { error: "upstream_unreachable", requestId }]);
  });
});

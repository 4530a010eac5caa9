/** What a provider may answer to a refresh, and what each of it is taken for. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { tokenEndpointOf } from "@/auth/provider-tokens/token-endpoint.server";
import { env } from "@/platform/env";

let server: Server;
let asked: { authorization: string | undefined; body: string } | null = null;
let answer: (response: ServerResponse) => void;
let discoveries = 0;

const json =
  (body: object, status = 200) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

beforeAll(async () => {
  server = createServer(async (request, response) => {
    if (request.url?.startsWith("/.well-known/")) {
      discoveries += 1;
      return json({ issuer, token_endpoint: `${issuer}/token` })(response);
    }
    let body = "";
    for await (const part of request) body += part;
    asked = { authorization: request.headers.authorization, body };
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("OIDC_ISSUER", issuer);
  vi.stubEnv("OIDC_CLIENT_ID", "gatebook");
  vi.stubEnv("OIDC_CLIENT_SECRET", "client secret");
  vi.stubEnv("AUTH0_ISSUER", "http://127.0.0.1:1");
  vi.stubEnv("AUTH0_CLIENT_ID", "a");
  vi.stubEnv("AUTH0_CLIENT_SECRET", "b");
  env();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function refresh() {
  const endpoint = await tokenEndpointOf("openid");
  if (typeof endpoint !== "function") throw new Error(`no endpoint: ${JSON.stringify(endpoint)}`);
  return endpoint("the refresh token");
}

test("the request is that of RFC 6749, with the client's credentials, and discovery is asked once", async () => {
  answer = json({ access_token: "new", token_type: "Bearer", expires_in: 60, refresh_token: "next" });
  const before = Date.now();
  const [first] = await Promise.all([refresh(), refresh(), refresh()]);
  expect(first).toMatchObject({ kind: "fresh", tokens: { accessToken: "new", refreshToken: "next" } });
  const expiresAt = first.kind === "fresh" ? (first.tokens.expiresAt?.getTime() ?? 0) : 0;
  expect(Math.abs(expiresAt - before - 60_000)).toBeLessThan(2000);
  expect(asked?.authorization).toMatch(/^Basic /);
  expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
    grant_type: "refresh_token",
    refresh_token: "the refresh token",
  });
  expect(discoveries).toBe(1);
});

describe("an answer", () => {
  const dead = { kind: "dead", reason: "invalid_grant" };
  const failed = (reason: string) => ({ kind: "failed", reason });

  test.each<[string, (response: ServerResponse) => void, object]>([
    ["invalid_grant", json({ error: "invalid_grant" }, 400), dead],
    ["GitHub's way of saying so", json({ error: "bad_refresh_token" }), dead],
    ["invalid_client", json({ error: "invalid_client" }, 401), failed("client_refused")],
    ["unauthorized_client", json({ error: "unauthorized_client" }, 400), failed("client_refused")],
    ["temporarily_unavailable", json({ error: "temporarily_unavailable" }, 503), failed("provider_error")],
    [
      "invalid_grant in a description",
      json({ error: "server_error", error_description: "invalid_grant" }, 400),
      failed("provider_error"),
    ],
    ["a page", (r) => void r.writeHead(500).end("<h1>invalid_grant</h1>"), failed("provider_error")],
    [
      "broken JSON",
      (r) => void r.writeHead(200, { "content-type": "application/json" }).end("{"),
      failed("provider_error"),
    ],
    ["nothing", (r) => void r.writeHead(200).end(), failed("provider_error")],
    ["no token", json({}), failed("provider_error")],
    ["a token that no header can carry", json({ access_token: "a\r\nb" }), failed("provider_error")],
    ["a token of another kind", json({ access_token: "a", token_type: "DPoP" }), failed("provider_error")],
    ["a connection that is cut", (r) => void r.destroy(), failed("provider_unreachable")],
  ])("of %s", async (_, given, outcome) => {
    answer = given;
    expect(await refresh()).toEqual(outcome);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ["never comes", () => {}],
    [
      "trickles in",
      (response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const timer = setInterval(() => response.write(" "), 200);
        response.on("close", () => clearInterval(timer));
      },
    ],
  ])("that %s is a timeout, before a statement that waits meanwhile would time out", async (_, given) => {
    answer = given;
    const began = Date.now();
    expect(await refresh()).toEqual(failed("provider_timeout"));
    expect(Date.now() - began).toBeLessThan(4500);
  });
});

test("a provider whose discovery fails is away, and is asked again the next time", async () => {
  for (let time = 0; time < 2; time += 1) {
    expect(await tokenEndpointOf("auth0")).toEqual({ kind: "failed", reason: "provider_unreachable" });
  }
});

test("a provider that is not offered has no endpoint", async () => {
  for (const id of ["credentials", "github", "nobody", "__proto__"]) expect(await tokenEndpointOf(id)).toBeNull();
});

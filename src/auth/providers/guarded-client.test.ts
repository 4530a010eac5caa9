/** Which of openid-client's requests go through the guard, on a real server inside that nobody allowed. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { custom, generators, Issuer } from "openid-client";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { throughGuard } from "@/auth/providers/guarded-client.server";
import { env } from "@/platform/env";
import { outboundProblem } from "@/platform/outbound/refusal";

let server: Server;
let port = 0;
let asked: string[] = [];
/** Where the document leads for everything else. */
let inside = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const issuer = `http://localhost:${port}`;
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${inside}/token`,
        userinfo_endpoint: `${inside}/userinfo`,
        jwks_uri: `${inside}/keys`,
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  vi.stubEnv("SSO_ALLOWED_HOSTS", "localhost");
  env();
  inside = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
});

const discover = (host: string) => Issuer.discover(`http://${host}:${port}/.well-known/openid-configuration`);

async function problemOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return "none";
  } catch (error) {
    return outboundProblem(error) ?? error;
  }
}

async function clientOf() {
  const issuer = await discover("localhost");
  return new issuer.Client({ client_id: "a", client_secret: "b", redirect_uris: ["http://localhost/callback"] });
}

test("discovery is guarded", async () => {
  expect(await problemOf(throughGuard(() => discover("127.0.0.1")))).toBe("scheme");
  expect(asked).toEqual([]);
  expect(await problemOf(throughGuard(() => discover("localhost")))).toBe("none");
});

test("so are the endpoints that a document names: tokens, claims and keys", async () => {
  const client = await throughGuard(clientOf);
  asked = [];
  const grant = () => client.grant({ grant_type: "authorization_code", code: "x" });
  const keys = async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: client.issuer.metadata.issuer, aud: "a", sub: "s", iat: now, exp: now + 60 };
    const id_token = `${part({ alg: "RS256", kid: "k" })}.${part(claims)}.${part({})}`;
    const tokens = { id_token };
    // An id token whose key is not known yet.
    await client.callback(
      "http://localhost/callback",
      { ...tokens, state: "s" },
      { state: "s", nonce: generators.nonce() },
    );
  };
  for (const work of [grant, keys, () => client.userinfo("token")]) {
    expect(await problemOf(throughGuard<unknown>(work))).toBe("scheme");
  }
  expect(asked).toEqual([]);
});

test("what asks meanwhile without the guard is not, and neither changes the other's way", async () => {
  // What NextAuth does with the options of every provider, whoever else is on the way.
  custom.setHttpOptionsDefaults({ timeout: 4000 });
  const client = await clientOf();
  const both = await Promise.all([
    problemOf(throughGuard(() => client.userinfo("token"))),
    problemOf(client.userinfo("token")),
    problemOf(throughGuard(() => client.userinfo("token"))),
  ]);
  expect(both).toEqual(["scheme", "none", "scheme"]);
});

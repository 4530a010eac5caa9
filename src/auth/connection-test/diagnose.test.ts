/** A test of a connection, with the local OpenID provider and with providers that have something wrong. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { diagnose, type Subject } from "@/auth/connection-test/diagnose.server";
import type { Check, Step } from "@/auth/connection-test/result";
import { env } from "@/platform/env";
import { type OpenIdProvider, startOpenIdProvider } from "@/workbench/openid-provider";
import { freePort } from "@/workbench/ports";

let provider: OpenIdProvider;
let folder: string;
let server: Server;
let fake: string;
let answer: RequestListener;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatebook-diagnose-"));
  const port = await freePort();
  provider = await startOpenIdProvider({
    port,
    dataDir: folder,
    appOrigin: "http://localhost:3000",
    tokenTtlSeconds: 60,
  });
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  fake = `http://localhost:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("SSO_ALLOWED_HOSTS", "localhost");
  env();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await provider.stop();
  rmSync(folder, { recursive: true });
});

const subject = (change: Partial<Subject> = {}): Subject => ({
  kind: "openid",
  issuer: provider.issuer,
  clientId: provider.clientId,
  clientSecret: provider.clientSecret,
  callbackUrl: "http://localhost:3000/api/auth/callback/openid",
  ...change,
});

async function outcomes(change?: Partial<Subject>): Promise<Record<Step, Check>> {
  const checks = await diagnose(subject(change));
  return Object.fromEntries(checks.map((check) => [check.step, check])) as Record<Step, Check>;
}

const words = (checks: Record<Step, Check>) =>
  Object.values(checks)
    .map(({ outcome, problem }) => problem ?? outcome)
    .join(" ");

const ALL_PASSED = "passed passed passed passed passed passed passed";
const NOT_DISCOVERED = (problem: string) => `${problem} skipped skipped skipped skipped skipped skipped`;

describe("a provider that is as it should be", () => {
  test("passes every step", async () => {
    expect(words(await outcomes())).toBe(ALL_PASSED);
  });

  test("passes as a tenant by its authority host", async () => {
    const callbackUrl = "http://localhost:3000/api/auth/callback/azure-ad";
    expect(words(await outcomes({ kind: "azure-ad", issuer: `${provider.issuer}/contoso/v2.0`, callbackUrl }))).toBe(
      ALL_PASSED,
    );
  });
});

describe("a setting that is wrong", () => {
  test("the secret", async () => {
    const checks = await outcomes({ clientSecret: "another secret" });
    expect(words(checks)).toBe("passed passed passed passed passed client_refused passed");
    expect(checks.secret.found).toBe("invalid_client");
  });

  test("the client id", async () => {
    const checks = await outcomes({ clientId: "nobody" });
    expect(checks.secret.problem).toBe("client_refused");
  });

  test("the callback URL", async () => {
    const callbackUrl = "http://localhost:3000/elsewhere";
    const checks = await outcomes({ callbackUrl });
    expect(checks.callback).toMatchObject({ problem: "callback_refused", expected: callbackUrl });
  });

  test("the issuer", async () => {
    expect(words(await outcomes({ issuer: `${provider.issuer}/nowhere` }))).toBe(NOT_DISCOVERED("not_found"));
    expect(words(await outcomes({ kind: "azure-ad", issuer: `${provider.issuer}/contoso` }))).toBe(
      NOT_DISCOVERED("wrong_tenant"),
    );
  });
});

describe("a provider that", () => {
  const document = (change: object = {}) => ({
    issuer: fake,
    authorization_endpoint: `${fake}/authorize`,
    token_endpoint: `${fake}/token`,
    jwks_uri: `${fake}/keys`,
    ...change,
  });
  const json =
    (value: unknown, date?: string): RequestListener =>
    (_, response) => {
      if (date) response.setHeader("date", date);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(value));
    };

  test.each<[string, () => RequestListener, string]>([
    ["is another one", () => json(document({ issuer: "https://elsewhere.test" })), "issuer_mismatch"],
    ["answers with a page", () => (_, response) => void response.end("<h1>Hello</h1>"), "not_json"],
    ["fails", () => (_, response) => void response.writeHead(502).end(), "bad_status"],
    ["sends us elsewhere", () => (_, r) => void r.writeHead(302, { location: "/" }).end(), "redirected"],
    ["hangs up", () => (request) => void request.socket.destroy(), "unreachable"],
    ["never ends", () => (_, response) => void response.end("x".repeat(2_000_000)), "too_large"],
    ["lacks an endpoint", () => json(document({ token_endpoint: undefined })), "endpoint_missing"],
  ])("%s", async (_, given, problem) => {
    answer = given();
    const checks = Object.values(await outcomes({ issuer: fake }));
    expect(checks.find(({ outcome }) => outcome === "failed")?.problem).toBe(problem);
    // What depends on it is not asked.
    expect(checks.slice(-1)[0]?.outcome).toBe("skipped");
  });

  test("has another time", async () => {
    answer = json(document(), new Date(Date.now() - 120_000).toUTCString());
    expect((await outcomes({ issuer: fake })).clock).toMatchObject({
      problem: "clock_skew",
      found: expect.stringMatching(/^1(18|19|20) s behind$/),
    });
  });

  test("names endpoints inside that nobody allowed", async () => {
    const inside = fake.replace("localhost", "127.0.0.1");
    answer = json(document({ token_endpoint: `${inside}/token`, jwks_uri: `${inside}/keys` }));
    const checks = await outcomes({ issuer: fake });
    expect([checks.keys.problem, checks.secret.problem]).toEqual(["not_https", "not_https"]);
  });

  test.each([
    ["http://idp.example.com", "not_https"],
    ["https://127.0.0.1:9", "not_public"],
    ["https://169.254.169.254", "not_public"],
    ["https://nowhere.invalid", "unknown_host"],
    ["http://localhost:9", "unreachable"],
  ])("is at %s", async (issuer, problem) => {
    expect(words(await outcomes({ issuer }))).toBe(NOT_DISCOVERED(problem));
  });
});

/** The test of a connection as a call: what it keeps, what stands in the book of it, and when it keeps nothing. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { database } from "@db/connect.server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { GatebookSession } from "@/auth/session-shape";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { type OpenIdProvider, startOpenIdProvider } from "@/workbench/openid-provider";
import { freePort } from "@/workbench/ports";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const folder = mkdtempSync(join(tmpdir(), "gatebook-test-connection-"));
const key = randomBytes(32).toString("base64");
let provider: OpenIdProvider;
let root: GatebookSession;
let requestId: string;

beforeAll(async () => {
  provider = await startOpenIdProvider({
    port: await freePort(),
    dataDir: folder,
    appOrigin: "http://localhost:3000",
    tokenTtlSeconds: 60,
  });
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  vi.stubEnv("SSO_CONNECTIONS", "on");
  vi.stubEnv("SSO_ALLOWED_HOSTS", "localhost");
  vi.stubEnv("GATEBOOK_KEYS", `k1:${key}`);
  env();
  const id = newId();
  await postgres.db.insertInto("users").values({ id, email: "root@acme.test", instance_role: "admin" }).execute();
  root = {
    sid: newId(),
    expires: "2999-01-01T00:00:00.000Z",
    user: { id, email: "root@acme.test", name: null, instanceRole: "admin" },
    memberships: [],
    authMethod: "password",
    provider: "credentials",
  };
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
  await provider.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await postgres.db.deleteFrom("sso_connections").execute();
});

const newCaller = createCallerFactory(appRouter);
function connections<T>(work: (of: ReturnType<typeof newCaller>["ssoConnections"]) => Promise<T>): Promise<T> {
  requestId = newId();
  return runInRequestScope({ requestId, ip: null, userAgent: null, nonce: "n" }, () =>
    work(newCaller({ session: root, db: database(), appendHeader: null }).ssoConnections),
  );
}

const add = (clientSecret = provider.clientSecret, issuer = `${provider.issuer}/contoso/v2.0`) =>
  connections((of) =>
    of.create({
      organizationId: null,
      settings: { kind: "openid", name: "Contoso", clientId: provider.clientId, issuer },
      clientSecret,
    }),
  );

const booked = () =>
  postgres.db
    .selectFrom("audit_events")
    .select(["action", "status", "failure_reason", "target_id", "details"])
    .where("request_id", "=", requestId)
    .execute();

test("what is in order is kept with the connection, and stands in the book as a success", async () => {
  const { id } = await add();
  const { checks } = await connections((of) => of.test({ connectionId: id }));
  expect(checks.map(({ outcome }) => outcome)).toEqual(new Array(7).fill("passed"));
  expect(await booked()).toEqual([
    { action: "ssoConnectionTested", status: "success", failure_reason: null, target_id: id, details: {} },
  ]);
  const { testedAt, testResult } = await connections((of) => of.get({ connectionId: id }));
  expect(testedAt).toBeInstanceOf(Date);
  expect(testResult).toEqual({ checked: { at: expect.any(String), checks }, roundTrip: null });
});

test("what is wrong is kept too, and stands in the book as a failure with its step", async () => {
  const { id } = await add("another secret");
  await connections((of) => of.test({ connectionId: id }));
  expect(await booked()).toEqual([
    {
      action: "ssoConnectionTested",
      status: "failure",
      failure_reason: "client_refused",
      target_id: id,
      details: { step: "secret", problem: "client_refused" },
    },
  ]);
  const { testResult } = await connections((of) => of.get({ connectionId: id }));
  expect(testResult?.checked?.checks.find(({ step }) => step === "secret")?.problem).toBe("client_refused");
  expect(JSON.stringify(testResult)).not.toContain("another secret");
});

test("a secret that no key opens is said, and nobody is asked", async () => {
  const { id } = await add();
  await postgres.db.updateTable("sso_connections").set({ client_secret_key: "gone" }).where("id", "=", id).execute();
  const { checks } = await connections((of) => of.test({ connectionId: id }));
  expect(checks.map(({ problem, outcome }) => problem ?? outcome)).toEqual([
    ...new Array(5).fill("skipped"),
    "secret_unreadable",
    "skipped",
  ]);
  expect((await booked())[0]?.failure_reason).toBe("secret_unreadable");
});

describe("while the provider is being asked", () => {
  let server: Server;
  let issuer: string;
  /** What happens before the provider answers that it does not know the address. */
  let meanwhile: () => Promise<unknown>;

  beforeAll(async () => {
    server = createServer(async (_, response) => {
      await meanwhile();
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });

  test("a change of the settings makes what is found say nothing: it is dropped", async () => {
    const { id } = await add("a secret", issuer);
    const updated_at = new Date(Date.now() + 1000);
    meanwhile = () => postgres.db.updateTable("sso_connections").set({ updated_at }).where("id", "=", id).execute();
    await expect(connections((of) => of.test({ connectionId: id }))).rejects.toThrow("changed meanwhile");
    expect(await booked()).toMatchObject([{ status: "failure", failure_reason: "connection_changed" }]);
    expect((await connections((of) => of.get({ connectionId: id }))).testResult).toBeNull();
  });

  test("only so many others are asked too", async () => {
    const { id } = await add("a secret", issuer);
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let asked = 0;
    const three = new Promise<void>((resolve) => {
      meanwhile = () => {
        asked += 1;
        if (asked === 3) resolve();
        return held;
      };
    });
    const under = Array.from({ length: 3 }, () => connections((of) => of.test({ connectionId: id })));
    await three;
    await expect(connections((of) => of.test({ connectionId: id }))).rejects.toThrow("Try again in a few seconds.");
    answer();
    for (const { checks } of await Promise.all(under)) expect(checks[0]?.problem).toBe("not_found");
    await connections((of) => of.test({ connectionId: id }));
  });
});

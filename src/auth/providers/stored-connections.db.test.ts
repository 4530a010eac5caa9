/** Connections of the database as sign-in has them: offered, hidden, refused, and replaced where they cannot be read. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { database } from "@db/connect.server";
import { Issuer } from "openid-client";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openAttempt } from "@/auth/attempt/attempt";
import { providerPermitted } from "@/auth/gates/provider-permitted.server";
import { connectionOf, reloadSignInPolicy, signInPolicy, ssoState } from "@/auth/policy/sign-in-policy.server";
import { tokenEndpointOf } from "@/auth/provider-tokens/token-endpoint.server";
import { asStored } from "@/auth/providers/guarded-client.server";
import { offeredMethods, offeredSsoProviders } from "@/auth/providers/offered.server";
import { ssoProviders } from "@/auth/providers/sso.server";
import { type ConnectionSettings, sealClientSecret, settingsOf } from "@/directory/connections";
import { insertConnection, setEnabled } from "@/directory/connections.store.server";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { KeyRing } from "@/platform/key-ring";
import { testDatabase } from "@/workbench/test-database";

vi.mock("@/platform/report.server", () => ({ report: vi.fn() }));

const postgres = testDatabase();
const AT = new Date("2026-03-04T05:06:07Z");
const acme = newId();
const key = randomBytes(32);

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("SSO_CONNECTIONS", "on");
  vi.stubEnv("SSO_ALLOWED_HOSTS", "127.0.0.1");
  vi.stubEnv("GATEBOOK_KEYS", `k1:${key.toString("base64")}`);
  vi.stubEnv("AZUREAD_CLIENT_ID", "env");
  vi.stubEnv("AZUREAD_CLIENT_SECRET", "env secret");
  vi.stubEnv("AZUREAD_TENANT_ID", "env-tenant");
  env();
  await postgres.db.insertInto("organizations").values({ id: acme, slug: "acme", name: "Acme" }).execute();
});
afterAll(() => database().destroy());
beforeEach(async () => {
  await postgres.db.deleteFrom("sso_connections").execute();
  await reloadSignInPolicy();
});

const azure = settingsOf({
  kind: "azure-ad",
  name: "Stored Entra",
  clientId: "stored",
  tenant: "tenant",
  authorityHost: "http://127.0.0.1:1",
  rolesClaim: "roles",
  roleMapping: {},
});

async function store(
  organizationId: string | null,
  settings: ConnectionSettings = azure,
  ring = new KeyRing([["k1", key]]),
): Promise<string> {
  const id = newId();
  const secret = sealClientSecret(ring, id, "stored secret");
  await insertConnection(postgres.db, { id, organizationId, settings, secret, at: AT });
  await setEnabled(postgres.db, id, AT);
  await reloadSignInPolicy();
  return id;
}

const clientIds = (about?: string) => ssoProviders(about).map(({ id, clientId }) => [id, clientId]);
const permitted = (provider: string) => providerPermitted.check(openAttempt(provider));

test("one of the whole instance is what the button, the gate and NextAuth have in place of the environment's", async () => {
  expect(offeredSsoProviders()).toEqual([{ id: "azure-ad", name: "Microsoft Entra ID" }]);
  const id = await store(null);
  expect(offeredSsoProviders()).toEqual([{ id: "azure-ad", name: "Stored Entra" }]);
  expect(clientIds()).toEqual([["azure-ad", "stored"]]);
  expect(permitted("azure-ad")).toBeNull();
  expect(connectionOf("azure-ad")?.id).toBe(id);
  const [provider] = ssoProviders();
  const claims = { sub: "s", email: "a@b.test", roles: ["staff"] };
  const profile = await provider?.profile(claims, {});
  expect(profile).toMatchObject({ id: "s", emailVerified: true, roles: ["staff"] });
});

test("one of an organization signs its people in and is shown to nobody else", async () => {
  const id = `sso-${await store(acme)}`;
  expect(offeredMethods()).toEqual(["credentials", "token", "azure-ad", id]);
  expect(permitted(id)).toBeNull();
  expect(offeredSsoProviders().map((provider) => provider.id)).toEqual(["azure-ad"]);
  expect(clientIds()).toEqual([["azure-ad", "env"]]);
  expect(clientIds(id)).toEqual([
    ["azure-ad", "env"],
    [id, "stored"],
  ]);
});

test("one that is disabled lets nobody in", async () => {
  const id = await store(acme);
  await setEnabled(postgres.db, id, null);
  await reloadSignInPolicy();
  expect(permitted(`sso-${id}`)).toEqual({ reason: "provider_not_allowed" });
  expect(await tokenEndpointOf(`sso-${id}`)).toBeNull();
});

test("one is asked through the guard, the environment's provider of the same address is not", async () => {
  let connections = 0;
  const server = createServer((_, response) => void response.end("{}")).on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const inside = `http://localhost:${(server.address() as AddressInfo).port}`;
  const id = `sso-${await store(acme, { ...azure, authorityHost: inside })}`;
  expect(await tokenEndpointOf(id)).toEqual({ kind: "failed", reason: "provider_error" });
  const discover = () => Issuer.discover(`${inside}/.well-known/openid-configuration`);
  await expect(asStored(id, discover)).rejects.toThrow("refused by the guard");
  expect(connections).toBe(0);
  await expect(asStored("azure-ad", discover)).resolves.toBeInstanceOf(Issuer);
  expect(connections).toBe(1);
  server.close();
});

test("tokens that one gave are refreshed with its client", async () => {
  const id = await store(acme);
  // Nobody listens at its authority host: it was found, and asked.
  expect(await tokenEndpointOf(`sso-${id}`)).toEqual({ kind: "failed", reason: "provider_unreachable" });
});

describe("one that cannot be read", () => {
  const fallback = { connections: "on", active: 0 };

  test.each([
    ["not_authentic", new KeyRing([["k1", randomBytes(32)]])],
    ["unknown_key", new KeyRing([["k2", key]])],
  ])("(%s) leaves its place to the environment's provider, and health says so", async (reason, ring) => {
    await store(null, azure, ring);
    expect(offeredSsoProviders()).toEqual([{ id: "azure-ad", name: "Microsoft Entra ID" }]);
    expect(clientIds()).toEqual([["azure-ad", "env"]]);
    expect(connectionOf("azure-ad")).toBeNull();
    expect(ssoState()).toEqual({ ...fallback, fallbacks: [{ provider: "azure-ad", reason }] });
  });

  test("because its row says nonsense takes nothing else with it", async () => {
    const broken = await store(acme);
    await postgres.db
      .updateTable("sso_connections")
      .set({ role_mapping: JSON.stringify({ staff: "owner" }) })
      .where("id", "=", broken)
      .execute();
    await store(null);
    expect(clientIds()).toEqual([["azure-ad", "stored"]]);
    expect(permitted(`sso-${broken}`)).toEqual({ reason: "provider_not_allowed" });
    const fallbacks = [{ provider: `sso-${broken}`, reason: "malformed" }];
    expect(ssoState()).toEqual({ connections: "on", active: 1, fallbacks });
  });

  test("is no fallback any more once it is mended or disabled", async () => {
    const id = await store(null, azure, new KeyRing([["k2", key]]));
    await setEnabled(postgres.db, id, null);
    await reloadSignInPolicy();
    expect(ssoState()).toEqual({ ...fallback, fallbacks: [] });
  });
});

test("what organizations ask of their people is there for a decision without any connection", async () => {
  expect((await signInPolicy()).organizations.get(acme)).toMatchObject({ requiredProvider: null, inviteOnly: true });
});

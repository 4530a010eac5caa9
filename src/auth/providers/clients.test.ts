/** Which clients count: those of the environment, and in their place or beside them the connections of the database. */
import { describe, expect, test } from "vitest";
import type { ActiveConnection, SignInPolicy } from "@/auth/policy/policy";
import { ssoClients } from "@/auth/providers/clients";
import { providerIdOf } from "@/directory/connections";
import { parseEnv } from "@/platform/env";

const settings = parseEnv({
  DATABASE_URL: "postgres://localhost/x",
  NEXTAUTH_URL: "http://localhost:3000",
  NEXTAUTH_SECRET: "a secret for tests only, long enough to pass",
  GITHUB_CLIENT_ID: "env",
  GITHUB_CLIENT_SECRET: "env secret",
  AZUREAD_CLIENT_ID: "env",
  AZUREAD_CLIENT_SECRET: "env secret",
  AZUREAD_TENANT_ID: "env-tenant",
});

function connection(facts: Partial<ActiveConnection> & Pick<ActiveConnection, "id" | "kind">): ActiveConnection {
  const plain = { issuer: null, tenant: null, authorityHost: null, rolesClaim: null, roleMapping: {} };
  const whole = { name: "Stored", organizationId: null, clientId: "stored", ...plain, ...facts };
  return { ...whole, providerId: providerIdOf(whole), clientSecret: () => "stored secret" };
}

function policyWith(...connections: ActiveConnection[]): SignInPolicy {
  return {
    connections: new Map(connections.map((one) => [one.providerId, one])),
    unreadable: [],
    organizations: new Map(),
    domains: new Map(),
  };
}

const azure = connection({ id: "c-1", kind: "azure-ad", tenant: "tenant", authorityHost: "https://login.example.com" });

describe("the clients", () => {
  test("are those of the environment while nothing is stored, and while nobody knows whether there is", () => {
    for (const policy of [null, policyWith()]) {
      expect(ssoClients(settings, policy).map(({ id, name, clientId }) => [id, name, clientId])).toEqual([
        ["azure-ad", "Microsoft Entra ID", "env"],
        ["github", "GitHub", "env"],
      ]);
    }
  });

  test("of the whole instance take the place of the environment's of their kind, and of no other", () => {
    const clients = ssoClients(settings, policyWith(azure));
    expect(clients.map(({ id, clientId }) => [id, clientId])).toEqual([
      ["azure-ad", "stored"],
      ["github", "env"],
    ]);
    expect(clients[0]).toMatchObject({
      name: "Stored",
      tenant: "tenant",
      issuer: "https://login.example.com/tenant/v2.0",
      organizationId: null,
    });
    expect(clients[0]?.clientSecret()).toBe("stored secret");
  });

  test("come in where the environment has none of their kind, in the order of the kinds", () => {
    const openid = connection({ id: "c-2", kind: "openid", issuer: "https://id.example.com" });
    const google = connection({ id: "c-3", kind: "google" });
    const clients = ssoClients(settings, policyWith(google, openid));
    expect(clients.map(({ id }) => id)).toEqual(["openid", "azure-ad", "google", "github"]);
    expect(clients.map(({ issuer }) => issuer)).toEqual([
      "https://id.example.com",
      "https://login.microsoftonline.com/env-tenant/v2.0",
      "https://accounts.google.com",
      null,
    ]);
  });

  test("of organizations stand beside all others, under ids of their own, however many there are of a kind", () => {
    const own = ["c-4", "c-5"].map((id) =>
      connection({ id, kind: "azure-ad", tenant: id, organizationId: "o-1", rolesClaim: "groups" }),
    );
    const clients = ssoClients(settings, policyWith(...own));
    expect(clients.map(({ id, organizationId, rolesClaim }) => [id, organizationId, rolesClaim])).toEqual([
      ["azure-ad", null, null],
      ["github", null, null],
      ["sso-c-4", "o-1", "groups"],
      ["sso-c-5", "o-1", "groups"],
    ]);
  });
});

import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  clientSecret,
  connectionSettings,
  issuerOf,
  openClientSecret,
  providerIdOf,
  sealClientSecret,
  settingsOf,
} from "@/directory/connections";
import { KeyRing, UnsealError } from "@/platform/key-ring";

const openid = { kind: "openid", name: "Acme ID", clientId: "gatebook", issuer: "https://id.acme.test/realms/acme" };
const azure = { kind: "azure-ad", name: "Entra", clientId: "gatebook", tenant: "8c0e5b1e-0000-4000-8000-000000000000" };
const github = { kind: "github", name: "GitHub", clientId: "gatebook" };

/** The fields that are not taken, by their paths. */
function problems(settings: object): string[] {
  const parsed = connectionSettings.safeParse(settings);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
}

describe("the settings of a connection", () => {
  test("have null for what their kind does not have, and nothing else", () => {
    const none = { issuer: null, tenant: null, authorityHost: null, rolesClaim: null, roleMapping: {} };
    expect(settingsOf(connectionSettings.parse(github))).toEqual({ ...none, ...github });
    expect(settingsOf(connectionSettings.parse(azure))).toEqual({ ...none, ...azure });
    const roles = { rolesClaim: "groups", roleMapping: { staff: "member", chiefs: "admin" } };
    expect(settingsOf(connectionSettings.parse({ ...openid, ...roles }))).toEqual({ ...none, ...openid, ...roles });
  });

  test("belong to their kind: what another one has is refused, not dropped", () => {
    expect(problems({ ...github, issuer: "https://id.acme.test" })).toHaveLength(1);
    expect(problems({ ...github, rolesClaim: "groups" })).toHaveLength(1);
    expect(problems({ ...openid, tenant: "acme" })).toHaveLength(1);
    expect(problems({ ...azure, issuer: "https://id.acme.test" })).toHaveLength(1);
    expect(problems({ ...openid, issuer: undefined })).toEqual(["issuer"]);
    expect(problems({ ...azure, tenant: undefined })).toEqual(["tenant"]);
    expect(problems({ ...openid, kind: "saml" })).toEqual(["kind"]);
  });

  test.each([
    "https://id.acme.test",
    "https://id.acme.test/",
    "https://id.acme.test:8443/a/b",
    "http://id.internal:3001",
  ])("take the issuer %s", (issuer) => expect(problems({ ...openid, issuer })).toEqual([]));

  test.each([
    "https://user:password@id.acme.test",
    "https://id.acme.test?x=1",
    "https://id.acme.test?",
    "https://id.acme.test#x",
    "https://id.acme.test#",
    "ftp://id.acme.test",
    "javascript:alert(1)",
    "id.acme.test",
    "",
    `https://id.acme.test/${"x".repeat(500)}`,
  ])("do not take the issuer %j", (issuer) => expect(problems({ ...openid, issuer })).toContain("issuer"));

  test("take an authority host as an origin; the public one is none of its own", () => {
    const host = (authorityHost: string) => connectionSettings.safeParse({ ...azure, authorityHost });
    expect(host("https://login.microsoftonline.us/").data).toMatchObject({
      authorityHost: "https://login.microsoftonline.us",
    });
    expect(host("https://login.microsoftonline.com").data).toMatchObject({ authorityHost: null });
    for (const bad of ["https://login.microsoftonline.us/tenant", "login"]) expect(host(bad).success).toBe(false);
  });

  test("take a tenant that is an id or a domain, and nothing that could lead elsewhere", () => {
    for (const tenant of ["acme.onmicrosoft.com", azure.tenant, "common"])
      expect(problems({ ...azure, tenant })).toEqual([]);
    for (const tenant of ["", "a/b", "..", ".acme", "acme?x", "acme#", "a b", "x".repeat(256)])
      expect(problems({ ...azure, tenant })).toEqual(["tenant"]);
  });

  test("of a shared tenant stay where its issuer is known, and take nobody's word for roles", () => {
    const shared = { ...azure, tenant: "Organizations" };
    expect(problems({ ...shared, authorityHost: "https://login.microsoftonline.us" })).toEqual(["authorityHost"]);
    expect(problems({ ...shared, rolesClaim: "roles" })).toEqual(["rolesClaim"]);
  });

  test("never make somebody an owner, and hold only what a row can hold", () => {
    expect(problems({ ...openid, roleMapping: { chiefs: "owner" } })).toEqual(["roleMapping.chiefs"]);
    expect(problems({ ...openid, name: "a\u0000b" })).toEqual(["name"]);
    expect(problems({ ...openid, name: " " })).toEqual(["name"]);
    expect(problems({ ...openid, name: "x".repeat(81) })).toEqual(["name"]);
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`g${index}`, "member"]));
    expect(problems({ ...openid, roleMapping: many })).toEqual(["roleMapping"]);
  });
});

test("a connection of the whole instance has the provider id of its kind, one of an organization its own", () => {
  expect(providerIdOf({ id: "c", kind: "auth0", organizationId: null })).toBe("auth0");
  expect(providerIdOf({ id: "c", kind: "auth0", organizationId: "o" })).toBe("sso-c");
});

test("the issuer of a tenant lies under its authority host", () => {
  const at = (authorityHost: string | null, tenant = "acme") =>
    issuerOf({ kind: "azure-ad", issuer: null, tenant, authorityHost });
  expect(at(null)).toBe("https://login.microsoftonline.com/acme/v2.0");
  expect(at("http://localhost:3001/")).toBe("http://localhost:3001/acme/v2.0");
  expect(issuerOf({ kind: "github", issuer: null, tenant: null, authorityHost: null })).toBeNull();
});

describe("a client secret", () => {
  const ring = new KeyRing([["k1", randomBytes(32)]]);

  test("opens in the row it was sealed for, and in no other", () => {
    const sealed = sealClientSecret(ring, "c-1", "s3cret");
    expect(openClientSecret(ring, "c-1", sealed)).toBe("s3cret");
    expect(() => openClientSecret(ring, "c-2", sealed)).toThrow(UnsealError);
  });

  test("is taken as it is typed, within what a request can carry", () => {
    expect(clientSecret.parse(" a secret~8Q ")).toBe(" a secret~8Q ");
    for (const bad of ["", "a\nb", "a\u0000", "ü", "x".repeat(1001)])
      expect(clientSecret.safeParse(bad).success).toBe(false);
  });
});

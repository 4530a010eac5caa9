/** What each provider is asked for and what its claims are taken for: a subject, and an email only where somebody vouches. */
import type { OAuthConfig } from "next-auth/providers/oauth";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { SsoProfile } from "@/auth/providers/sso.server";

type Claims = Record<string, unknown>;
type Provider = OAuthConfig<Claims>;

afterEach(() => {
  vi.unstubAllGlobals();
});

const ALL = {
  OIDC_ISSUER: "https://idp.example.com/",
  OIDC_CLIENT_ID: "a",
  OIDC_CLIENT_SECRET: "b",
  OIDC_DISPLAY_NAME: "Example ID",
  AZUREAD_CLIENT_ID: "a",
  AZUREAD_CLIENT_SECRET: "b",
  AZUREAD_TENANT_ID: "8c0e5b1e-0000-4000-8000-000000000000",
  AUTH0_ISSUER: "https://example.eu.auth0.com",
  AUTH0_CLIENT_ID: "a",
  AUTH0_CLIENT_SECRET: "b",
  GOOGLE_CLIENT_ID: "a",
  GOOGLE_CLIENT_SECRET: "b",
  GITHUB_CLIENT_ID: "a",
  GITHUB_CLIENT_SECRET: "b",
};

/** The providers of a process with these variables. */
async function load(variables: Record<string, string>) {
  vi.resetModules();
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const { ssoProviders } = await import("@/auth/providers/sso.server");
  const { offeredMethods, offeredSsoProviders } = await import("@/auth/providers/offered.server");
  const providers = ssoProviders() as unknown as Provider[];
  const named = (id: string): Provider => {
    const found = providers.find((provider) => provider.id === id);
    if (!found) throw new Error(`${id} is not there`);
    return found;
  };
  return { providers, named, offeredMethods, offeredSsoProviders };
}

async function profileOf(provider: Provider, claims: Claims): Promise<SsoProfile> {
  return (await provider.profile(claims, {})) as unknown as SsoProfile;
}

describe("the providers", () => {
  test("are those whose settings are there, the same for the page, the gate and NextAuth", async () => {
    const all = await load(ALL);
    const ids = ["openid", "azure-ad", "auth0", "google", "github"];
    expect(all.providers.map(({ id }) => id)).toEqual(ids);
    expect(all.offeredSsoProviders().map(({ id }) => id)).toEqual(ids);
    expect(all.offeredSsoProviders().map(({ name }) => name)).toEqual(all.providers.map(({ name }) => name));
    expect(all.offeredMethods()).toEqual(["credentials", "token", ...ids]);
    const none = await load({
      SMTP_URL: "smtp://mail.internal",
      ...Object.fromEntries(Object.keys(ALL).map((name) => [name, ""])),
    });
    expect(none.providers).toEqual([]);
    expect(none.offeredMethods()).toEqual(["credentials", "token"]);
  });

  test("all use PKCE and state, and a nonce wherever there is an id token", async () => {
    for (const provider of (await load(ALL)).providers) {
      expect(provider.checks).toEqual(provider.id === "github" ? ["pkce", "state"] : ["pkce", "state", "nonce"]);
      expect(provider.idToken === true).toBe(provider.id !== "github");
      expect(provider.allowDangerousEmailAccountLinking).toBeFalsy();
      expect(provider.httpOptions?.timeout).toBeLessThanOrEqual(10_000);
    }
  });

  test("are discovered under their issuer, also where it ends with a slash", async () => {
    const { providers } = await load({ ...ALL, AZUREAD_AUTHORITY_HOST: "https://login.microsoftonline.us/" });
    const suffix = "/.well-known/openid-configuration";
    expect(Object.fromEntries(providers.map(({ id, wellKnown }) => [id, wellKnown]))).toEqual({
      openid: `https://idp.example.com${suffix}`,
      "azure-ad": `https://login.microsoftonline.us/${ALL.AZUREAD_TENANT_ID}/v2.0${suffix}`,
      auth0: `https://example.eu.auth0.com${suffix}`,
      google: `https://accounts.google.com${suffix}`,
      github: undefined,
    });
  });
});

describe("the claims of an id token", () => {
  test("become a subject, an email, a name and whether the provider vouches for the email, and nothing else", async () => {
    const { named } = await load(ALL);
    for (const id of ["openid", "auth0", "google"]) {
      const claims = {
        sub: "s-1",
        email: "a@b.test",
        email_verified: true,
        name: "Alice",
        picture: "x",
        roles: ["admin"],
      };
      expect(await profileOf(named(id), claims)).toEqual({
        id: "s-1",
        email: "a@b.test",
        emailVerified: true,
        name: "Alice",
        roles: [],
      });
    }
  });

  test.each([
    [true, true],
    ["true", true],
    [1, true],
    ["1", true],
    [false, false],
    ["false", false],
    ["TRUE", false],
    ["yes", false],
    [0, false],
    [2, false],
    [null, false],
    [undefined, false],
    [[true], false],
    [{}, false],
  ])("with email_verified %j vouch for it: %s", async (claim, vouches) => {
    const { named } = await load(ALL);
    for (const id of ["openid", "auth0", "google"]) {
      const profile = await profileOf(named(id), { sub: "s", email: "a@b.test", email_verified: claim });
      expect(profile.emailVerified).toBe(vouches);
    }
  });

  test.each([
    [{ sub: undefined }, { id: "" }],
    [{ sub: "" }, { id: "" }],
    [{ sub: 7 }, { id: "" }],
    [{ sub: ["s"] }, { id: "" }],
    [{ sub: "s".repeat(256) }, { id: "" }],
    [{ sub: "s".repeat(255) }, { id: "s".repeat(255) }],
    [{ email: undefined }, { email: null }],
    [{ email: ["a@b.test"] }, { email: null }],
    [{ email: "" }, { email: null }],
    [{ email: "a".repeat(321) }, { email: null }],
    [{ name: { first: "A" } }, { name: null }],
    [{ name: "n".repeat(201) }, { name: null }],
  ])("%j are read as %j: no subject, no identity", async (claims, expected) => {
    const { named } = await load(ALL);
    expect(await profileOf(named("openid"), { sub: "s", email: "a@b.test", ...claims })).toMatchObject(expected);
  });
});

describe("an address that is folded to another spelling", () => {
  test.each([
    "ＣＥＯ@victim.test",
    "ceo@ｖictim.test",
    "ﬁona@victim.test",
    "ceo＠victim.test",
    "ce\u200Bo@victim.test",
  ])("%j is vouched for by nobody: the provider has looked at another mailbox", async (email) => {
    const { named } = await load(ALL);
    for (const id of ["openid", "azure-ad", "auth0", "google"]) {
      const profile = await profileOf(named(id), { sub: "s", email, email_verified: true });
      expect(profile).toMatchObject({ email, emailVerified: false });
    }
  });

  test("is not one that differs in case alone", async () => {
    const { named } = await load(ALL);
    const claims = { sub: "s", email: "CEO@Victim.test", email_verified: true };
    expect((await profileOf(named("openid"), claims)).emailVerified).toBe(true);
  });
});

describe("a refresh token", () => {
  const parameters = (provider: Provider) => {
    const { authorization } = provider;
    return typeof authorization === "object" ? authorization.params : undefined;
  };
  const asked = async (variables: Record<string, string>) => {
    const { providers } = await load({ ...ALL, ...variables });
    return Object.fromEntries(providers.map((provider) => [provider.id, parameters(provider)]));
  };

  test("is asked for where it can be stored, in each provider's own way", async () => {
    const keys = `k1:${Buffer.alloc(32, "0123456789").toString("base64")}`;
    const openid = { scope: "openid email profile offline_access" };
    expect(await asked({ GATEBOOK_KEYS: keys })).toEqual({
      openid,
      "azure-ad": openid,
      auth0: openid,
      google: { scope: "openid email profile", access_type: "offline" },
      github: { scope: "read:user user:email" },
    });
  });

  test("is not asked for where it would only lie about", async () => {
    const without = await asked({ GATEBOOK_KEYS: "" });
    expect(JSON.stringify(without)).not.toContain("offline");
  });
});

describe("Microsoft Entra ID, which sends no email_verified,", () => {
  const claims = { sub: "s", email: "ceo@victim.test" };
  const verified = async (tenant: string, extra: Claims = {}) => {
    const { named } = await load({ ...ALL, AZUREAD_TENANT_ID: tenant });
    return (await profileOf(named("azure-ad"), { ...claims, ...extra })).emailVerified;
  };

  test("is trusted for the addresses of a tenant of one's own", async () => {
    expect(await verified(ALL.AZUREAD_TENANT_ID)).toBe(true);
  });

  test.each(["common", "organizations", "consumers"])(
    "is not trusted for those of the shared tenant %s, where anyone may type any address",
    async (tenant) => {
      expect(await verified(tenant)).toBe(false);
      expect(await verified(tenant, { xms_edov: false })).toBe(false);
      expect(await verified(tenant, { xms_edov: true })).toBe(true);
      expect(await verified(tenant, { xms_edov: "1" })).toBe(true);
    },
  );

  test("takes the email claim alone, never the user name that looks like one", async () => {
    const { named } = await load(ALL);
    const profile = await profileOf(named("azure-ad"), {
      sub: "s",
      preferred_username: "ceo@victim.test",
      upn: "x@y.test",
    });
    expect(profile.email).toBeNull();
  });
});

describe("GitHub, which has no id token,", () => {
  async function userFrom(user: object, emails: unknown, status = 200) {
    const { named } = await load(ALL);
    const github = named("github");
    const request = typeof github.userinfo === "object" ? github.userinfo.request : undefined;
    vi.stubGlobal("fetch", async () => Response.json(emails, { status }));
    const context = { client: { userinfo: async () => user }, tokens: { access_token: "t" }, provider: github };
    const claims = await request?.(context as unknown as Parameters<NonNullable<typeof request>>[0]);
    return profileOf(github, claims as Claims);
  }
  const mail = (email: string, primary: boolean, verified: boolean) => ({ email, primary, verified });

  test("is asked for the primary address and whether it is verified", async () => {
    const emails = [mail("old@b.test", false, true), mail("a@b.test", true, true)];
    expect(await userFrom({ id: 7, name: "Alice", email: "public@b.test" }, emails)).toEqual({
      id: "7",
      email: "a@b.test",
      emailVerified: true,
      name: "Alice",
      roles: [],
    });
  });

  test("does not have its unverified primary address made good by another verified one", async () => {
    const emails = [mail("mine@b.test", false, true), mail("ceo@victim.test", true, false)];
    expect(await userFrom({ id: 7 }, emails)).toMatchObject({ email: "ceo@victim.test", emailVerified: false });
  });

  test("has no address when it refuses to list them, and no identity without an id", async () => {
    expect(await userFrom({ id: 7 }, { message: "forbidden" }, 403)).toMatchObject({
      email: null,
      emailVerified: false,
    });
    expect((await userFrom({ login: "alice" }, [])).id).toBe("");
  });
});

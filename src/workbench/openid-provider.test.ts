/** The provider as a client and a browser without JavaScript meet it: real HTTP, cookies, PKCE and tokens. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameOf, subjectOf } from "./openid-accounts";
import { type OpenIdProvider, startOpenIdProvider } from "./openid-provider";
import { freePort } from "./ports";
import { TestBrowser } from "./test-browser";

const APP = "http://localhost:3999";
const dataDir = mkdtempSync(join(tmpdir(), "gatebook-openid-"));
let port: number;
let provider: OpenIdProvider;

const start = () => startOpenIdProvider({ port, dataDir, appOrigin: APP, tokenTtlSeconds: 120 });

beforeAll(async () => {
  port = await freePort();
  provider = await start();
});
afterAll(async () => {
  await provider.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const verifier = randomBytes(32).toString("base64url");

function authorization(redirect = "openid", parameters: Record<string, string> = {}, issuer = provider.issuer): URL {
  const url = new URL(`${issuer}/auth`);
  const all = {
    client_id: provider.clientId,
    redirect_uri: `${APP}/api/auth/callback/${redirect}`,
    response_type: "code",
    scope: "openid email profile",
    state: "state-1",
    nonce: "nonce-1",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...parameters,
  };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return url;
}

type Tokens = { access_token: string; refresh_token: string; id_token: string; expires_in: number; error?: string };

async function token(fields: Record<string, string>, issuer = provider.issuer): Promise<Tokens> {
  const response = await fetch(`${issuer}/token`, {
    method: "POST",
    // No connection outlives the restart of the provider.
    headers: { authorization: `Basic ${btoa(`${provider.clientId}:${provider.clientSecret}`)}`, connection: "close" },
    body: new URLSearchParams(fields),
  });
  return (await response.json()) as Tokens;
}

function exchange(code: string | null, redirect = "openid", issuer = provider.issuer): Promise<Tokens> {
  const redirect_uri = `${APP}/api/auth/callback/${redirect}`;
  return token({ grant_type: "authorization_code", code: code ?? "", code_verifier: verifier, redirect_uri }, issuer);
}

/** Signs in with what is typed into the form. */
async function signIn(fields: Record<string, string>, issuer = provider.issuer): Promise<Tokens> {
  const back = await new TestBrowser(APP).answer(authorization("openid", {}, issuer), { action: "sign-in", ...fields });
  return exchange(back.get("code"), "openid", issuer);
}

function claims(idToken: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}

async function stats(): Promise<Record<string, number>> {
  return (await fetch(`${provider.issuer}/stats`, { headers: { connection: "close" } })).json() as Promise<
    Record<string, number>
  >;
}

describe("signing in at the provider", () => {
  test("gives the typed email as a verified one, in the id token too", async () => {
    const back = await new TestBrowser(APP).answer(authorization(), {
      action: "sign-in",
      email: " Ada.Lovelace@Acme.test",
    });
    expect(back.get("state")).toBe("state-1");
    const tokens = await exchange(back.get("code"));
    expect(tokens.expires_in).toBe(120);
    expect(claims(tokens.id_token)).toMatchObject({
      iss: provider.issuer,
      aud: "gatebook",
      sub: subjectOf("ada.lovelace@acme.test"),
      nonce: "nonce-1",
      email: "ada.lovelace@acme.test",
      email_verified: true,
      name: "Ada Lovelace",
    });
    const userinfo = await fetch(`${provider.issuer}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await userinfo.json()).toMatchObject({ email: "ada.lovelace@acme.test" });
  });

  test("asks every time, and the same browser may be someone else", async () => {
    const browser = new TestBrowser(APP);
    for (const email of ["first@acme.test", "second@acme.test", "first@acme.test"]) {
      const back = await browser.answer(authorization(), { action: "sign-in", email });
      expect(claims((await exchange(back.get("code"))).id_token).sub).toBe(subjectOf(email));
    }
  });

  test("says what is wrong with a text that is no email, and stays", async () => {
    const back = await new TestBrowser(APP).answer(authorization(), { action: "sign-in", email: "nobody" });
    expect(back.get("stayed")).toBe("422");
  });

  test("by Cancel sends access_denied", async () => {
    const back = await new TestBrowser(APP).answer(authorization(), { action: "cancel" });
    expect(back.get("error")).toBe("access_denied");
    expect(back.get("state")).toBe("state-1");
  });

  test("serves callbacks of connections made later, and no other place", async () => {
    const later = await new TestBrowser(APP).answer(authorization("sso-0199"), {
      action: "sign-in",
      email: "a@acme.test",
    });
    expect((await exchange(later.get("code"), "sso-0199")).id_token).toBeTruthy();
    for (const place of ["openid/../../evil", "openid?x=1", ""]) {
      expect((await new TestBrowser(APP).go(authorization(place).href)).status).toBe(400);
    }
    expect((await new TestBrowser(APP).go(authorization("", { redirect_uri: "http://evil.test/" }).href)).status).toBe(
      400,
    );
  });

  test("without PKCE is refused", async () => {
    const request = authorization();
    request.searchParams.delete("code_challenge");
    request.searchParams.delete("code_challenge_method");
    const refused = await new TestBrowser(APP).go(request.href);
    expect(refused.headers.get("location")).toContain("error=invalid_request");
  });
});

describe("a person may say more of themselves:", () => {
  const email = "ada@acme.test";

  test("roles and groups, with commas between them, in the id token and at userinfo", async () => {
    const tokens = await signIn({ email, roles: " Gatebook.Admin, reader,,", groups: "engineering" });
    const expected = { roles: ["Gatebook.Admin", "reader"], groups: ["engineering"] };
    expect(claims(tokens.id_token)).toMatchObject(expected);
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    expect(await (await fetch(`${provider.issuer}/me`, { headers })).json()).toMatchObject(expected);
    const later = claims((await signIn({ email })).id_token);
    expect([later.roles, later.groups]).toEqual([undefined, undefined]);
  });

  test("that the address is not verified, or nothing of it", async () => {
    expect(claims((await signIn({ email, email_claim: "unverified" })).id_token)).toMatchObject({
      email,
      email_verified: false,
    });
    const none = claims((await signIn({ email, email_claim: "missing" })).id_token);
    expect([none.sub, none.email, none.email_verified]).toEqual([subjectOf(email), undefined, undefined]);
  });

  test("a subject that stays theirs when the address changes", async () => {
    for (const typed of [email, "ada.byron@acme.test"]) {
      const found = claims((await signIn({ email: typed, subject: " ada-1815 " })).id_token);
      expect([found.sub, found.email]).toEqual(["ada-1815", typed]);
    }
  });
});

describe("a tenant", () => {
  const email = "ada@acme.test";
  const issuerOf = (tenant: string) => `${provider.issuer}/${tenant}/v2.0`;

  test("is an issuer of its own, from the discovery to the keys", async () => {
    const issuer = issuerOf("contoso");
    const discovered = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    expect(discovered).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/me`,
      jwks_uri: `${issuer}/jwks`,
    });
    expect((await (await fetch(discovered.jwks_uri)).json()).keys).toHaveLength(1);
  });

  test("signs in as it, by another subject than the next tenant's, and answers its own tokens only", async () => {
    const tokens = await signIn({ email }, issuerOf("contoso"));
    const own = claims(tokens.id_token);
    expect(own).toMatchObject({ iss: issuerOf("contoso"), aud: "gatebook", email, email_verified: true });
    const subjects = [own.sub, subjectOf(email), claims((await signIn({ email }, issuerOf("fabrikam"))).id_token).sub];
    expect(new Set(subjects).size).toBe(3);
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    expect((await fetch(`${issuerOf("contoso")}/me`, { headers })).status).toBe(200);
    expect((await fetch(`${issuerOf("fabrikam")}/me`, { headers })).status).toBe(401);
  });

  test("shows its name on its page", async () => {
    const page = await new TestBrowser(APP).go(authorization("openid", {}, issuerOf("contoso")).href);
    expect(page.url).toContain(`${issuerOf("contoso")}/interaction/`);
    expect(await page.text()).toContain("<h1>Acme OpenID: contoso</h1>");
  });

  test("has a name that is one, and lies under v2.0", async () => {
    for (const path of ["/-x/v2.0", "/a_b/v2.0", "/contoso/v1.0", `/${"x".repeat(65)}/v2.0`]) {
      const answer = await fetch(`${provider.issuer}${path}/.well-known/openid-configuration`);
      expect(answer.status).toBe(404);
    }
  });
});

describe("a tenant that is to do wrong", () => {
  const order = (body: unknown) =>
    fetch(`${provider.issuer}/faults`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { connection: "close" },
    });

  test("does so until it is told otherwise, and no other tenant does", async () => {
    const [wrong, right] = [`${provider.issuer}/wrong/v2.0`, `${provider.issuer}/right/v2.0`];
    const audience = async (issuer: string) => claims((await signIn({ email: "a@acme.test" }, issuer)).id_token).aud;
    expect((await order({ tenant: "wrong", fault: "wrong_audience" })).status).toBe(200);
    expect([await audience(wrong), await audience(right)]).toEqual(["somebody-elses-client", "gatebook"]);
    await order({ tenant: "wrong", fault: null });
    expect(await audience(wrong)).toBe("gatebook");
  });

  test("is told in no other words", async () => {
    for (const body of [{ tenant: "", fault: "down" }, { tenant: "a", fault: "off" }, { fault: null }, "down"]) {
      expect((await order(body)).status).toBe(400);
    }
  });
});

test("its client id and secret lie in a file of the data folder, which its first page names", async () => {
  const file = join(dataDir, "openid-client.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
  });
  const page = await (await fetch(`${provider.issuer}/`)).text();
  expect(page).toContain(file);
  expect(page).not.toContain(provider.clientSecret);
});

test("a refresh token works once, counts in the statistics, and outlives a restart", async () => {
  const before = await stats();
  const back = await new TestBrowser(APP).answer(authorization(), { action: "sign-in", email: "refresh@acme.test" });
  const first = await exchange(back.get("code"));
  await provider.stop();
  provider = await start();
  const second = await token({ grant_type: "refresh_token", refresh_token: first.refresh_token });
  expect(claims(second.id_token).email).toBe("refresh@acme.test");
  expect(second.refresh_token).not.toBe(first.refresh_token);
  const again = await token({ grant_type: "refresh_token", refresh_token: first.refresh_token });
  expect(again.error).toBe("invalid_grant");
  expect(before.authorization_code).toBeGreaterThan(0);
  // Counted since the start of the provider, which was a moment ago.
  expect(await stats()).toEqual({ authorization_code: 0, refresh_token: 1 });
});

test("an email becomes a name that one could read out", () => {
  expect(nameOf("ada.lovelace@acme.test")).toBe("Ada Lovelace");
  expect(nameOf("..@acme.test")).toBe("..@acme.test");
});

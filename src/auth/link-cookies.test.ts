/** What began as a link can never end as a sign-in, nor the other way round: their cookies have other names, and other keys. */
import { decode, encode } from "next-auth/jwt";
import { expect, test } from "vitest";
import { cookieNames, nextAuthCookies, sanitizeCookieHeader } from "@/auth/cookies";

const SECRET = "a secret for tests only, long enough to pass";
const ORIGIN = "https://id.example.com";

test.each([false, true])("no cookie of the one is one of the other (https: %s)", (secure) => {
  const namesOf = (purpose: "sign_in" | "link") => {
    const { state, pkceCodeVerifier, nonce } = nextAuthCookies(secure, purpose);
    return [state, pkceCodeVerifier, nonce].map((cookie) => cookie?.name ?? "");
  };
  const [signIn, link] = [namesOf("sign_in"), namesOf("link")];
  expect(new Set([...signIn, ...link]).size).toBe(6);
  const { sessionToken, csrfToken } = nextAuthCookies(secure, "link");
  expect([sessionToken?.name, csrfToken?.name]).toEqual([cookieNames(secure).session, cookieNames(secure).csrf]);
});

test("a state that is renamed does not open: NextAuth derives its key from the name", async () => {
  const [names, token] = [cookieNames(true), { value: "state", provider: "openid" }];
  const state = await encode({ token, secret: SECRET, salt: names.linkState });
  expect(await decode({ token: state, secret: SECRET, salt: names.linkState })).toMatchObject(token);
  await expect(decode({ token: state, secret: SECRET, salt: names.state })).rejects.toThrow();
});

test("of what a browser sends under the names of sealed cookies, only what has their form passes", () => {
  const names = cookieNames(true);
  const sealed = [names.link, names.linkState, names.linkPkce, names.linkNonce, names.linkOffer];
  const header = sealed.map((name) => `${name}=not-sealed`).join("; ");
  expect(sanitizeCookieHeader(header, names, ORIGIN)).toBe("");
  const wellFormed = sealed.map((name) => `${name}=a.b.c.d.e`).join("; ");
  expect(sanitizeCookieHeader(wellFormed, names, ORIGIN)).toBe(wellFormed);
});

/** What a provider may say of itself, and what each of it is taken for. */
import { describe, expect, test } from "vitest";
import {
  judgeClock,
  judgeEndpoints,
  judgeIssuer,
  judgeKeys,
  problemOfStatus,
  readDocument,
} from "@/auth/connection-test/discovery";

const ENTRA = "https://login.microsoftonline.com";
const ID = "8c0e5b1e-0000-4000-8000-000000000000";
const OTHER_ID = "11111111-2222-4333-8444-555555555555";

describe("the issuer", () => {
  test.each([
    ["openid", "https://idp.example.com", "https://idp.example.com", undefined],
    ["auth0", "https://acme.eu.auth0.com", "https://acme.eu.auth0.com/", undefined],
    ["openid", "https://idp.example.com", "https://idp.example.com/realms/a", "issuer_mismatch"],
    ["openid", "https://idp.example.com", "https://IDP.example.com", "issuer_mismatch"],
    ["openid", "https://idp.example.com", undefined, "issuer_mismatch"],
    ["azure-ad", `${ENTRA}/${ID}/v2.0`, `${ENTRA}/${ID}/v2.0`, undefined],
    ["azure-ad", `${ENTRA}/${ID}/v2.0`, `${ENTRA}/${OTHER_ID}/v2.0`, "wrong_tenant"],
    // Asked for by its domain, a tenant answers with its id; a shared one leaves it open.
    ["azure-ad", `${ENTRA}/acme.example/v2.0`, `${ENTRA}/${ID}/v2.0`, undefined],
    ["azure-ad", `${ENTRA}/common/v2.0`, `${ENTRA}/{tenantid}/v2.0`, undefined],
    ["azure-ad", `${ENTRA}/acme.example/v2.0`, `https://elsewhere.example/${ID}/v2.0`, "wrong_tenant"],
    ["azure-ad", `${ENTRA}/acme.example/v2.0`, "nonsense", "wrong_tenant"],
    ["openid", "https://idp.example.com/common/v2.0", "https://idp.example.com/{tenantid}/v2.0", "issuer_mismatch"],
  ])("of %s %s that calls itself %s: %s", (kind, issuer, found, problem) => {
    const check = judgeIssuer({ issuer: found }, { kind, issuer });
    expect(check.problem).toBe(problem);
    if (problem) expect(check).toMatchObject({ outcome: "failed", expected: issuer, found: found ?? "" });
  });
});

describe("the document", () => {
  const whole = {
    authorization_endpoint: "https://a.example/authorize",
    token_endpoint: "https://a.example/token",
    jwks_uri: "https://a.example/keys",
  };

  test("names what a sign-in asks, and signs as we verify", () => {
    expect(judgeEndpoints(whole).outcome).toBe("passed");
    expect(judgeEndpoints({ ...whole, token_endpoint: undefined, jwks_uri: "keys" })).toMatchObject({
      problem: "endpoint_missing",
      expected: "token_endpoint, jwks_uri",
    });
    expect(judgeEndpoints({ ...whole, id_token_signing_alg_values_supported: ["ES256"] })).toMatchObject({
      problem: "alg_unsupported",
      found: "ES256",
    });
  });

  test.each([["<h1>Sign in</h1>"], ["[]"], ["null"], ['{"issuer":7}'], [""]])("is not %j", (body) => {
    expect(readDocument(body)).toBeNull();
  });

  test("that is not there is a wrong tenant to Entra, and a wrong address to others", () => {
    const asked = { kind: "openid", issuer: "https://a.example" };
    expect(problemOfStatus(404, asked)).toBe("not_found");
    expect(problemOfStatus(400, asked)).toBe("bad_status");
    expect(problemOfStatus(400, { ...asked, kind: "azure-ad" })).toBe("wrong_tenant");
    expect(problemOfStatus(502, { ...asked, kind: "azure-ad" })).toBe("bad_status");
  });
});

test.each([
  [{ keys: [{ kty: "RSA", use: "sig" }] }, undefined],
  [{ keys: [{ kty: "RSA" }, { kty: "EC" }] }, undefined],
  [{ keys: [{ kty: "RSA", use: "enc" }] }, "no_keys"],
  [{ keys: [{ kty: "EC" }] }, "no_keys"],
  [{ keys: [] }, "no_keys"],
  [{}, "not_json"],
])("the keys %j: %s", (keys, problem) => expect(judgeKeys(JSON.stringify(keys)).problem).toBe(problem));

describe("the clock", () => {
  const now = Date.parse("2026-03-04T14:05:09.500Z");
  const at = (seconds: number) => new Date(now + seconds * 1000).toUTCString();

  test.each([
    [0, undefined],
    [-14, undefined],
    [14, undefined],
    [-60, "59 s behind"],
    [300, "299 s ahead of"],
  ])("that is %i s from ours", (seconds, found) => {
    const check = judgeClock(at(seconds), now - 200, now + 200);
    expect(check.found).toBe(found);
    expect(check.problem).toBe(found ? "clock_skew" : undefined);
  });

  test("that nobody tells is not judged, and a slow answer is no skew", () => {
    expect(judgeClock(undefined, now, now).outcome).toBe("skipped");
    expect(judgeClock("yesterday", now, now).outcome).toBe("skipped");
    expect(judgeClock(at(0), now - 60_000, now).outcome).toBe("passed");
    expect(judgeClock(at(0), now, now + 60_000).outcome).toBe("passed");
  });
});

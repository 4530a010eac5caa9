/** The headers that keep a page from running, framing or leaking what it must not. */
import { describe, expect, test } from "vitest";
import { contentSecurityPolicy, type HeaderSettings, securityHeaders } from "@/server/security-headers";

const PRODUCTION: HeaderSettings = {
  development: false,
  secure: true,
  formTargets: ["https://idp.example.com"],
  reportTargets: ["https://sentry.example.com"],
};

function directives(settings: HeaderSettings): Map<string, string[]> {
  const parts = contentSecurityPolicy("bm9uY2U=", settings).split("; ");
  return new Map(parts.map((part) => part.split(" ")).map(([name = "", ...values]) => [name, values]));
}

describe("the content security policy", () => {
  test("runs scripts and styles by nonce alone: nothing inline, nothing evaluated, no wildcard", () => {
    const policy = directives(PRODUCTION);
    expect(policy.get("script-src")).toEqual(["'self'", "'nonce-bm9uY2U='", "'strict-dynamic'"]);
    expect(policy.get("style-src")).toEqual(["'self'", "'nonce-bm9uY2U='"]);
    const text = contentSecurityPolicy("bm9uY2U=", PRODUCTION);
    expect(text).not.toMatch(/unsafe-|\*|http:|blob:|ws:/);
  });

  test("lets no page frame ours, no base tag move its links, no plug-in run, and falls back to this origin", () => {
    const policy = directives(PRODUCTION);
    expect(policy.get("frame-ancestors")).toEqual(["'none'"]);
    expect(policy.get("base-uri")).toEqual(["'none'"]);
    expect(policy.get("object-src")).toEqual(["'none'"]);
    expect(policy.get("default-src")).toEqual(["'self'"]);
  });

  test("lets forms end at the identity providers, and reports go to the error service, and nowhere else", () => {
    const policy = directives(PRODUCTION);
    expect(policy.get("form-action")).toEqual(["'self'", "https://idp.example.com"]);
    expect(policy.get("connect-src")).toEqual(["'self'", "https://sentry.example.com"]);
    const alone = directives({ ...PRODUCTION, formTargets: [], reportTargets: [] });
    expect(alone.get("form-action")).toEqual(["'self'"]);
    expect(alone.get("connect-src")).toEqual(["'self'"]);
  });

  test("gives way for hot reload in development only", () => {
    const policy = directives({ ...PRODUCTION, development: true });
    expect(policy.get("script-src")).toContain("'unsafe-eval'");
    expect(policy.get("connect-src")).toContain("ws:");
    expect(policy.get("frame-ancestors")).toEqual(["'none'"]);
  });
});

describe("the headers of a response", () => {
  test("carry the policy of this response's nonce and forbid sniffing, framing and leaking", () => {
    const headers = securityHeaders("bm9uY2U=", PRODUCTION);
    expect(headers).toMatchObject({
      "content-security-policy": contentSecurityPolicy("bm9uY2U=", PRODUCTION),
      "x-content-type-options": "nosniff",
      "cross-origin-opener-policy": "same-origin",
      "permissions-policy": "camera=(), geolocation=(), microphone=()",
    });
    expect(["same-origin", "no-referrer"]).toContain(headers["referrer-policy"]);
  });

  test("promise https on https alone: on http a browser would be locked out of localhost", () => {
    expect(securityHeaders("n", PRODUCTION)["strict-transport-security"]).toMatch(/^max-age=[1-9]\d{7,}/);
    expect(securityHeaders("n", { ...PRODUCTION, secure: false })).not.toHaveProperty("strict-transport-security");
  });
});

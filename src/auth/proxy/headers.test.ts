/** What belongs to one connection or one origin stays on its side of the proxy; everything else passes. */
import { describe, expect, test } from "vitest";
import { announcesBody, requestHeaders, responseHeaders, UNTRUSTED_CONTENT } from "@/auth/proxy/headers";

const OURS = { accessToken: "the-token", requestId: "request-0001" };
const sent = (headers: Record<string, string>, body = announcesBody(new Headers(headers))) =>
  requestHeaders(new Headers(headers), { ...OURS, body });

describe("to the upstream", () => {
  test("go the token, the id of the request, and what the client says of its request", () => {
    const own = {
      accept: "application/json",
      "accept-language": "de",
      "content-type": "text/plain",
      "if-none-match": '"x"',
      "user-agent": "browser",
      "x-custom": "1",
      range: "bytes=0-9",
    };
    expect(sent(own)).toEqual({
      ...own,
      "accept-encoding": "identity",
      authorization: "Bearer the-token",
      "x-request-id": "request-0001",
    });
  });

  test.each([
    "connection",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "cookie",
    "host",
    "origin",
    "referer",
    "expect",
    "content-security-policy",
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-anything",
    "x-real-ip",
    "x-original-url",
    "x-rewrite-url",
    "sec-fetch-site",
    "cf-connecting-ip",
  ])("never goes %s", (name) => {
    expect(Object.keys(sent({ [name]: "hostile", "content-length": "0" }))).not.toContain(name);
  });

  test("neither goes what the client says in the place of ours", () => {
    const headers = sent({ authorization: "Bearer mine", "x-request-id": "mine-0001", "accept-encoding": "gzip" });
    expect(JSON.stringify(headers)).not.toMatch(/mine|gzip/);
  });

  test("nor what Connection names, but it cannot take away what is ours", () => {
    const headers = sent({ connection: "close, X-Hop ,authorization,x-request-id", "x-hop": "1", "x-other": "2" });
    expect(headers).toMatchObject({
      authorization: "Bearer the-token",
      "x-request-id": "request-0001",
      "x-other": "2",
    });
    expect(headers).not.toHaveProperty("x-hop");
  });

  test.each<[Record<string, string>, Record<string, string>]>([
    [{ "content-length": "5" }, { "content-length": "5" }],
    [{ "transfer-encoding": "chunked" }, { "transfer-encoding": "chunked" }],
    [{ "content-length": "0" }, {}],
    [{}, {}],
  ])("of a request with %o a body is framed as %o", (headers, framing) => {
    const { "content-length": length, "transfer-encoding": coding } = sent(headers);
    expect(JSON.stringify({ "content-length": length, "transfer-encoding": coding })).toBe(JSON.stringify(framing));
    expect(announcesBody(new Headers(headers))).toBe(Object.keys(framing).length > 0);
  });
});

test("of a body that is announced but will not be sent, nothing is said: the upstream would wait for it", () => {
  for (const name of ["content-length", "transfer-encoding"]) {
    const headers = { [name]: name === "content-length" ? "5" : "chunked" };
    const names = Object.keys(sent(headers, false));
    expect(names).not.toContain("content-length");
    expect(names).not.toContain("transfer-encoding");
  }
});

describe("to the client", () => {
  const received = (headers: Record<string, string[]>, decoded = false) => responseHeaders(headers, decoded);

  test("goes what says something of the content", () => {
    const headers = received({
      "content-type": ["application/json"],
      "content-length": ["12"],
      etag: ['"x"'],
      link: ["</?page=2>; rel=next"],
      "x-rate-limit": ["1", "2"],
      "content-disposition": ["attachment"],
    });
    expect(Object.fromEntries(headers)).toEqual({
      "cache-control": "no-store",
      "content-disposition": "attachment",
      "content-length": "12",
      "content-security-policy": UNTRUSTED_CONTENT,
      "content-type": "application/json",
      "cross-origin-resource-policy": "same-origin",
      etag: '"x"',
      link: "</?page=2>; rel=next",
      "x-content-type-options": "nosniff",
      "x-rate-limit": "1, 2",
    });
  });

  test.each([
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "set-cookie",
    "set-cookie2",
    "location",
    "refresh",
    "clear-site-data",
    "alt-svc",
    "service-worker-allowed",
    "strict-transport-security",
    "content-security-policy-report-only",
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "cross-origin-opener-policy",
    "www-authenticate",
    "x-accel-redirect",
    "x-sendfile",
    "x-middleware-rewrite",
    "x-request-id",
    "content-encoding",
    "server",
  ])("never goes %s", (name) => {
    expect([...received({ [name]: ["hostile"] }).values()].join()).not.toContain("hostile");
  });

  test("goes our policy, however the upstream would have it", () => {
    const headers = received({
      "content-security-policy": ["default-src *"],
      "x-content-type-options": ["none"],
      "cache-control": ["public, max-age=31536000"],
      "cross-origin-resource-policy": ["cross-origin"],
      connection: ["content-security-policy, x-content-type-options"],
    });
    expect(headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none';/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });

  test("goes nothing that Connection names, and no length of a body that was decoded", () => {
    expect(received({ connection: ["X-Hop"], "x-hop": ["1"] }).has("x-hop")).toBe(false);
    expect(received({ "content-length": ["12"] }, true).has("content-length")).toBe(false);
  });
});

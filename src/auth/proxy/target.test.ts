/** No way of writing a path leads out of the upstream, and every honest path reaches it as it was written. */
import { describe, expect, test } from "vitest";
import { locationHere, upstreamPath, withoutQuery } from "@/auth/proxy/target";

const ROOT = new URL("http://upstream.internal:8080");
const BASED = new URL("https://upstream.internal/api/public/");

describe("an honest path", () => {
  test.each([
    ["", "/"],
    ["a", "/a"],
    ["a/", "/a/"],
    ["a/b/c.json", "/a/b/c.json"],
    ["a?x=1&x=2&y=%2F..%2F", "/a?x=1&x=2&y=%2F..%2F"],
    ["?q=//evil.example/../..", "/?q=//evil.example/../.."],
    ["a?back=\\\\host&z=a?b", "/a?back=\\\\host&z=a?b"],
    ["caf%C3%A9/%F0%9F%94%91", "/caf%C3%A9/%F0%9F%94%91"],
    ["100%25", "/100%25"],
    ["a%20b", "/a%20b"],
    ["...", "/..."],
    [".well-known/x", "/.well-known/x"],
    ["a..b/..c/d..", "/a..b/..c/d.."],
    ["users/@me;v=1/a:b/(x)", "/users/@me;v=1/a:b/(x)"],
    ["http:", "/http:"],
    ["%2541", "/%2541"],
  ])("%j passes as it was written", (rest, path) => {
    expect(upstreamPath(`/api/proxy/${rest}`, ROOT)).toBe(path);
    expect(upstreamPath(`/api/proxy/${rest}`, BASED)).toBe(`/api/public${path}`);
  });
});

describe("a trick is refused, whatever a server behind would make of it:", () => {
  test.each([
    "..",
    ".",
    "../admin",
    "a/../../admin",
    "a/./b",
    "a/..",
    "a/.",
    "%2e%2e/admin",
    "%2E%2e/admin",
    ".%2e/admin",
    "%2e./admin",
    "%2e",
    "..%2fadmin",
    "a%2fb",
    "a%2Fb",
    "..%5cadmin",
    "%5c%5chost",
    "a%5Cb",
    "a\\b",
    "..\\admin",
    "/evil.example",
    "//evil.example",
    "a//b",
    "a///",
    "%252e%252e/admin",
    "%252e",
    "a%252fb",
    "%255cb",
    "%25252e%25252e/x",
    "%2525252e",
    "%25252525252e",
    "%c0%ae%c0%ae/admin",
    "%c0%afadmin",
    "%e0%80%af",
    "%ff",
    "a%00",
    "a%00.json",
    "%2500",
    "a%0d%0aset-cookie:x",
    "a%0a",
    "a%09b",
    "a%7f",
    "..;/admin",
    "..;a=b/admin",
    "%2e%2e;x/admin",
    "..%3b/admin",
    ".;",
    "a b",
    "a\u0000b",
    "a\tb",
    "a\r\nb",
    "caf\u00e9",
    "\uff0f\uff0e\uff0e",
    "a%",
    "a%2",
    "a%zz",
    "a#b",
    "a^b",
    'a"b',
    "a<b>",
    "a`b",
    "a{b}",
    "a?x=1#y",
    "a?x= HTTP/1.1",
    "a?x=\u00e9",
    "a?x=\r\nhost: evil",
    "a?x=\u0000",
  ])("%j", (rest) => {
    expect(upstreamPath(`/api/proxy/${rest}`, ROOT)).toBeNull();
    expect(upstreamPath(`/api/proxy/${rest}`, BASED)).toBeNull();
  });

  test.each([
    "/api/proxy",
    "/api/proxyx/a",
    "/API/PROXY/a",
    "http://evil.example/api/proxy/a",
    "//api/proxy/a",
    "*",
    "",
  ])("%j, which is not under the proxy", (requestLine) => {
    expect(upstreamPath(requestLine, ROOT)).toBeNull();
  });

  test("and whatever passes resolves to the host and under the base path of the upstream", () => {
    const parts = [
      "..",
      ".",
      "a",
      "%2e",
      "%2f",
      "%5c",
      "%25",
      "%00",
      "\\",
      "//",
      ";",
      "?",
      "2e",
      "2f",
      "@evil",
      ":",
      "/",
    ];
    let seed = 1;
    const pick = () => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return parts[seed % parts.length] ?? "";
    };
    let passed = 0;
    for (let round = 0; round < 50_000; round += 1) {
      const path = upstreamPath(`/api/proxy/${Array.from({ length: 1 + (round % 6) }, pick).join("")}`, BASED);
      if (path === null) continue;
      passed += 1;
      const url = new URL(path, BASED.origin);
      expect(url.host).toBe("upstream.internal");
      expect(url.pathname.startsWith("/api/public/")).toBe(true);
      expect(withoutQuery(path)).toBe(url.pathname);
    }
    expect(passed).toBeGreaterThan(500);
  });
});

describe("a Location of the upstream", () => {
  test.each([
    ["/b", "/api/proxy/b"],
    ["b", "/api/proxy/x/b"],
    ["../b", "/api/proxy/b"],
    ["?page=2#end", "/api/proxy/x/a?page=2#end"],
    ["http://upstream.internal:8080/b?c", "/api/proxy/b?c"],
    ["//upstream.internal:8080/b", "/api/proxy/b"],
    ["", "/api/proxy/x/a?y"],
    ["http://upstream.internal:8080//evil.example", "/api/proxy/evil.example"],
  ])("%j inside it leads to %j", (location, here) => {
    expect(locationHere(location, "/x/a?y", ROOT)).toBe(here);
  });

  test.each([
    "https://evil.example/",
    "//evil.example/b",
    "/\\evil.example",
    "\\\\evil.example",
    "https://upstream.internal:8080/b",
    "http://upstream.internal/b",
    "http://upstream.internal:8080@evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://[",
  ])("%j leads out of it", (location) => {
    expect(locationHere(location, "/x/a", ROOT)).toBeNull();
  });

  test.each([
    ["/api/public/b", "/api/proxy/b"],
    ["/api/public", "/api/proxy/"],
    ["b", "/api/proxy/x/b"],
    ["/b", null],
    ["/api/publicity", null],
    ["../../../admin", null],
    ["%2e%2e/%2e%2e/%2e%2e/admin", null],
  ])("of an upstream with a base path: %j leads to %j", (location, here) => {
    expect(locationHere(location, "/api/public/x/a", BASED)).toBe(here);
  });
});

/** A browser is only ever sent to this origin, however the address is written. */
import { describe, expect, test } from "vitest";
import { safeRedirect, safeReturnPath } from "@/auth/redirects";

const ORIGIN = "https://id.example.com";

const HOSTILE = [
  "https://evil.example",
  "http://evil.example",
  "HTTPS://EVIL.EXAMPLE",
  "//evil.example",
  "///evil.example",
  "////evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "\\/evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "\t//evil.example",
  " //evil.example",
  "\u0000//evil.example",
  "https:\\\\evil.example",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "\u0001javascript:alert(1)",
  "javascript://id.example.com/%0aalert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:msgbox(1)",
  "file:///etc/passwd",
  "filesystem:https://id.example.com/temporary/x",
  "view-source:https://id.example.com/",
  "mailto:a@b.example",
  "ws://id.example.com/",
  "https://id.example.com@evil.example",
  "https://id.example.com:443@evil.example/",
  "https://id.example.com%40evil.example",
  "https://user@id.example.com/",
  "https://user:password@id.example.com/",
  "https://:password@id.example.com/",
  "https://id.example.com:8443/",
  "http://id.example.com/",
  "https://id.example.com.evil.example/",
  "https://id.example.com./",
  "https://evil.example/https://id.example.com",
  "https://evil.example#id.example.com",
  "https://evil.example?https://id.example.com/",
  "https://evil.example\\@id.example.com",
  "https://ⅰd.example.com.evil.example",
  "https://іd.example.com/",
  "https://id。example。com。evil.example",
  "https://[::1]/",
  "https://id.example.com:99999/",
  "https://",
  "http://[",
  "//",
];

describe("a hostile address", () => {
  test.each(HOSTILE)("%j leads to the front page", (requested) => {
    expect(safeRedirect(requested, ORIGIN)).toBe(`${ORIGIN}/`);
    expect(safeReturnPath(requested, ORIGIN)).toBe("/");
  });
});

describe("nothing asked for", () => {
  test.each([null, undefined, ""])("%j leads to the front page", (requested) => {
    expect(safeRedirect(requested, ORIGIN)).toBe(`${ORIGIN}/`);
    expect(safeReturnPath(requested, ORIGIN)).toBe("/");
  });
});

describe("a page of ours", () => {
  test.each([
    ["/account", "/account"],
    ["/admin/sign-ins?status=failure&email=a%40b.test#top", "/admin/sign-ins?status=failure&email=a%40b.test#top"],
    ["https://id.example.com/account", "/account"],
    ["https://ID.EXAMPLE.COM:443/account", "/account"],
    ["account", "/account"],
    ["?page=2", "/?page=2"],
    ["/a/../account", "/account"],
    ["/search?next=//evil.example", "/search?next=//evil.example"],
    ["/日本", "/%E6%97%A5%E6%9C%AC"],
  ])("%j is kept as %s", (requested, path) => {
    expect(safeRedirect(requested, ORIGIN)).toBe(`${ORIGIN}${path}`);
    expect(safeReturnPath(requested, ORIGIN)).toBe(path);
  });

  test("cannot carry a line break into a header: encoded ones stay encoded, raw ones go", () => {
    expect(safeRedirect("/x%0d%0aSet-Cookie:%20a=b", ORIGIN)).toBe(`${ORIGIN}/x%0d%0aSet-Cookie:%20a=b`);
    expect(safeRedirect("/x\r\nSet-Cookie: a=b", ORIGIN)).toBe(`${ORIGIN}/xSet-Cookie:%20a=b`);
    for (const requested of [...HOSTILE, "/\u0000", "/\u2028", "/\u0085"]) {
      expect(safeRedirect(requested, ORIGIN)).toMatch(/^[\x21-\x7E]+$/);
    }
  });

  test("is told from one on another port of the same host", () => {
    expect(safeRedirect("http://localhost:3001/account", "http://localhost:3000")).toBe("http://localhost:3000/");
    expect(safeRedirect("http://localhost:3000/account", "http://localhost:3000")).toBe(
      "http://localhost:3000/account",
    );
  });
});

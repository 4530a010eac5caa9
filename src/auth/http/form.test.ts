/** What was posted is read once, bounded and flat, and NextAuth gets a clean copy of the request. */
import { NextRequest } from "next/server";
import { describe, expect, test } from "vitest";
import { cleanRequest, readForm } from "@/auth/http/form.server";

const ORIGIN = "https://id.example.com";
const URL_ENCODED = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";

function post(body: BodyInit, contentType: string, path = "/api/auth/callback/credentials"): NextRequest {
  return new NextRequest(`${ORIGIN}${path}`, {
    method: "POST",
    body,
    headers: contentType === "" ? {} : { "content-type": contentType },
  });
}

const fieldsOf = async (body: string, contentType: string) => (await readForm(post(body, contentType))).fields;

describe("a posted form", () => {
  test("is read into its text fields", async () => {
    expect(await fieldsOf("email=a%40b.test&password=correct+horse&x=", URL_ENCODED)).toEqual({
      email: "a@b.test",
      password: "correct horse",
      x: "",
    });
    expect(await fieldsOf("email=a%40b.test", `${URL_ENCODED}; charset=UTF-8`)).toEqual({ email: "a@b.test" });
  });

  test("keeps a password byte for byte: spaces, line breaks, combining characters, NUL", async () => {
    const password = " \u0000 p\u0308ass\r\nw\u00F6rd 😀 & = % ";
    const encoded = new URLSearchParams({ password }).toString();
    expect(await fieldsOf(encoded, URL_ENCODED)).toEqual({ password });
    expect(await fieldsOf(JSON.stringify({ password }), JSON_TYPE)).toEqual({ password });
  });

  test("with malformed escapes or bytes is read as far as it can be, and never throws", async () => {
    expect(await fieldsOf("email=%zz%E0%A4&%", URL_ENCODED)).toEqual({ email: "%zz\uFFFD", "%": "" });
    const { fields } = await readForm(post(new Uint8Array([0x61, 0x3d, 0xff, 0xfe]), URL_ENCODED));
    expect(fields).toEqual({ a: "\uFFFD\uFFFD" });
  });

  test("whose field comes twice has the last one, in JSON too", async () => {
    expect(await fieldsOf("email=a&email=b", URL_ENCODED)).toEqual({ email: "b" });
    expect(await fieldsOf('{"email":"a","email":"b"}', JSON_TYPE)).toEqual({ email: "b" });
  });
});

describe("a posted JSON object", () => {
  test("is read into its text and yes-or-no fields; objects, lists, numbers and null are left out", async () => {
    const body = { email: "a", json: true, remember: false, n: 7, none: null, list: ["x"], deep: { password: "p" } };
    expect(await fieldsOf(JSON.stringify(body), JSON_TYPE)).toEqual({ email: "a", json: "true", remember: "false" });
  });

  test.each(["", "null", "7", '"text"', "true", "{", "[1,2", "\u0000", "{]", "undefined", '{"a":1e999}', "<xml/>"])(
    "that is %j has no fields, and does not fail",
    async (body) => {
      expect(await readForm(post(body, JSON_TYPE))).toEqual({ fields: {}, tooLarge: false });
    },
  );

  test("that is a list has no field by a name that counts", async () => {
    const fields = await fieldsOf('["a",{"email":"b"},["c"]]', JSON_TYPE);
    expect(fields.email).toBeUndefined();
    expect(Object.keys(fields)).toEqual(["0"]);
  });

  test("cannot reach the prototype of anything", async () => {
    const body =
      '{"__proto__":{"json":"true"},"constructor":{"prototype":{"json":"true"}},"prototype":{"json":"true"}}';
    const fields = await fieldsOf(body, JSON_TYPE);
    expect(fields).toEqual({});
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).json).toBeUndefined();
    expect(await fieldsOf("__proto__=x&__proto__[json]=true", URL_ENCODED)).toEqual({ "__proto__[json]": "true" });
  });
});

describe("another content type", () => {
  test.each(["", "text/plain", "multipart/form-data; boundary=x", "application/xml", "text/json"])(
    "%j has no fields: a foreign page may send it without asking",
    async (contentType) => {
      expect(await fieldsOf('{"email":"a"}', contentType)).toEqual({});
    },
  );
});

describe("the size of what is read", () => {
  test("is at most 16 KB, to the byte", async () => {
    const exact = `a=${"x".repeat(16 * 1024 - 2)}`;
    expect((await readForm(post(exact, URL_ENCODED))).tooLarge).toBe(false);
    expect(await readForm(post(`${exact}x`, URL_ENCODED))).toEqual({ fields: {}, tooLarge: true });
    expect((await readForm(post(`a=${"ü".repeat(8 * 1024)}`, URL_ENCODED))).tooLarge).toBe(true);
  });

  test("is bounded for a body that never ends, whatever length it claims: the rest is not read", async () => {
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1024).fill(0x61));
      },
      cancel() {
        cancelled = true;
      },
    });
    const request = new Request(`${ORIGIN}/x`, {
      method: "POST",
      body: endless,
      headers: { "content-type": URL_ENCODED, "content-length": "10" },
      duplex: "half",
    } as RequestInit);
    expect(await readForm(request)).toEqual({ fields: {}, tooLarge: true });
    expect(pulled).toBeLessThan(25);
    expect(cancelled).toBe(true);
  });

  test("of one field is at most 8 KB, and of its name 64 characters; longer ones are left out", async () => {
    const fields = { ok: "x".repeat(8192), long: "x".repeat(8193), [`n${"x".repeat(64)}`]: "a", ["n".repeat(64)]: "b" };
    for (const [name, value] of Object.entries(fields)) {
      const read = await fieldsOf(JSON.stringify({ [name]: value }), JSON_TYPE);
      expect(Object.keys(read)).toEqual(name.length > 64 || value.length > 8192 ? [] : [name]);
    }
  });
});

test("a GET has no fields, whatever it carries", async () => {
  const request = new NextRequest(`${ORIGIN}/api/auth/callback/openid?email=a`);
  expect(await readForm(request)).toEqual({ fields: {}, tooLarge: false });
});

describe("the request that NextAuth gets", () => {
  const clean = (path: string, fields: Record<string, string> = {}, method = "POST") =>
    cleanRequest(new NextRequest(`${ORIGIN}${path}`, { method }), { fields, tooLarge: false }, ORIGIN);

  test("has a provider's parameters and no others", () => {
    const query = "code=c&state=s&iss=i&session_state=ss&scope=openid&error=e&error_description=d";
    const request = clean(
      `/api/auth/callback/openid?${query}&nextauth=x&email=a&json=true&debug=1&__proto__=x`,
      {},
      "GET",
    );
    expect(new URLSearchParams(request.query).toString()).toBe(query);
    expect(request.method).toBe("GET");
  });

  test("has the first of two parameters of one name, and none that is too long", () => {
    expect(clean(`/x?state=first&state=second&code=${"c".repeat(8193)}`, {}, "GET").query).toEqual({ state: "first" });
  });

  test.each(["https://evil.example/", "//evil.example", "javascript:alert(1)", "http://id.example.com/", "http://["])(
    "is never asked to lead to %s, by query or by form",
    async (callbackUrl) => {
      const request = clean(`/x?callbackUrl=${encodeURIComponent(callbackUrl)}`, { callbackUrl });
      expect(request.query.callbackUrl).toBe(`${ORIGIN}/`);
      expect(request.body?.callbackUrl).toBe(`${ORIGIN}/`);
    },
  );

  test("keeps a page of ours to return to", async () => {
    const request = clean("/x?callbackUrl=%2Faccount", { callbackUrl: "/admin/sign-ins?status=failure" });
    expect(request.query.callbackUrl).toBe(`${ORIGIN}/account`);
    expect(request.body?.callbackUrl).toBe(`${ORIGIN}/admin/sign-ins?status=failure`);
  });

  test("has the fields that were read, the cookies, and none of the headers that were sent", async () => {
    const original = post("{}", JSON_TYPE, "/api/auth/callback/credentials");
    original.headers.set("x-forwarded-host", "evil.example");
    original.headers.set("authorization", "Bearer x");
    original.cookies.set("gatebook.csrf", "a|b");
    const request = cleanRequest(
      original,
      { fields: { email: "a@b.test", password: "p&q=r" }, tooLarge: false },
      ORIGIN,
    );
    expect(request).toEqual({
      method: "POST",
      query: {},
      body: { email: "a@b.test", password: "p&q=r" },
      cookies: { "gatebook.csrf": "a|b" },
    });
  });
});

/** The answers of the authentication endpoints: where they lead, what cookies they carry, and what they never say. */
import { describe, expect, test } from "vitest";
import { flashCookie, sendTo, setsSessionCookie, unavailable, withoutSessionCookie } from "@/auth/http/answers.server";
import { runInRequestScope } from "@/platform/request-scope";

const ORIGIN = "http://localhost:3000";

function responseWith(...cookies: string[]): Response {
  const headers = new Headers({ "x-kept": "yes" });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return new Response("body", { status: 201, headers });
}

const SESSION = "gatebook.session=eyJh.a.b.c.d; Path=/; HttpOnly";
const CSRF = "gatebook.csrf=abc; Path=/; HttpOnly";

describe("a session cookie in an answer", () => {
  test("is seen where it has a value, and not where it is cleared or only looks alike", () => {
    expect(setsSessionCookie(responseWith(CSRF, SESSION))).toBe(true);
    for (const cookie of [
      "gatebook.session=; Max-Age=0",
      "gatebook.session",
      "gatebook.session.0=x",
      "gatebook.sessions=x",
      "gatebookXsession=x",
      "x=gatebook.session=x",
      "GATEBOOK.SESSION=x",
    ]) {
      expect(setsSessionCookie(responseWith(CSRF, cookie))).toBe(false);
    }
    expect(setsSessionCookie(responseWith())).toBe(false);
  });

  test("can be taken out, chunks too, with everything else left as it was", async () => {
    const response = withoutSessionCookie(responseWith(CSRF, SESSION, "gatebook.session.1=x", "theme=dark"));
    expect(response.headers.getSetCookie()).toEqual([CSRF, "theme=dark"]);
    expect(response.headers.get("x-kept")).toBe("yes");
    expect(response.status).toBe(201);
    expect(await response.text()).toBe("body");
  });
});

describe("sending somebody to a page", () => {
  const options = { json: false, status: 401, from: null };

  test("is a redirect for a browser and the same address for a script, with the status it deserves", async () => {
    const query = { error: "sign_in_failed", callbackUrl: undefined, provider: "" };
    const browser = sendTo("/sign-in", query, options);
    expect([browser.status, browser.headers.get("location")]).toEqual([303, `${ORIGIN}/sign-in?error=sign_in_failed`]);
    const script = sendTo("/sign-in", query, { ...options, json: true });
    expect(script.status).toBe(401);
    expect(script.headers.get("location")).toBeNull();
    expect(await script.json()).toEqual({ url: `${ORIGIN}/sign-in?error=sign_in_failed` });
  });

  test("encodes what goes into the query", () => {
    const { headers } = sendTo("/sign-in", { callbackUrl: "/a?b=c&error=x#\r\n" }, options);
    expect(headers.get("location")).toBe(`${ORIGIN}/sign-in?callbackUrl=%2Fa%3Fb%3Dc%26error%3Dx%23%0D%0A`);
  });

  test("keeps the cookies of the library's answer but never its session", () => {
    const from = responseWith(CSRF, SESSION, "gatebook.session.0=x; Path=/");
    const sent = sendTo("/sign-in", {}, { ...options, from, cookies: ["mine=1"] });
    expect(sent.headers.getSetCookie()).toEqual([CSRF, "mine=1"]);
  });

  test("is never stored, and during an outage says when to come back", () => {
    expect(sendTo("/sign-in", {}, options).headers.get("cache-control")).toBe("no-store");
    expect(sendTo("/sign-in", {}, options).headers.get("retry-after")).toBeNull();
    expect(sendTo("/sign-in", {}, { ...options, status: 503 }).headers.get("retry-after")).toBe("5");
  });
});

test("an outage is 503 with the request id and when to come back, and leaves every cookie alone", async () => {
  const scope = { requestId: "request-0001", ip: null, userAgent: null, nonce: "n" };
  const response = runInRequestScope(scope, unavailable);
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.getSetCookie()).toEqual([]);
  expect(await response.json()).toEqual({ error: "unavailable", requestId: "request-0001" });
});

describe("the email of a failed try", () => {
  test("goes into a short-lived cookie that no script reads", () => {
    expect(flashCookie("a@b.test")).toBe("gatebook.sign-in=a%40b.test; Max-Age=300; Path=/; HttpOnly; SameSite=Lax");
  });

  test("cannot add an attribute, a second cookie or a header", () => {
    const value = flashCookie('a; Domain=evil.example\r\nset-cookie: b=c, d="e"');
    expect(value.split("; ")).toHaveLength(5);
    expect(value).not.toMatch(/[\r\n,"]/);
  });

  test("is cut, and cleared once somebody is in", () => {
    expect(flashCookie("a".repeat(5000)).length).toBeLessThan(500);
    expect(flashCookie(null)).toBe("gatebook.sign-in=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
  });
});

/** Cookies from hell: never a 5xx, never the end of a valid session, never a way off this origin. */
import { expect, test } from "@playwright/test";
import { Client } from "./client";
import { House } from "./house";

let house: House;
let origin = "";
let session = "";
test.beforeAll(async () => {
  house = await House.open();
  origin = (await house.serve()).origin;
  session = (await new Client(origin).attempt("right")).told?.session ?? "";
});
test.afterAll(() => house.close());

const VALID = () => `gatebook.session=${session}`;
const HOSTILE: [string, () => string][] = [
  ["a callback URL that is no URL", () => `gatebook.callback-url=%E0%A4%A; ${VALID()}`],
  ["a foreign callback URL", () => `gatebook.callback-url=https%3A%2F%2Fevil.test; ${VALID()}`],
  ["a javascript callback URL", () => `${VALID()}; gatebook.callback-url=javascript%3Aalert(1)`],
  ["a malformed CSRF cookie", () => `gatebook.csrf=%00%ff|||; ${VALID()}`],
  ["chunks beside the session", () => `gatebook.session.0=eyJ; gatebook.session.1=x; ${VALID()}`],
  ["a look-alike name", () => `gatebook.session-x=garbage; ${VALID()}; gatebook.sessionn=1`],
  ["a second copy behind the first", () => `${VALID()}; gatebook.session=a.b.c.d.e`],
  ["16 KB of garbage", () => `${VALID()}; junk=${"x".repeat(16_000)}`],
  ["separators and nothing else", () => `;;;=;==; =x; ${VALID()}`],
];

for (const [name, cookie] of HOSTILE) {
  test(`${name} leaves a valid session alone`, async () => {
    const answer = await fetch(`${origin}/api/auth/session`, { headers: { cookie: cookie() } });
    expect(answer.status).toBe(200);
    expect((await answer.json()).user?.email).toBe("member@acme.test");
    expect(answer.headers.getSetCookie().join()).not.toContain("gatebook.session=;");
    const page = await fetch(`${origin}/account/activity`, { redirect: "manual", headers: { cookie: cookie() } });
    expect(page.status).toBe(200);
  });
}

test("a session cookie that is garbage is no session, and no error", async () => {
  for (const value of ["x", "a.b.c.d.e", "eyJhbGciOiJub25lIn0..x.y.z", "%", "e".repeat(8000)]) {
    const answer = await fetch(`${origin}/api/auth/session`, { headers: { cookie: `gatebook.session=${value}` } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({});
    const page = await fetch(`${origin}/account/activity`, {
      redirect: "manual",
      headers: { cookie: `gatebook.session=${value}` },
    });
    expect(page.status).toBe(307);
  }
});

test("no callbackUrl leads off this origin or to a 5xx", async () => {
  for (const url of [
    "https://evil.test",
    "//evil.test",
    "\\\\evil.test",
    "javascript:alert(1)",
    "http://[",
    "%00",
    "http://localhost@evil.test",
  ]) {
    const answer = await fetch(`${origin}/api/auth/signin?callbackUrl=${encodeURIComponent(url)}`, {
      redirect: "manual",
    });
    expect(answer.status).toBeLessThan(400);
    expect(new URL(answer.headers.get("location") ?? "", origin).origin).toBe(origin);
    const target = new URL(answer.headers.get("location") ?? "", origin).searchParams.get("callbackUrl") ?? "/";
    expect(new URL(target, origin).origin).toBe(origin);
  }
});

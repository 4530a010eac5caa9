/** Calls of the upstream with the token that the provider gave, through the real server. */
import { request as requestHttp } from "node:http";
import type { BrowserContext, Page } from "@playwright/test";
import {
  type Attempt,
  expect,
  expectSignedIn,
  freshEmail,
  inNewContext,
  signInWithPassword,
  signInWithSso,
  test,
} from "./fixtures";
import { workbench } from "./workbench";

type Echo = { method: string; path: string; query: object; headers: Record<string, string>; body: string };

const EXPIRE = `update provider_tokens set expires_at = now() - interval '1 minute' where account_id in
  (select accounts.id from accounts join users on users.id = user_id where email = $1)`;

async function refreshGrants(page: Page): Promise<number> {
  return (await (await page.request.get(`${workbench.provider}/stats`)).json()).refresh_token;
}

async function signInAfresh(page: Page, name: string): Promise<string> {
  const email = freshEmail(name);
  await signInWithSso(page, email);
  await expectSignedIn(page, email);
  return email;
}

/** The request line as it is given: a browser would tidy it first. */
async function askRaw(context: BrowserContext, path: string, method = "GET", headers: Record<string, string> = {}) {
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const { port } = new URL(workbench.origin);
  return new Promise<{ status: number; headers: string[]; text: string }>((resolve, reject) => {
    const request = requestHttp(
      { host: "localhost", port, path, method, headers: { cookie, ...headers } },
      (answer) => {
        let text = "";
        answer.on("data", (part) => {
          text += part;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.rawHeaders, text }));
      },
    );
    request.on("error", reject).end();
  });
}

const valuesOf = (headers: string[], name: string) =>
  headers.filter((_, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name);

test("a page calls the upstream in the person's name, and never gets to see the token elsewhere", async ({ page }) => {
  const bodies: Promise<string>[] = [];
  page.on("response", (response) => {
    if (!response.url().startsWith(workbench.origin) || response.url().includes("/api/proxy/")) return;
    bodies.push(
      Promise.all([response.allHeaders(), response.text().catch(() => "")]).then((parts) => JSON.stringify(parts)),
    );
  });
  await signInAfresh(page, "proxy");
  const echo: Echo = await page.evaluate(async () => {
    const answer = await fetch("/api/proxy/notes/7/?tag=a&tag=b", {
      method: "PUT",
      body: "hello",
      headers: { "x-own": "1" },
    });
    return answer.json();
  });
  expect(echo).toMatchObject({ method: "PUT", path: "/notes/7/", query: { tag: ["a", "b"] }, body: "hello" });
  expect(echo.headers).toMatchObject({ "x-own": "1", authorization: expect.stringMatching(/^Bearer [\w-]{20,}$/) });
  for (const name of [
    "cookie",
    "origin",
    "referer",
    "content-security-policy",
    "x-forwarded-for",
    "x-forwarded-host",
  ]) {
    expect(Object.keys(echo.headers)).not.toContain(name);
  }
  for (const path of ["/account", "/account/activity", "/account/sessions"]) await page.goto(path);
  bodies.push(page.request.get("/api/auth/session").then((answer) => answer.text()));
  const token = echo.headers.authorization?.slice("Bearer ".length) ?? "";
  const seen = [...(await Promise.all(bodies)), JSON.stringify(await page.context().cookies())];
  expect(seen.length).toBeGreaterThan(10);
  for (const text of seen) expect(text).not.toContain(token);
});

test("a hundred calls with an expired token are a hundred answers and one refresh", async ({ page, query }) => {
  const email = await signInAfresh(page, "expired");
  await query(EXPIRE, [email]);
  const before = await refreshGrants(page);
  const calls = Array.from({ length: 100 }, (_, number) => page.request.get(`/api/proxy/call/${number}`));
  const answers = await Promise.all(calls);
  expect(answers.map((answer) => answer.status())).toEqual(Array.from({ length: 100 }, () => 200));
  const echoes: Echo[] = await Promise.all(answers.map((answer) => answer.json()));
  expect(echoes.map(({ path }) => path)).toEqual(echoes.map((_, number) => `/call/${number}`));
  expect(new Set(echoes.map(({ headers }) => headers.authorization)).size).toBe(1);
  expect(await refreshGrants(page)).toBe(before + 1);
  const rows = await query(
    `select status, details from audit_events where action = 'providerTokenRefreshed'
        and actor_id = (select id from users where email = $1)`,
    [email],
  );
  expect(rows).toEqual([{ status: "success", details: { rotated: true } }]);
});

test("a refresh token that is dead tells the page to sign in there again, and doing so helps", async ({
  page,
  query,
}) => {
  const email = await signInAfresh(page, "dead");
  await query(EXPIRE, [email]);
  await query(
    "update provider_tokens set refresh_dead_at = now() where refresh_dead_at is null and expires_at < now()",
  );
  const refused = await page.request.get("/api/proxy/x");
  expect(refused.status()).toBe(401);
  expect(await refused.json()).toEqual({
    error: "provider_sign_in_required",
    provider: "openid",
    requestId: refused.headers()["x-request-id"],
  });
  await page.context().clearCookies();
  await signInWithSso(page, email);
  await expectSignedIn(page, email);
  expect((await page.request.get("/api/proxy/x")).status()).toBe(200);
});

test("the path arrives as it was written, and no way of writing it leads out", async ({ page, context }) => {
  await signInAfresh(page, "path");
  for (const path of ["/a/", "/a%20b?q=%2F..%2F", "/", "/.well-known/x", "/100%25"]) {
    const { status, text, headers } = await askRaw(context, `/api/proxy${path}`);
    expect([status, (JSON.parse(text) as Echo).path]).toEqual([200, path.split("?")[0]]);
    // One policy, the strict one: a page of the upstream runs nothing here.
    expect(valuesOf(headers, "content-security-policy")).toEqual([
      expect.stringMatching(/^sandbox; default-src 'none'/),
    ]);
    expect(valuesOf(headers, "x-content-type-options")).toEqual(["nosniff"]);
    expect(valuesOf(headers, "cache-control")).toEqual(["no-store"]);
    expect(valuesOf(headers, "set-cookie")).toEqual([]);
  }
  for (const trick of [
    "/../auth/session",
    "/a/../../auth/session",
    "/%2e%2e/auth/session",
    "/%252e%252e/x",
    "/..%2fx",
    "/a%5cb",
    "/a\\..\\b",
    "//evil.example/",
    "/a%00",
    "/a%",
    "/..;/x",
  ]) {
    const { status, text } = await askRaw(context, `/api/proxy${trick}`);
    expect([trick, status, JSON.parse(text).error]).toEqual([trick, 400, "bad_path"]);
  }
});

test("who may not call is refused, and that is in the book", async ({ page, context, query }) => {
  const rowOf = async (answer: { headers: string[] }) =>
    query("select action, failure_reason, details from audit_events where request_id = $1", [
      valuesOf(answer.headers, "x-request-id")[0],
    ]);
  const nobody = await askRaw(context, "/api/proxy/x?secret=1");
  expect(nobody.status).toBe(401);
  expect(await rowOf(nobody)).toEqual([
    { action: "accessDenied", failure_reason: "no_session", details: { path: "/api/proxy/x" } },
  ]);
  await signInAfresh(page, "cross");
  const foreign = await askRaw(context, "/api/proxy/x", "POST", { origin: "https://evil.example" });
  expect(foreign.status).toBe(403);
  expect(await rowOf(foreign)).toMatchObject([{ action: "accessDenied", failure_reason: "cross_site" }]);
  expect((await askRaw(context, "/api/proxy/x", "TRACE")).status).toBe(405);
  await inNewContext(context, async (other) => {
    await signInWithPassword(other, "member@acme.test");
    await expectSignedIn(other, "member@acme.test");
    const answer = await other.request.get("/api/proxy/x");
    expect([answer.status(), (await answer.json()).error]).toEqual([403, "no_provider_token"]);
  });
});

test("a large body goes through, and one that is too large does not", async ({ page }) => {
  await signInAfresh(page, "large");
  const sizes = await page.evaluate(async () => {
    const post = (length: number) =>
      fetch("/api/proxy/upload", { method: "POST", body: new Blob([new Uint8Array(length).fill(97)]) });
    const large = await post(8 * 1024 * 1024);
    return { status: large.status, length: ((await large.json()) as { body: string }).body.length };
  });
  expect(sizes).toEqual({ status: 200, length: 8 * 1024 * 1024 });
  const refused = await page.request.post("/api/proxy/upload", {
    data: Buffer.alloc(10 * 1024 * 1024 + 1),
    headers: { origin: workbench.origin },
  });
  expect([refused.status(), (await refused.json()).error]).toEqual([413, "body_too_large"]);
});

test("a sign-in that keeps its tokens is like any other in the history", async ({ page, query }) => {
  const email = await signInAfresh(page, "history");
  const rows = await query<Attempt>("select * from sign_ins where email = $1", [email]);
  expect(rows).toMatchObject([{ status: "success", auth_method: "sso", provider: "openid" }]);
});

/** Every way not to get in leaves exactly one row with its reason, and tells a stranger nothing. */
import type { APIRequestContext } from "@playwright/test";
import {
  type Attempt,
  askForLink,
  expect,
  freshEmail,
  mailTo,
  signInWithPassword,
  signInWithSso,
  startSso,
  test,
} from "./fixtures";
import { workbench } from "./workbench";

const BY_REQUEST = "select * from sign_ins where request_id = $1";
const WRONG = "That email and password don't match an account that can sign in here.";

async function csrf(request: APIRequestContext): Promise<string> {
  return (await (await request.get("/api/auth/csrf")).json()).csrfToken;
}

test("wrong password, unknown email, unverified and disabled account look alike and are told apart in the book", async ({
  request,
  query,
}) => {
  const tries = [
    { email: "member@acme.test", password: "not the password", reason: "wrong_password" },
    { email: freshEmail("nobody"), password: "not the password", reason: "unknown_user" },
    { email: "unverified@acme.test", password: workbench.password, reason: "email_not_verified" },
    { email: "disabled@acme.test", password: workbench.password, reason: "account_disabled" },
    { email: "member@acme.test", password: "x".repeat(2000), reason: "password_too_long" },
  ];
  const seen: unknown[] = [];
  for (const { email, password, reason } of tries) {
    const answer = await request.post("/api/auth/callback/credentials", {
      form: { csrfToken: await csrf(request), email, password, json: "true" },
    });
    const headers = Object.keys(answer.headers()).sort();
    seen.push({ status: answer.status(), body: await answer.text(), headers });
    const rows = await query<Attempt>(BY_REQUEST, [answer.headers()["x-request-id"]]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      status: "failure",
      failure_reason: reason,
      auth_method: "password",
      session_id: null,
    });
  }
  expect(new Set(seen.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test("the page says the one sentence, keeps the email, clears the password and takes the focus", async ({ page }) => {
  await signInWithPassword(page, "member@acme.test", "not the password");
  await expect(page).toHaveTitle(/^Error: /);
  const summary = page.getByText(WRONG);
  await expect(summary).toBeVisible();
  await expect(page.locator(":focus")).toContainText(WRONG);
  await expect(page.getByLabel("Email")).toHaveValue("member@acme.test");
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
});

test("the right password for an unproven mailbox mails the proof instead of telling", async ({ page, query }) => {
  const before = (await mailTo(page, "unverified@acme.test")).length;
  await signInWithPassword(page, "unverified@acme.test");
  await expect(page.getByText(WRONG)).toBeVisible();
  await expect.poll(async () => (await mailTo(page, "unverified@acme.test")).length).toBe(before + 1);
  await signInWithPassword(page, "unverified@acme.test", "not the password");
  await expect(page.getByText(WRONG)).toBeVisible();
  const rows = await query<Attempt>("select * from sign_ins where email = $1 order by occurred_at desc limit 2", [
    "unverified@acme.test",
  ]);
  expect(rows.map((row) => row.failure_reason)).toEqual(["wrong_password", "email_not_verified"]);
});

test("a consent that was denied at the provider", async ({ page, query }) => {
  await startSso(page);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("You cancelled at Acme OpenID. Nothing changed.")).toBeVisible();
  const [row] = await query<Attempt>("select * from sign_ins order by occurred_at desc, id desc limit 1");
  expect(row).toMatchObject({
    status: "failure",
    failure_reason: "provider_denied",
    auth_method: "sso",
    provider: "openid",
  });
});

test("a bad CSRF token", async ({ request, query }) => {
  const answer = await request.post("/api/auth/callback/credentials", {
    form: { csrfToken: "0".repeat(64), email: "member@acme.test", password: workbench.password },
    maxRedirects: 0,
  });
  expect(answer.headers().location).toContain("/sign-in?error=csrf");
  expect(answer.headers()["set-cookie"] ?? "").not.toContain("gatebook.session");
  const rows = await query<Attempt>(BY_REQUEST, [answer.headers()["x-request-id"]]);
  expect(rows).toEqual([expect.objectContaining({ failure_reason: "csrf_rejected", email: "member@acme.test" })]);
});

test("a callback with a foreign state, and one that no browser here began", async ({ page, request, query }) => {
  const stray = await request.get("/api/auth/callback/openid?code=x&state=y", { maxRedirects: 0 });
  expect(await query<Attempt>(BY_REQUEST, [stray.headers()["x-request-id"]])).toEqual([
    expect.objectContaining({ failure_reason: "state_mismatch", provider: "openid" }),
  ]);
  await startSso(page);
  await page.goto("/api/auth/callback/openid?code=stolen&state=someone-elses");
  await expect(page.getByText("That sign-in didn't finish. Nothing changed.")).toBeVisible();
  const [row] = await query<Attempt>("select * from sign_ins order by occurred_at desc, id desc limit 1");
  expect(row).toMatchObject({ status: "failure", failure_reason: "state_mismatch" });
});

test("a forged link, and one that has expired", async ({ page, request, query }) => {
  const forged = await request.post("/api/auth/callback/token", {
    form: { csrfToken: await csrf(request), token: "A".repeat(43) },
    maxRedirects: 0,
  });
  expect(await query<Attempt>(BY_REQUEST, [forged.headers()["x-request-id"]])).toEqual([
    expect.objectContaining({ failure_reason: "invalid_token", auth_method: "email_verification" }),
  ]);
  const link = await askForLink(page, "owner@acme.test");
  await query("update verification_tokens set expires_at = created_at where used_at is null");
  await page.goto(link);
  await page.getByRole("button", { name: "Finish signing in" }).click();
  await expect(page.getByText("This link no longer works.")).toBeVisible();
  const [row] = await query<Attempt>(
    "select * from sign_ins where email = 'owner@acme.test' order by occurred_at desc limit 1",
  );
  expect(row).toMatchObject({ status: "failure", failure_reason: "expired_token" });
});

test("single sign-on with the email of a local account takes nothing over", async ({ page, query }) => {
  await signInWithSso(page, "member@acme.test");
  await expect(page.getByText("An account with that address already exists here.")).toBeVisible();
  const [row] = await query<Attempt>(
    "select * from sign_ins where email = 'member@acme.test' order by occurred_at desc limit 1",
  );
  expect(row).toMatchObject({ status: "failure", failure_reason: "account_not_linked", auth_method: "sso" });
  expect(
    await query("select 1 from accounts where user_id = (select id from users where email = 'member@acme.test')"),
  ).toEqual([]);
});

test("asking for a link tells nobody which addresses have accounts", async ({ request, query }) => {
  const answers: unknown[] = [];
  for (const email of ["member@acme.test", freshEmail("stranger"), "disabled@acme.test"]) {
    const answer = await request.post("/api/sign-in/link", {
      form: { csrfToken: await csrf(request), email },
      maxRedirects: 0,
    });
    answers.push({ status: answer.status(), location: answer.headers().location });
    const rows = await query<{ claimed_email: string }>(
      "select claimed_email from audit_events where action = 'signInLinkRequested' and request_id = $1",
      [answer.headers()["x-request-id"]],
    );
    expect(rows).toEqual([{ claimed_email: email }]);
  }
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test("a link asked for by another spelling goes to the account's own address, and by a look-alike to nobody", async ({
  request,
}) => {
  /** Whom mail of anything like this domain went to. */
  const receivers = async () => {
    const messages: { to: string }[] = await (await request.get(`${workbench.inbox}/messages`)).json();
    return messages.map(({ to }) => to).filter((to) => to.includes("lobex.test"));
  };
  const ask = async (email: string) =>
    request.post("/api/sign-in/link", { form: { csrfToken: await csrf(request), email }, maxRedirects: 0 });
  const before = await receivers();
  await ask("\u043Ewner@globex.test");
  await ask("OWNER@\uFF47lobex.test");
  await expect.poll(receivers).toEqual(["owner@globex.test", ...before]);
});

test("NextAuth's log endpoint is closed, and no secret travels in a URL", async ({ request }) => {
  expect(
    (await request.post("/api/auth/_log", { form: { level: "error", code: "x", message: "forged" } })).status(),
  ).toBe(404);
  expect((await request.get("/api/auth/callback/credentials?email=a&password=b")).status()).toBe(405);
  expect((await request.get("/api/auth/callback/token?token=x")).status()).toBe(405);
});

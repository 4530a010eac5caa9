/** The three ways in, and out again, each seen at the top of the history. */
import {
  type Attempt,
  askForLink,
  expect,
  expectSignedIn,
  freshEmail,
  inNewContext,
  signInWithPassword,
  signInWithSso,
  signOut,
  test,
} from "./fixtures";

const NEWEST = "select * from sign_ins where email = $1 order by occurred_at desc, id desc limit 1";

test("a password opens the door, and the session is in the book with its token", async ({ page, query }) => {
  await signInWithPassword(page, "owner@acme.test");
  await expectSignedIn(page, "owner@acme.test");
  const [row] = await query<Attempt>(NEWEST, ["owner@acme.test"]);
  expect(row).toMatchObject({ status: "success", auth_method: "password", provider: "credentials", ip: "127.0.0.1" });
  const tokens = await query(
    "select actor_id, details from audit_events where action = 'jwtTokenCreated' and session_id = $1",
    [row?.session_id],
  );
  expect(tokens).toEqual([{ actor_id: expect.any(String), details: { trigger: "signIn" } }]);
  await page.goto("/admin/sign-ins");
  await expect(page.getByRole("row").nth(1)).toContainText("owner@acme.test");
  await expect(page.getByRole("row").nth(1)).toContainText(/password/i);
});

test("a link by email opens the door once, and opening it alone spends nothing", async ({ page, context, query }) => {
  const link = await askForLink(page, "member@acme.test");
  // A mail scanner opens the link, twice.
  expect((await page.request.get(link)).status()).toBe(200);
  expect((await page.request.head(link)).ok()).toBe(true);
  await page.goto(link);
  await page.getByRole("button", { name: "Finish signing in" }).click();
  await expectSignedIn(page, "member@acme.test");
  const [row] = await query<Attempt>(NEWEST, ["member@acme.test"]);
  expect(row).toMatchObject({ status: "success", auth_method: "email_verification", provider: "token" });

  await inNewContext(context, async (other) => {
    await other.goto(link);
    await other.getByRole("button", { name: "Finish signing in" }).click();
    await expect(other.getByText("This link no longer works.")).toBeVisible();
  });
  const rows = await query<Attempt>(`${NEWEST.replace("limit 1", "limit 2")}`, ["member@acme.test"]);
  expect(rows[0]).toMatchObject({ status: "failure", failure_reason: "used_token", session_id: null });
  expect(rows[1]).toMatchObject({ status: "success" });
});

test("single sign-on makes a user of a new verified email, and knows them again", async ({ page, query }) => {
  const email = freshEmail("sso");
  await signInWithSso(page, email);
  await expectSignedIn(page, email);
  await signOut(page);
  await signInWithSso(page, email);
  await expectSignedIn(page, email);
  const rows = await query<Attempt>("select * from sign_ins where email = $1 order by occurred_at", [email]);
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatchObject({ status: "success", auth_method: "sso", provider: "openid" });
  const triggers = await query(
    `select details->>'trigger' as trigger from audit_events
      where action = 'jwtTokenCreated' and actor_id = (select id from users where email = $1) order by occurred_at`,
    [email],
  );
  expect(triggers.map(({ trigger }) => trigger)).toEqual(["signUp", "signIn"]);
});

test("signing out ends the session for every copy of its cookie", async ({ page, context, query }) => {
  await signInWithPassword(page, "member@acme.test");
  await expectSignedIn(page, "member@acme.test");
  const stolen = await context.cookies();
  await signOut(page);
  await context.addCookies(stolen);
  await page.goto("/account/activity");
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/);
  const events = await query(
    "select action from audit_events where action = 'signedOut' and actor_id = (select id from users where email = $1)",
    ["member@acme.test"],
  );
  expect(events.length).toBeGreaterThan(0);
});

test("disabling an account ends its sessions at the next request", async ({ page, query }) => {
  const email = freshEmail("disabled");
  await signInWithSso(page, email);
  await expectSignedIn(page, email);
  await query("update users set disabled_at = now() where email = $1", [email]);
  await page.goto("/account/activity");
  await expect(page).toHaveURL(/\/sign-in/);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("password and email link work as plain forms", async ({ page }) => {
    await signInWithPassword(page, "member@acme.test");
    await expect(page).toHaveURL(/\/account\/activity$/);
    await page.getByRole("button", { name: "Sign out" }).click();
    const link = await askForLink(page, "member@acme.test");
    await page.goto(link);
    await page.getByRole("button", { name: "Finish signing in" }).click();
    await expect(page).toHaveURL(/\/account\/activity$/);
  });
});

test("the way back is kept, on this origin only", async ({ page }) => {
  await page.goto("/account/sessions");
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Faccount%2Fsessions/);
  await page.getByLabel("Email").fill("member@acme.test");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/account\/sessions$/);
  await expect(page.getByText("This browser")).toBeVisible();
  await signOut(page);
  await page.goto("/sign-in?callbackUrl=https%3A%2F%2Fevil.test%2F");
  await page.getByLabel("Email").fill("member@acme.test");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/^http:\/\/localhost:\d+\/account\/activity$/);
});

test("a connection that nobody uses is kept longer than proxies keep theirs", async ({ request }) => {
  const answer = await request.get("/api/health/live");
  expect(Number(/timeout=(\d+)/.exec(answer.headers()["keep-alive"] ?? "")?.[1])).toBeGreaterThan(60);
});

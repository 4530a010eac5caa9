/** A forgotten password: from the sign-in page by mail to a new one, with and without JavaScript. */
import type { Page } from "@playwright/test";
import {
  expect,
  expectSignedIn,
  freshEmail,
  freshPasswordUser,
  inNewContext,
  linkIn,
  mailTo,
  signInWithPassword,
  test,
} from "./fixtures";

const NEW_PASSWORD = "four quiet words here";

async function askForReset(page: Page, email: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot password?" }).click();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByText("If that address can sign in here, a link is on its way.")).toBeVisible();
}

async function choose(page: Page, password: string): Promise<void> {
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Use this password" }).click();
}

async function journey(page: Page, email: string): Promise<void> {
  await askForReset(page, email);
  const link = await linkIn(page, email, "/reset-password");
  // Mail scanners open what they find.
  await page.goto(link);
  await page.goto(link);
  await choose(page, "password123");
  await expect(page.getByRole("alert").filter({ hasText: "on lists that guessers try first" })).toBeVisible();
  await expect(page).toHaveTitle(/^Error: /);
  await choose(page, NEW_PASSWORD);
  await expect(page.getByRole("heading", { name: "Your password is changed" })).toBeVisible();
  await page.goto(link);
  await choose(page, "another four quiet words");
  await expect(page.getByRole("alert").filter({ hasText: "This link no longer works. Send a new one." })).toBeVisible();
}

test("a link by mail leads to a new password, once; other browsers are out, and the person is told", async ({
  page,
  context,
  query,
}) => {
  const email = await freshPasswordUser(query, "forgetful");
  const elsewhere = await inNewContext(context, async (other) => {
    await signInWithPassword(other, email);
    await expectSignedIn(other, email);
    return other.context().cookies();
  });
  await journey(page, email);
  await inNewContext(context, async (other) => {
    await other.context().addCookies(elsewhere);
    expect(await (await other.request.get("/api/auth/session")).json()).toEqual({});
  });
  await signInWithPassword(page, email);
  await expect(page.getByRole("alert").filter({ hasText: "don't match an account" })).toBeVisible();
  await signInWithPassword(page, email, NEW_PASSWORD);
  await expectSignedIn(page, email);
  await expect
    .poll(async () => (await mailTo(page, email)).map(({ subject }) => subject))
    .toContainEqual(expect.stringMatching(/^Your password at .* was changed$/));
  const rows = await query(
    `select action, status, failure_reason from audit_events event
      where target_id = (select id from users where email = $1) and action like 'passwordReset%'
      order by occurred_at, id`,
    [email],
  );
  expect(rows).toEqual([
    { action: "passwordResetRequested", status: "success", failure_reason: null },
    { action: "passwordReset", status: "failure", failure_reason: "password_common" },
    { action: "passwordReset", status: "success", failure_reason: null },
    { action: "passwordReset", status: "failure", failure_reason: "used_token" },
  ]);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("all of it works as plain forms", async ({ page, query }) => {
    await journey(page, await freshPasswordUser(query, "plain"));
  });
});

test("asking tells nobody which addresses have accounts", async ({ page, query }) => {
  const stranger = freshEmail("stranger");
  await askForReset(page, stranger);
  const rows = await query(
    "select status, failure_reason from audit_events where action = 'passwordResetRequested' and claimed_email = $1",
    [stranger],
  );
  expect(rows).toEqual([{ status: "failure", failure_reason: "unknown_user" }]);
  expect(await mailTo(page, stranger)).toEqual([]);
});

test("a form with another site's token changes nothing", async ({ page }) => {
  const answer = await page.request.post("/api/reset-password", {
    form: { csrfToken: "forged", token: "a".repeat(43), password: NEW_PASSWORD },
    maxRedirects: 0,
  });
  expect(answer.headers().location).toMatch(/\/reset-password\?error=csrf/);
});

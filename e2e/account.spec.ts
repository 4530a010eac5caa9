/** People mind their own account: their name, the browsers they are signed in in, and their password. */
import type { BrowserContext, Page } from "@playwright/test";
import {
  expect,
  expectAccessible,
  expectSignedIn,
  freshPasswordUser,
  inNewContext,
  mailTo,
  signInWithPassword,
  test,
} from "./fixtures";
import { workbench } from "./workbench";

const NEXT = "a password of another day";

async function signIn(page: Page, email: string, password = workbench.password): Promise<void> {
  await signInWithPassword(page, email, password);
  await expectSignedIn(page, email);
}

function thisBrowser(page: Page) {
  return page.getByRole("listitem").filter({ hasText: "This browser" }).getByRole("heading");
}

/** Whether a browser with these cookies would be signed in, without touching the context they come from. */
async function opens(context: BrowserContext, cookies: Awaited<ReturnType<BrowserContext["cookies"]>>) {
  return inNewContext(context, async (page) => {
    await page.context().addCookies(cookies);
    return "user" in (await (await page.request.get("/api/auth/session")).json());
  });
}

async function changePassword(page: Page, current: string, next: string): Promise<void> {
  await page.getByLabel("Current password", { exact: true }).fill(current);
  await page.getByLabel("New password", { exact: true }).fill(next);
  await page.getByRole("button", { name: "Change password" }).click();
}

test("a name is saved, and what can't be one is said at the field", async ({ page, query, expectedErrors }) => {
  expectedErrors.push("400");
  const email = await freshPasswordUser(query, "named");
  await signIn(page, email);
  await page.goto("/account");
  const name = page.getByLabel("Name");
  await name.fill("  Ada Lovelace ");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expect(name).toHaveValue("Ada Lovelace");
  await expect(page.getByRole("status")).toHaveText("Your name is saved.");
  await page.reload();
  await expect(name).toHaveValue("Ada Lovelace");
  const rows = await query(
    "select status, changes from audit_events where action = 'userUpdated' and actor_id = (select id from users where email = $1)",
    [email],
  );
  expect(rows).toEqual([{ status: "success", changes: { name: { from: null, to: "Ada Lovelace" } } }]);

  await name.fill("x".repeat(201));
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByText("Use at most 200 characters.")).toBeVisible();
  await expect(name).toBeFocused();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
  await name.fill("Ada");
  await expect(page.getByText("Use at most 200 characters.")).toBeHidden();
});

test("a session that is ended from another browser is signed out at its next request", async ({
  page,
  context,
  query,
}) => {
  const email = await freshPasswordUser(query, "ender");
  await signIn(page, email);
  await inNewContext(context, async (other) => {
    await signIn(other, email);
    await page.goto("/account/sessions");
    await expect(page.getByText("1 session besides this one.")).toBeVisible();
    const end = page.getByRole("button", { name: /^End session on Chrome on Linux$/ });
    await end.focus();
    await page.keyboard.press("Enter");
    // The list goes on where the person was: at a row that is still there.
    await expect(thisBrowser(page)).toBeFocused();
    await expect(end).toHaveCount(0);
    await expect(page.getByRole("status")).toHaveText("The session on Chrome on Linux is ended.");
    await expect(page.getByText("You are signed in nowhere else.")).toBeVisible();
    await other.goto("/account/activity");
    await expect(other).toHaveURL(/\/sign-in\?callbackUrl=%2Faccount%2Factivity/);
  });
  await expectSignedIn(page, email);
});

test("all others are ended at once, after a question that Escape and Cancel answer with no", async ({
  page,
  context,
  query,
}) => {
  const email = await freshPasswordUser(query, "alone");
  await signIn(page, email);
  await inNewContext(context, async (second) => {
    await signIn(second, email);
    await inNewContext(context, async (third) => {
      await signIn(third, email);
      await page.goto("/account/sessions");
      const ask = page.getByRole("button", { name: "End all others" });
      const dialog = page.getByRole("dialog", { name: "End 2 sessions?" });
      await ask.click();
      await expect(dialog).toContainText("Those browsers are signed out at their next request.");
      await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await expect(dialog).toBeHidden();
      await expect(ask).toBeFocused();
      await ask.click();
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await expect(dialog).toBeHidden();
      await expectSignedIn(second, email);

      await ask.click();
      await dialog.getByRole("button", { name: "End 2 sessions" }).click();
      await expect(dialog).toBeHidden();
      await expect(thisBrowser(page)).toBeFocused();
      await expect(page.getByRole("status")).toHaveText("Ended 2 sessions.");
      for (const other of [second, third]) {
        await other.goto("/account");
        await expect(other).toHaveURL(/\/sign-in\?callbackUrl=%2Faccount/);
      }
    });
  });
  await expectSignedIn(page, email);
  const rows = await query(
    `select status, details from audit_events where action = 'sessionRevoked'
      and actor_id = (select id from users where email = $1)`,
    [email],
  );
  expect(rows).toEqual([1, 2].map(() => ({ status: "success", details: { by: "owner" } })));
});

test("a list of sessions that cannot be ended now says so, and keeps them", async ({
  page,
  context,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("500");
  const email = await freshPasswordUser(query, "unlucky");
  await signIn(page, email);
  await inNewContext(context, async (other) => {
    await signIn(other, email);
    await page.goto("/account/sessions");
    await page.route("**/api/trpc/session.revoke*", (route) =>
      route.fulfill({ status: 500, json: [{ error: { json: { message: "x", code: -32603, data: null } } }] }),
    );
    await page.getByRole("button", { name: /^End session on/ }).click();
    await expect(page.getByRole("alert").filter({ hasText: "That didn't work" })).toBeVisible();
    await expect(page.getByRole("button", { name: /^End session on/ })).toBeEnabled();
    await expect(page.getByText("1 session besides this one.")).toBeVisible();
  });
});

test("a new password ends every other session and every copy of this one's cookie, and this browser goes on", async ({
  page,
  context,
  query,
}) => {
  const email = await freshPasswordUser(query, "changer");
  await signIn(page, email);
  const stolen = await context.cookies();
  await inNewContext(context, async (other) => {
    await signIn(other, email);
    await page.goto("/account/security");
    await page.getByRole("button", { name: "Show new password" }).click();
    await changePassword(page, workbench.password, NEXT);
    await expect(page.getByText("Your password is changed")).toBeVisible();
    const next = page.getByLabel("New password", { exact: true });
    await expect(next).toHaveValue("");
    await expect(next).toHaveAttribute("type", "password");
    await expect(page.getByText(/^1 other session is ended\./)).toBeVisible();
    await expectAccessible(page);

    await other.goto("/account");
    await expect(other).toHaveURL(/\/sign-in/);
    expect(await opens(context, stolen)).toBe(false);
    expect(await opens(context, await context.cookies())).toBe(true);
    await page.reload();
    await expectSignedIn(page, email);

    await signInWithPassword(other, email);
    await expect(other.getByText(/don't match an account/)).toBeVisible();
    await signIn(other, email, NEXT);
  });
  const cookie = (await context.cookies()).find(({ name }) => name === "gatebook.session");
  const before = stolen.find(({ name }) => name === "gatebook.session");
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  expect(cookie?.value).not.toBe(before?.value);
  // Not a day longer than the sign-in that it goes back to.
  expect(Math.abs((cookie?.expires ?? 0) - (before?.expires ?? 0))).toBeLessThan(5);

  const rows = await query(
    `select action, status, details from audit_events
      where action in ('passwordChanged', 'jwtTokenCreated') and request_id =
        (select request_id from audit_events where action = 'passwordChanged' and actor_id =
          (select id from users where email = $1))
      order by action desc`,
    [email],
  );
  expect(rows).toEqual([
    { action: "passwordChanged", status: "success", details: { endedSessions: 2 } },
    { action: "jwtTokenCreated", status: "success", details: { trigger: "update", replaces: expect.any(String) } },
  ]);
  await expect(async () => {
    const subjects = (await mailTo(page, email)).map(({ subject }) => subject);
    expect(subjects).toEqual([`Your password at ${new URL(workbench.origin).host} was changed`]);
  }).toPass({ timeout: 10_000 });
});

test("what is wrong with a password is said at its field, which takes the focus; guesses run out", async ({
  page,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("400", "429");
  const email = await freshPasswordUser(query, "guesser");
  await signIn(page, email);
  await page.goto("/account/security");
  const current = page.getByLabel("Current password", { exact: true });
  const next = page.getByLabel("New password", { exact: true });
  await expect(next).toHaveAttribute("autocomplete", "new-password");
  await expect(next).not.toHaveAttribute("maxlength");

  await changePassword(page, workbench.password, "Password1");
  await expect(page.getByText("That password is on lists that guessers try first.")).toBeVisible();
  await expect(next).toBeFocused();
  await changePassword(page, workbench.password, "short");
  await expect(page.getByText("Use at least 8 characters.")).toBeVisible();
  await changePassword(page, workbench.password, email);
  await expect(page.getByText("too close to your address")).toBeVisible();

  for (let guess = 0; guess < 10; guess += 1) {
    const answered = page.waitForResponse(/changePassword/);
    await changePassword(page, `guess number ${guess}`, NEXT);
    await answered;
    await expect(page.getByText("That isn't your current password.")).toBeVisible();
    await expect(current).toBeFocused();
  }
  await expectAccessible(page);
  await changePassword(page, workbench.password, NEXT);
  await expect(page.getByText(/^Too many tries\. Wait 1[45] minutes\.$/)).toBeVisible();
  // The limit is the sign-in's own.
  await inNewContext(page.context(), async (other) => {
    await signInWithPassword(other, email);
    await expect(other.getByText(/Too many tries/)).toBeVisible();
  });
  const rows = await query<{ failure_reason: string; count: string }>(
    `select failure_reason, count(*) from audit_events where action = 'passwordChanged' and status = 'failure'
      and actor_id = (select id from users where email = $1) group by 1 order by 1`,
    [email],
  );
  expect(Object.fromEntries(rows.map(({ failure_reason, count }) => [failure_reason, Number(count)]))).toEqual({
    password_common: 1,
    password_guessable: 1,
    password_too_short: 1,
    rate_limited: 1,
    wrong_password: 10,
  });
});

test("a password can be shown, and hidden again", async ({ page, query }) => {
  await signIn(page, await freshPasswordUser(query, "looker"));
  await page.goto("/account/security");
  const next = page.getByLabel("New password", { exact: true });
  await next.fill("look at me now");
  await expect(next).toHaveAttribute("type", "password");
  await page.getByRole("button", { name: "Show new password" }).click();
  await expect(next).toHaveAttribute("type", "text");
  await page.getByRole("button", { name: "Hide new password" }).click();
  await expect(next).toHaveAttribute("type", "password");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the pages show what is so, and no form sends a password into an address", async ({ page, query }) => {
    const email = await freshPasswordUser(query, "plain");
    await signInWithPassword(page, email);
    await page.goto("/account/sessions");
    await expect(page.getByText("This browser")).toBeVisible();
    await expect(page.getByRole("button", { name: /^End/ })).toHaveCount(0);
    await page.goto("/account/security");
    await expect(page.getByText("Changing the password needs JavaScript.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Change password" })).toHaveCount(0);
    await expect(page.locator("form:has([autocomplete=new-password])")).toHaveAttribute("method", "post");
    expect(await page.locator("form [autocomplete$=password][name]").count()).toBe(0);
  });
});

test("somebody who finds a sign-in that wasn't theirs ends the other sessions and goes on to a new password", async ({
  page,
  context,
  query,
}) => {
  const email = await freshPasswordUser(query, "startled");
  const elsewhere = await inNewContext(context, async (other) => {
    await signIn(other, email);
    return other.context().cookies();
  });
  await signIn(page, email);
  await page.goto("/account/activity");
  await page.getByRole("button", { name: "This wasn't me" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "End them, and go on" }).click();
  await expect(page).toHaveURL(/\/account\/security$/);
  await expect(page.getByLabel("New password", { exact: true })).toBeVisible();
  expect(await opens(context, elsewhere)).toBe(false);
  await expectSignedIn(page, email);
});

/** The directory: who can get in, shutting somebody out and letting them in again, and the first account of all. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { expect, expectSignedIn, freshEmail, inNewContext, signInWithPassword, test } from "./fixtures";
import { workbench } from "./workbench";

type Query = <Row extends Record<string, unknown>>(sql: string, values?: unknown[]) => Promise<Row[]>;

/** A member of acme of a test's own, who can sign in with the workbench's password. */
async function freshMember(query: Query, name: string): Promise<{ id: string; email: string }> {
  const email = freshEmail(name);
  const [user] = await query<{ id: string }>(
    `with made as (
       insert into users (id, email, name, password_hash, password_changed_at, email_verified_at)
       select gen_random_uuid(), $1, 'Fresh Member', password_hash, now(), now() from users where email = 'member@acme.test'
       returning id)
     insert into memberships (user_id, organization_id, role)
     select made.id, organizations.id, 'member' from made, organizations where slug = 'acme' returning user_id as id`,
    [email],
  );
  return { id: user?.id ?? "", email };
}

async function signIn(page: Page, email: string): Promise<void> {
  await signInWithPassword(page, email);
  await expectSignedIn(page, email);
}

test("an owner finds somebody, disables them, and enables them again: their browser is out at its next request", async ({
  page,
  context,
  query,
}) => {
  const member = await freshMember(query, "shut-out");
  await signIn(page, "owner@acme.test");
  await inNewContext(context, async (theirs) => {
    await signIn(theirs, member.email);

    await page.getByRole("link", { name: "Users" }).click();
    await page.getByLabel("Email or name").fill(member.email.slice(0, -5).toUpperCase());
    await page.getByRole("button", { name: "Search" }).click();
    await expect(page).toHaveURL(/\/admin\/users\?search=/);
    const row = page.getByRole("row").nth(1);
    await expect(row).toContainText("Active");
    await expect(row).toContainText("password");
    await expect(page.getByRole("row")).toHaveCount(2);

    await page.getByRole("link", { name: "Fresh Member" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Fresh Member");
    await expect(page.getByText("Disable: ends 1 session and blocks sign-in. History stays.")).toBeVisible();
    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await theirs.goto("/account");
    await expect(theirs).toHaveURL(/\/account$/);

    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await expect(page.getByRole("status").filter({ hasText: "Disabled. Ended 1 session." })).toBeAttached();
    await expect(page.getByText(/Disabled since/)).toBeVisible();
    await expect(page.getByText("Signed in nowhere")).toBeVisible();
    await theirs.goto("/account");
    await expect(theirs).toHaveURL(/\/sign-in/);
    const [disabled] = await query(
      `select actor.email, status, details from audit_events join users actor on actor.id = actor_id
        where action = 'userDisabled' and target_id = $1`,
      [member.id],
    );
    expect(disabled).toEqual({ email: "owner@acme.test", status: "success", details: { endedSessions: 1 } });

    await page.getByRole("button", { name: "Enable" }).click();
    await expect(page.getByRole("button", { name: "Disable" })).toBeVisible();
    expect(await query("select status from audit_events where action = 'userEnabled' and target_id = $1", [member.id]))
      // Once.
      .toEqual([{ status: "success" }]);
    await signIn(theirs, member.email);
    await page.reload();
    await page.getByRole("button", { name: "End all sessions" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End all sessions" }).click();
    await expect(page.getByText("Signed in nowhere")).toBeVisible();
    await theirs.goto("/account");
    await expect(theirs).toHaveURL(/\/sign-in/);
  });
  await page.getByRole("link", { name: "Their sign-ins" }).click();
  await expect(page.getByRole("row").nth(1)).toContainText(member.email);
});

test("keyboard only: search, open, disable, enable", async ({ page, query }) => {
  const member = await freshMember(query, "keys");
  await signIn(page, "owner@acme.test");
  await page.goto("/admin/users");
  await page.getByLabel("Email or name").focus();
  await page.keyboard.type(member.email);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/search=/);
  await page.getByRole("link", { name: "Fresh Member" }).focus();
  await page.keyboard.press("Enter");
  const disable = page.getByRole("button", { name: "Disable" });
  await disable.focus();
  await page.keyboard.press("Enter");
  // The first press too many changes nothing, and brings the focus back.
  await expect(page.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(disable).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Cancel" })).toBeFocused();
  // Whoever asks again at once is asked again, though the browser tells late of the first dialog that it was closed.
  await page.getByRole("dialog").evaluate(async (dialog) => {
    const press = (name: string, within: ParentNode) =>
      [...within.querySelectorAll("button")].find((button) => button.textContent === name)?.click();
    press("Cancel", dialog);
    for (let turn = 0; turn < 100 && dialog.matches(":modal"); turn += 1) await null;
    press("Disable", document);
    await new Promise((told) => dialog.addEventListener("close", told, { once: true }));
  });
  await expect(page.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/Disabled since/)).toBeVisible();
  await expect(page.getByRole("region", { name: "What can be done" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Enable" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(disable).toBeVisible();
  await expect(page.getByRole("region", { name: "What can be done" })).toBeFocused();
});

test("who is not theirs looks missing to an owner, and whom they may only see has no buttons", async ({
  page,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("404");
  const idOf = async (email: string) =>
    (await query<{ id: string }>("select id from users where email = $1", [email]))[0]?.id;
  await signIn(page, "owner@globex.test");
  await page.goto("/admin/users");
  await expect(page.getByRole("row")).toHaveCount(2);
  for (const id of [await idOf("member@acme.test"), "00000000-0000-7000-8000-000000000000", "no-id"]) {
    expect((await page.goto(`/admin/users/${id}`))?.status()).toBe(404);
    await expect(page.getByText("There is nothing at this address, or it is not yours to see.")).toBeVisible();
    await expect(page.getByRole("main")).toHaveCount(1);
  }
  await page.goto(`/admin/users/${await idOf("owner@globex.test")}`);
  await expect(page.getByText(/This is you/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Disable" })).toHaveCount(0);
  await page.context().clearCookies();
  await signIn(page, "owner@acme.test");
  await page.goto(`/admin/users/${await idOf("admin@acme.test")}`);
  await expect(page.getByText(/not yours alone to administer/)).toBeVisible();
  await expect(page.getByRole("button", { name: /Disable|End all/ })).toHaveCount(0);
});

for (const email of ["auditor@acme.test", "member@acme.test"]) {
  test(`${email} sees no directory, and that they asked is in the book`, async ({ page, query }) => {
    await signIn(page, email);
    await expect(page.getByRole("link", { name: "Users" })).toHaveCount(0);
    const [{ id } = { id: "" }] = await query<{ id: string }>("select id from users where email = $1", [email]);
    for (const [path, procedure] of [
      ["/admin/users", "users.list"],
      [`/admin/users/${id}`, "users.get"],
    ]) {
      const answer = await page.goto(path ?? "");
      await expect(page.getByText("You need the admin or owner role.")).toBeVisible();
      const rows = await query(
        "select action, failure_reason, actor_id, details from audit_events where request_id = $1",
        [answer?.headers()["x-request-id"]],
      );
      expect(rows).toEqual([
        { action: "accessDenied", failure_reason: "role_required", actor_id: id, details: { procedure } },
      ]);
    }
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("people are found, and the list goes on by a link", async ({ page, query }) => {
    const name = freshEmail("many").split("@")[0];
    await query(
      `insert into users (id, email) select gen_random_uuid(), $1 || lpad(number::text, 2, '0') || '@visitor.test'
         from generate_series(1, 51) number`,
      [name],
    );
    await signInWithPassword(page, "admin@acme.test");
    await page.goto("/admin/users");
    await page.getByLabel("Email or name").fill(name ?? "");
    await page.getByRole("button", { name: "Search" }).click();
    await expect(page.getByRole("row")).toHaveCount(51);
    await page.getByRole("link", { name: "Next page" }).click();
    await expect(page.getByRole("row")).toHaveCount(2);
    await expect(page.getByRole("row").nth(1)).toContainText(`${name}51@visitor.test`);
    await query("delete from users where email like $1 || '%'", [name]);
  });
});

test("the command line makes the first admin, whose link opens the door once", async ({ page, context }) => {
  const email = freshEmail("first");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=react-server", "--import", "tsx", "src/cli/main.ts", "user", "create", "--email", email, "--admin"],
    {
      cwd: join(import.meta.dirname, ".."),
      env: {
        PATH: "/usr/bin",
        NODE_ENV: "production",
        DATABASE_URL: workbench.databaseUrl(),
        NEXTAUTH_URL: workbench.origin,
      },
    },
  );
  const link = /http:\/\/\S+/.exec(stdout)?.[0] ?? "";
  await page.goto(link);
  await page.getByRole("button", { name: "Finish signing in" }).click();
  await expectSignedIn(page, email);
  await page.goto(`/admin/users?search=${email}`);
  await expect(page.getByRole("row").nth(1)).toContainText("admin of this Gatebook");
  await inNewContext(context, async (other) => {
    await other.goto(link);
    await other.getByRole("button", { name: "Finish signing in" }).click();
    await expect(other.getByText("This link no longer works.")).toBeVisible();
  });
});

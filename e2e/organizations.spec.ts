/** Organizations: made, joined by a mailed invitation, their roles changed, and everything that nobody may do. */
import type { Page } from "@playwright/test";
import {
  expect,
  expectSignedIn,
  freshEmail,
  freshPasswordUser,
  inNewContext,
  mailTo,
  newestLink,
  signInWithPassword,
  test,
} from "./fixtures";

type Query = <Row extends Record<string, unknown>>(sql: string, values?: unknown[]) => Promise<Row[]>;

async function signIn(page: Page, email: string): Promise<void> {
  await signInWithPassword(page, email);
  await expectSignedIn(page, email);
}

/** An organization of a test's own, and its one owner, who can sign in with the workbench's password. */
async function freshOrganization(query: Query, name: string): Promise<{ id: string; owner: string }> {
  const owner = await freshPasswordUser(query, `${name}-owner`);
  const [organization] = await query<{ id: string }>(
    `with made as (
       insert into organizations (id, slug, name)
       values (gen_random_uuid(), $1 || '-' || left(gen_random_uuid()::text, 8), initcap($1)) returning id)
     insert into memberships (user_id, organization_id, role)
     select users.id, made.id, 'owner' from users, made where email = $2 returning organization_id as id`,
    [name, owner],
  );
  return { id: organization?.id ?? "", owner };
}

test("an administrator makes an organization and invites its owner, who joins by the mail and invites in turn", async ({
  page,
  context,
  query,
}) => {
  const owner = freshEmail("first-owner");
  const name = `Initech ${owner.slice(12, 20)}`;
  await signIn(page, "admin@acme.test");
  await page.getByRole("link", { name: "Organizations" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByText("No members yet")).toBeVisible();

  const invite = page.getByRole("region", { name: "Invite" });
  await invite.getByLabel("Email").fill(owner.toUpperCase());
  await invite.getByLabel("Role").selectOption("owner");
  await invite.getByRole("button", { name: "Send invitation" }).click();
  await expect(page.getByText("The mail is on its way.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Waiting for an answer" })).toContainText(`${owner} as an owner`);
  expect(await query("select 1 from users where email = $1", [owner])).toEqual([]);

  await inNewContext(context, async (theirs) => {
    await theirs.goto(await newestLink(page, owner));
    await expect(theirs.getByText(`You are invited to join ${name} as owner.`)).toBeVisible();
    await theirs.getByRole("button", { name: "Join" }).click();
    await expectSignedIn(theirs, owner);
    await theirs.goto("/admin/organizations");
    // Theirs, and no other.
    await expect(theirs.getByRole("row")).toHaveCount(2);
    await expect(theirs.getByRole("heading", { name: "New organization" })).toHaveCount(0);
    await theirs.getByRole("link", { name }).click();
    await expect(theirs.getByRole("region", { name: "Members" })).toContainText(owner);
    await expect(theirs.getByText("Nobody is waited for.")).toBeVisible();
  });

  const rows = await query(
    `select action, status, changes, details, auth_method, organization_id is not null as organized
       from audit_events where target_id = (select id from users where email = $1) order by action`,
    [owner],
  );
  expect(rows).toMatchObject([
    { action: "membershipChanged", status: "success", changes: { role: { from: null, to: "owner" } } },
    { action: "signedIn", status: "success", auth_method: "email_verification", organized: true },
    { action: "userCreated", status: "success", details: { via: "invitation" } },
  ]);
  const [invited] = await query(
    `select actor.email, status from audit_events join users actor on actor.id = actor_id
      where action = 'userInvited' and claimed_email = $1`,
    [owner],
  );
  expect(invited).toEqual({ email: "admin@acme.test", status: "success" });
});

test("a role is changed by keyboard, the last owner stays, and a removed member has nothing left to see", async ({
  page,
  context,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("409");
  const { id, owner } = await freshOrganization(query, "keyboards");
  const member = await freshPasswordUser(query, "role-changed");
  await query(
    "insert into memberships (user_id, organization_id, role) select id, $1, 'member' from users where email = $2",
    [id, member],
  );
  await signIn(page, owner);
  await page.goto(`/admin/organizations/${id}`);
  const row = page.getByRole("row").filter({ hasText: member });

  await row.getByRole("button", { name: "Change role" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("radio", { name: "member" })).toBeVisible();
  await page.getByRole("radio", { name: "member" }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "auditor" })).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(row).toContainText("auditor");
  await expect(row.getByRole("button", { name: "Change role" })).toBeFocused();

  const own = page.getByRole("row").filter({ hasText: owner });
  await own.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "last owner" })).toBeVisible();
  await expect(own).toContainText("owner");

  await inNewContext(context, async (theirs) => {
    await signIn(theirs, member);
    await theirs.goto(`/admin/sign-ins?organizationId=${id}`);
    await expect(theirs.getByRole("heading", { level: 1 })).toHaveText("Sign-ins");
    await row.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect(row).toHaveCount(0);
    await theirs.reload();
    await expect(theirs.getByText("You don't have permission to see this")).toBeVisible();
  });
  const rows = await query(
    `select status, failure_reason, changes from audit_events
      where action = 'membershipChanged' and organization_id = $1 order by occurred_at, id`,
    [id],
  );
  expect(rows).toEqual([
    { status: "success", failure_reason: null, changes: { role: { from: "member", to: "auditor" } } },
    { status: "failure", failure_reason: "last_owner", changes: null },
    { status: "success", failure_reason: null, changes: { role: { from: "auditor", to: null } } },
  ]);
});

test("an invitation is withdrawn, and its link says that it is dead and whom to ask", async ({
  page,
  context,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("401");
  const { id, owner } = await freshOrganization(query, "withdrawals");
  const email = freshEmail("withdrawn");
  await signIn(page, owner);
  await page.goto(`/admin/organizations/${id}`);
  await page.getByRole("region", { name: "Invite" }).getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send invitation" }).click();
  const link = await newestLink(page, email);
  const seen = new Set((await mailTo(page, email)).map((mail) => mail.id));
  const waiting = page.getByRole("region", { name: "Waiting for an answer" });
  await waiting.getByRole("button", { name: /^Mail again/ }).click();
  const second = await newestLink(page, email, seen);
  expect(second).not.toBe(link);
  await waiting.getByRole("button", { name: /^Withdraw/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await expect(page.getByText("Nobody is waited for.")).toBeVisible();
  await inNewContext(context, async (theirs) => {
    for (const dead of [link, second]) {
      await theirs.goto(dead);
      await theirs.getByRole("button", { name: "Join" }).click();
      await expect(theirs.getByText("ask whoever invited you")).toBeVisible();
    }
  });
  const rows = await query(
    "select failure_reason from audit_events where action = 'signedIn' and claimed_email = $1 order by occurred_at",
    [email],
  );
  expect(rows).toEqual([{ failure_reason: "invalid_token" }, { failure_reason: "invalid_token" }]);
});

test("a policy that would keep its own author out is asked about, and holds once that is confirmed", async ({
  page,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("412");
  const { id, owner } = await freshOrganization(query, "policies");
  await signIn(page, owner);
  await page.goto(`/admin/organizations/${id}`);
  const policy = page.getByRole("region", { name: "How its people sign in" });
  await expect(policy.getByLabel("Domains")).toHaveAttribute("readonly");
  await policy.getByLabel("password").uncheck();
  await policy.getByLabel("Also at their first single sign-on").check();
  await policy.getByRole("button", { name: "Save", exact: true }).click();
  const question = page.getByRole("dialog").filter({ hasText: "This could keep people out" });
  await question.getByRole("button", { name: "Cancel" }).click();
  expect(await query("select invite_only from organizations where id = $1", [id])).toEqual([{ invite_only: true }]);
  await policy.getByRole("button", { name: "Save", exact: true }).click();
  await question.getByRole("button", { name: "Save all the same" }).click();
  await expect(page.getByRole("status").filter({ hasText: "is saved" })).toBeAttached();
  const [row] = await query(
    "select changes from audit_events where action = 'organizationUpdated' and target_id = $1 and status = 'success'",
    [id],
  );
  expect(row?.changes).toEqual({
    allowedMethods: {
      from: ["password", "email_verification", "sso", "passkey"],
      to: ["email_verification", "sso", "passkey"],
    },
    inviteOnly: { from: true, to: false },
  });
});

test("a person's page shows their sign-ins, memberships and changes, and another organization's owner sees none of it", async ({
  page,
  context,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("404");
  const { id, owner } = await freshOrganization(query, "records");
  const member = await freshPasswordUser(query, "on-record");
  const [person] = await query<{ id: string }>(
    `insert into memberships (user_id, organization_id, role)
     select id, $1, 'member' from users where email = $2 returning user_id as id`,
    [id, member],
  );
  await inNewContext(context, (theirs) => signIn(theirs, member));
  await signIn(page, owner);
  await page.goto(`/admin/users/${person?.id}`);
  await expect(page.getByRole("region", { name: "Sign-ins" }).getByRole("row").nth(1)).toContainText("Succeeded");
  await page.getByRole("region", { name: "Organizations" }).getByRole("button", { name: "Change role" }).click();
  await page.getByRole("radio", { name: "admin" }).check();
  await page.getByRole("button", { name: "Save role" }).click();
  const changes = page.getByRole("region", { name: "Changes" });
  await expect(changes).toContainText("Role: member → admin");
  await expect(changes).toContainText(`by ${owner}`);
  await page.getByLabel("Name", { exact: true }).fill("On Record");
  await page.getByRole("button", { name: "Save name and role" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("On Record");
  await expect(changes).toContainText("Name: none → On Record");

  await inNewContext(context, async (stranger) => {
    await signIn(stranger, "owner@globex.test");
    for (const path of [`/admin/users/${person?.id}`, `/admin/organizations/${id}`]) {
      await stranger.goto(path);
      await expect(stranger.getByRole("heading", { level: 1 })).not.toContainText("On Record");
      await expect(stranger.getByText(member)).toHaveCount(0);
    }
  });
});

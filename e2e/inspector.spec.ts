/** The session inspector: what it shows is what the database holds, as it happens, and its buttons do what they say. */
import type { Page } from "@playwright/test";
import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  expectSignedIn,
  freshEmail,
  inNewContext,
  signInWithPassword,
  signInWithSso,
  test,
} from "./fixtures";

const section = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function openInspector(page: Page, email = "owner@acme.test"): Promise<string> {
  await signInWithPassword(page, email);
  await expectSignedIn(page, email);
  await page.goto("/dev/session");
  await expect(section(page, "Events").getByText("Live", { exact: true })).toBeVisible();
  return (await (await page.request.get("/api/auth/session")).json()).sid;
}

test("shows the session's facts as the database has them, and no secret", async ({ page, query, context }) => {
  const sid = await openInspector(page);
  const [row] = await query<{ email: string; user_id: string; created: string; expires: string }>(
    `select email, user_id, to_char(sessions.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as created,
            to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as expires
       from sessions join users on users.id = user_id where sessions.id = $1`,
    [sid],
  );
  const signIn = section(page, "Sign-in");
  for (const text of [row?.email, row?.user_id, sid, "password", row?.created, "127.0.0.1"]) {
    await expect(signIn).toContainText(text ?? "missing");
  }
  await expect(section(page, "Lifetimes")).toContainText(row?.expires ?? "missing");
  await expect(section(page, "Roles")).toContainText("read the history of sign-ins");
  await expect(section(page, "Claims")).toContainText(sid);
  const cookie = (await context.cookies()).find(({ name }) => name === "gatebook.session");
  const bytes = `${cookie?.name}=${cookie?.value}`.length;
  await expect(section(page, "Cookie")).toContainText(`${bytes} of 4,096 bytes`);
  await expect(section(page, "Cookie")).toContainText("HttpOnly");
  const events = section(page, "Events");
  await expect(events.getByRole("listitem")).toContainText(["jwtTokenCreated", "signedIn"]);
  const html = await page.content();
  expect(cookie?.value.length).toBeGreaterThan(100);
  expect(html).not.toContain(cookie?.value.slice(-40));
});

test("counts down", async ({ page }) => {
  await openInspector(page);
  const rotation = section(page, "Lifetimes").getByText(/^in 0:1\d:\d\d$/);
  const before = await rotation.textContent();
  await expect(rotation).not.toHaveText(before ?? "");
});

test("shows an event as it commits, without a reload, and filters by the request of a call", async ({
  page,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("403");
  const sid = await openInspector(page, "member@acme.test");
  const events = section(page, "Events").getByRole("listitem");
  await expect(events.first()).toContainText("jwtTokenCreated");
  const answer = await page.evaluate(async () => {
    const response = await fetch("/api/trpc/signIns.list?input=%7B%22json%22%3A%7B%7D%7D");
    return { status: response.status, requestId: response.headers.get("x-request-id") };
  });
  expect(answer.status).toBe(403);
  await expect(events.first()).toContainText("accessDenied");
  await expect(events.first()).toContainText("role_required");
  await events
    .first()
    .getByRole("link", { name: answer.requestId ?? "missing" })
    .click();
  await expect(page).toHaveURL(new RegExp(`requestId=${answer.requestId}`));
  await expect(events).toHaveCount(1);
  await page.reload();
  await expect(events).toHaveCount(1);
  await page.getByRole("link", { name: "All events" }).click();
  await expect(events).toHaveCount(3);
  const rows = await query("select id from audit_events where session_id = $1", [sid]);
  expect(rows).toHaveLength(3);
});

test("Refresh makes exactly one new token", async ({ page, query, context }) => {
  const sid = await openInspector(page);
  const token = async () => (await context.cookies()).find(({ name }) => name === "gatebook.session")?.value;
  const count = async () =>
    (await query("select id from audit_events where session_id = $1 and action = 'jwtTokenCreated'", [sid])).length;
  const before = await token();
  expect(await count()).toBe(1);
  const number = await section(page, "Claims")
    .getByText(/^[0-9a-f-]{36}$/)
    .last()
    .textContent();
  await page.getByRole("button", { name: "Refresh token" }).click();
  await expect(section(page, "Events").getByText('{"trigger":"update"}')).toHaveCount(1);
  await expect(section(page, "Claims").getByText(number ?? "missing")).toHaveCount(0);
  expect(await token()).not.toBe(before);
  expect(await count()).toBe(2);
  await expect(section(page, "Calls").getByText("session.inspect")).toHaveCount(1);
});

test("End session leads to the sign-in page, and signing in leads back", async ({ page, query, expectedErrors }) => {
  expectedErrors.push("401");
  const sid = await openInspector(page);
  await page.getByRole("button", { name: "End session" }).click();
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Fdev%2Fsession/);
  const [row] = await query("select ended_reason from sessions where id = $1", [sid]);
  expect(row).toEqual({ ended_reason: "revoked" });
  await page.getByLabel("Email").fill("owner@acme.test");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/dev\/session$/);
  // The calls that led out are still there to be looked at.
  const calls = section(page, "Calls").getByRole("listitem");
  await expect(calls.filter({ hasText: "session.inspect" }).filter({ hasText: "UNAUTHORIZED" })).toHaveCount(1);
  await expect(calls.filter({ hasText: "session.revoke" })).toHaveCount(1);
});

for (const kind of ["idle", "absolute"]) {
  test(`simulated ${kind} expiry leads to the sign-in page and back, and ends no other session`, async ({
    page,
    context,
    query,
    expectedErrors,
  }) => {
    expectedErrors.push("401");
    const sid = await openInspector(page);
    await inNewContext(context, async (other) => {
      await signInWithPassword(other, "owner@acme.test");
      await expectSignedIn(other, "owner@acme.test");
      await page.goto("/dev/session?requestId=of-no-event-at-all");
      await page.getByRole("button", { name: `Simulate ${kind} expiry` }).click();
      await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Fdev%2Fsession%3FrequestId%3Dof-no-event-at-all/);
      await expectSignedIn(other, "owner@acme.test");
    });
    const rows = await query(
      "select details from audit_events where session_id = $1 and action = 'sessionExpirySimulated'",
      [sid],
    );
    expect(rows).toEqual([{ details: { kind } }]);
    await page.getByLabel("Email").fill("owner@acme.test");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page).toHaveURL(/\/dev\/session\?requestId=of-no-event-at-all$/);
  });
}

test("a session ended from elsewhere is noticed at once", async ({ page, query, expectedErrors }) => {
  expectedErrors.push("401");
  const sid = await openInspector(page);
  await query("update sessions set ended_at = now(), ended_reason = 'revoked' where id = $1", [sid]);
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Fdev%2Fsession/);
});

test("an unexpected failure of a mutation is told with the request id, which leads to the log", async ({
  page,
  context,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("500");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const sid = await openInspector(page);
  const name = `refuse_${sid.replaceAll("-", "")}`;
  await query(
    `create function ${name}() returns trigger language plpgsql as $$ begin raise exception 'out of order'; end $$`,
  );
  await query(
    `create trigger ${name} before update of ended_at on sessions for each row when (old.id = '${sid}')
     execute function ${name}()`,
  );
  try {
    await page.getByRole("button", { name: "End session" }).click();
    const toast = page.getByRole("alert").filter({ hasText: "That didn't work" });
    await expect(toast).toBeVisible();
    const reference = (await toast.locator("code").textContent()) ?? "missing";
    const [row] = await query("select action, status, failure_reason from audit_events where request_id = $1", [
      reference,
    ]);
    expect(row).toEqual({ action: "sessionRevoked", status: "failure", failure_reason: "internal_error" });
    await expect(toast).not.toContainText("out of order");
    await expectAccessible(page);
    // By keyboard alone: to the toast, copy, dismiss, and back to where the focus was.
    await page.getByRole("button", { name: "End session" }).focus();
    await page.keyboard.press("F8");
    await expect(toast.getByRole("button", { name: "Copy reference" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(toast.getByRole("button", { name: "Copied" })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(reference);
    await page.keyboard.press("Escape");
    await expect(toast).toHaveCount(0);
    await expect(page.getByRole("button", { name: "End session" })).toBeFocused();
  } finally {
    await query(`drop function ${name}() cascade`);
  }
});

test("what the person may no longer see gives way to the page that says so", async ({
  page,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("403", "You need the auditor, admin or owner role.");
  const email = freshEmail("auditor");
  await signInWithSso(page, email);
  await expectSignedIn(page, email);
  const member = `(select id from users where email = '${email}')`;
  await query(
    `insert into memberships (user_id, organization_id, role)
     values (${member}, (select id from organizations where slug = 'acme'), 'auditor')`,
  );
  await page.goto("/admin/sign-ins");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await query(`delete from memberships where user_id = ${member}`);
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("You need the auditor, admin or owner role.")).toBeVisible();
  await expect(page.getByRole("row")).toHaveCount(0);
  await expectAccessible(page);
  // Another page is itself again.
  await page.getByRole("link", { name: "Profile" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Profile");
});

test("the server stops asking the database for a page that has gone", async ({ page, query }) => {
  const asking = async () =>
    (
      await query(
        `select pid from pg_stat_activity where application_name = 'gatebook' and query like '%from "audit_events"%'
            and query like '%"session_id" =%' and query_start > now() - interval '2 seconds'`,
      )
    ).length;
  await openInspector(page, "member@acme.test");
  await expect.poll(asking).toBeGreaterThan(0);
  await page.goto("about:blank");
  await expect.poll(asking).toBe(0);
});

test("copies what it shows as JSON", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const sid = await openInspector(page, "member@acme.test");
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied).toMatchObject({ sid, cookie: { name: "gatebook.session" }, signIn: { authMethod: "password" } });
  expect(copied.events.map(({ action }: { action: string }) => action)).toEqual(["jwtTokenCreated", "signedIn"]);
  const cookie = (await context.cookies()).find(({ name }) => name === "gatebook.session");
  expect(JSON.stringify(copied)).not.toContain(cookie?.value.slice(-40));
});

test("keyboard only: refresh, filter by a request, and back", async ({ page }) => {
  // Whoever may read the history is led there first, and that they looked is an event of the session too.
  await openInspector(page, "member@acme.test");
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => document.activeElement?.textContent ?? "");
      if (name.test(focused)) return;
    }
    throw new Error(`the keyboard does not reach ${name}`);
  };
  await tabTo(/^Refresh token$/);
  await page.keyboard.press("Enter");
  const events = section(page, "Events").getByRole("listitem");
  await expect(events).toHaveCount(3);
  await tabTo(/^Events of request/);
  await page.keyboard.press("Enter");
  await expect(events).toHaveCount(1);
  // The events of one request are a subscription of their own.
  await expect(section(page, "Calls").getByText("session.events")).toHaveCount(2);
  await tabTo(/^Clear$/);
  await page.keyboard.press("Enter");
  await expect(section(page, "Calls")).toContainText("Nothing yet.");
});

const WIDTHS = { light: [390, 1440], dark: [1440, 320] } as const;
for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("no axe violation, no sideways scroll", async ({ page }) => {
      await openInspector(page, "admin@acme.test");
      await page.getByRole("button", { name: "Refresh token" }).click();
      await expect(section(page, "Calls").getByText("session.inspect")).toHaveCount(1);
      for (const width of WIDTHS[colorScheme]) {
        await expectNoSidewaysScroll(page, width);
        await expectAccessible(page);
      }
      expect(await page.locator("h1").count()).toBe(1);
    });
  });
}

/** A company connects its provider: set up, tested, tried, enabled, and a newcomer signs in by it. */
import type { Locator, Page } from "@playwright/test";
import { answerProvider, expect, expectSignedIn, freshEmail, inNewContext, signInWithPassword, test } from "./fixtures";
import { workbench } from "./workbench";

type Query = <Row extends Record<string, unknown>>(sql: string, values?: unknown[]) => Promise<Row[]>;

async function signInAsAdmin(page: Page): Promise<void> {
  await signInWithPassword(page, "admin@acme.test");
  await expectSignedIn(page, "admin@acme.test");
}

/** Fills in the form of a new Entra connection whose authority host is the local provider, and saves it. */
async function addEntra(
  page: Page,
  {
    name,
    tenant = "contoso",
    host = workbench.provider,
    secret = workbench.providerClient().clientSecret,
    whose = "Everybody",
    mapping = "",
  }: {
    name: string;
    tenant?: string;
    host?: string;
    secret?: string;
    whose?: string;
    mapping?: string;
  },
): Promise<string> {
  await page.goto("/admin/sso");
  await page.getByRole("link", { name: "Add a connection" }).first().click();
  await page.getByRole("link", { name: "Microsoft Entra ID" }).click();
  await page.getByLabel("For", { exact: true }).selectOption({ label: whose });
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Directory (tenant) ID").fill(tenant);
  await page.getByLabel("Authority host").fill(host);
  await page.getByLabel("Application (client) ID").fill(workbench.providerClient().clientId);
  await page.getByLabel("Client secret", { exact: true }).fill(secret);
  if (mapping !== "") {
    await page.getByLabel("Roles claim").fill("roles");
    await page.getByLabel("Role mapping").fill(mapping);
  }
  await page.getByRole("button", { name: "Save and go on" }).click();
  await expect(page).toHaveURL(/\/admin\/sso\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  return page.url().split("/").at(-1) ?? "";
}

const section = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });

async function runTest(page: Page): Promise<Locator> {
  const panel = section(page, "Test");
  await panel.getByRole("button", { name: "Test" }).click();
  await expect(panel.getByText("Discovery")).toBeVisible();
  return panel;
}

/** Goes to the provider in the new window that the link opens. */
async function roundTrip(page: Page, person: Parameters<typeof answerProvider>[1]): Promise<Page> {
  const opened = page.context().waitForEvent("page");
  await page.getByRole("link", { name: "Try the round trip" }).click();
  const window = await opened;
  await answerProvider(window, person);
  await expect(window).toHaveURL(/\/admin\/sso\/[0-9a-f-]{36}\/report$/);
  return window;
}

/** Presses the button of a connection, which is there within a second of its being enabled. */
async function openSignIn(page: Page, name: string): Promise<void> {
  const button = page.getByRole("button", { name: `Continue with ${name}` });
  await expect(async () => {
    await page.goto("/sign-in");
    await expect(button).toBeVisible({ timeout: 300 });
  }).toPass({ timeout: 5000 });
  await button.click();
}

/** Rows of the book about a connection, the oldest first. */
function booked(query: Query, id: string) {
  return query<{ action: string; status: string; failure_reason: string | null; details: Record<string, unknown> }>(
    "select action, status, failure_reason, details from audit_events where target_id = $1 order by occurred_at, id",
    [id],
  );
}

test.afterEach(async ({ query }) => {
  await query("update sso_connections set enabled_at = null");
  await query("delete from organization_domains where domain = 'contoso.test'");
  await query("update organizations set invite_only = true where slug = 'acme'");
});

test("an administrator adds an Azure AD connection, tests it, tries it, enables it, and a newcomer signs in by it", async ({
  page,
  context,
  query,
}) => {
  await signInAsAdmin(page);
  await query("update organizations set invite_only = false where slug = 'acme'");
  const id = await addEntra(page, { name: "Contoso", mapping: "gatebook-auditors = auditor" });
  await query(
    `insert into organization_domains (domain, organization_id) select 'contoso.test', id from organizations where slug = 'acme'
     on conflict do nothing`,
  );
  const callback = `${workbench.origin}/api/auth/callback/azure-ad`;
  await expect(page.getByText(callback)).toBeVisible();
  await expect(section(page, "State").getByText("Not tested")).toBeVisible();

  const panel = await runTest(page);
  await expect(panel.getByRole("listitem")).toHaveCount(7);
  await expect(panel.getByText(": in order")).toHaveCount(7);
  await expect(section(page, "State").getByText("Tested", { exact: true })).toBeVisible();

  const before = await page.context().cookies();
  const attempts = "select count(*)::int as n from audit_events where action = 'signedIn'";
  const [{ n: attemptsBefore } = { n: -1 }] = await query<{ n: number }>(attempts);
  const email = `ada-${Date.now().toString(36)}@contoso.test`;
  const window = await roundTrip(page, { email, roles: "staff,gatebook-auditors" });
  await expect(window.getByText("The round trip went well")).toBeVisible();
  await expect(window.getByText(`${email} (the provider vouches for it)`)).toBeVisible();
  await expect(window.getByText("staff, gatebook-auditors")).toBeVisible();
  await expect(window.getByText("auditor", { exact: true })).toBeVisible();
  await window.close();
  // Nobody was signed in by it: the same session, the same cookie, no attempt, no account.
  await expectSignedIn(page, "admin@acme.test");
  const session = (cookies: typeof before) => cookies.find(({ name }) => name === "gatebook.session")?.value;
  expect(session(await page.context().cookies())).toBe(session(before));
  expect((await query<{ n: number }>(attempts))[0]?.n).toBe(attemptsBefore);
  expect(await query("select from users where email = $1", [email])).toEqual([]);
  await page.reload();
  await expect(section(page, "Test").getByText("The round trip went well")).toBeVisible();

  await page.getByRole("button", { name: "Enable" }).click();
  await expect(section(page, "State").getByText("Enabled", { exact: true })).toBeVisible();
  expect((await booked(query, id)).map(({ action, status }) => `${action} ${status}`)).toEqual([
    "ssoConnectionCreated success",
    "ssoConnectionTested success",
    "ssoConnectionTested success",
    "ssoConnectionUpdated success",
  ]);

  await inNewContext(context, async (theirs) => {
    await openSignIn(theirs, "Contoso");
    await answerProvider(theirs, { email, roles: "staff,gatebook-auditors" });
    await expectSignedIn(theirs, email);
  });
  expect(
    await query(
      `select auth_method, provider, status from sign_ins where email = $1
       union all select role, organizations.slug, '' from memberships join organizations on organizations.id = organization_id
         join users on users.id = user_id where email = $1`,
      [email],
    ),
  ).toEqual([
    { auth_method: "sso", provider: "azure-ad", status: "success" },
    { auth_method: "auditor", provider: "acme", status: "" },
  ]);
  await page.goto(`/admin/sign-ins?email=${email}`);
  await expect(page.getByRole("row").filter({ hasText: email })).toBeVisible();
});

test("each setting that is wrong says what is wrong and where it is mended", async ({ page, context, query }) => {
  await signInAsAdmin(page);
  const id = await addEntra(page, { name: "Wrong secret", secret: "not the secret" });
  let panel = await runTest(page);
  await expect(panel.getByText("The provider refuses the client id or its secret (invalid_client).")).toBeVisible();
  await expect(panel.getByText("Certificates & secrets")).toBeVisible();
  const window = await roundTrip(page, { email: freshEmail("wrong-secret") });
  await expect(window.getByText("The round trip failed")).toBeVisible();
  await window.close();
  const rows = await booked(query, id);
  expect(rows.slice(1).map(({ status, failure_reason, details }) => [status, failure_reason, details])).toEqual([
    ["failure", "client_refused", { step: "secret", problem: "client_refused" }],
    ["failure", "client_refused", { step: "round_trip", problem: "client_refused" }],
  ]);

  // What fails is asked about before it counts, and the mended secret voids what was found.
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByRole("dialog")).toContainText("Enable Wrong secret although its test failed?");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByLabel("Client secret", { exact: true }).fill(workbench.providerClient().clientSecret);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("test the connection again")).toBeVisible();
  await expect(section(page, "State").getByText("Not tested")).toBeVisible();
  panel = await runTest(page);
  await expect(panel.getByText(": in order")).toHaveCount(7);

  // The local provider has every tenant whose name is short enough.
  await page.getByLabel("Directory (tenant) ID").fill("nobodys-tenant".padEnd(70, "x"));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(section(page, "State").getByText("Not tested")).toBeVisible();
  await expect((await runTest(page)).getByText("The provider does not know this tenant.")).toBeVisible();

  for (const [host, words] of [
    ["http://localhost:9", "The host does not take connections from this server."],
    ["https://nowhere.invalid", "There is no host of that name."],
    ["https://127.0.0.1", "The host leads to an address inside the network, and was not asked."],
  ] as const) {
    await page.getByLabel("Authority host").fill(host);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(section(page, "State").getByText("Not tested")).toBeVisible();
    await expect((await runTest(page)).getByText(words)).toBeVisible();
  }

  // A sign-in asks nobody inside either.
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Enable" }).click();
  await expect(section(page, "State").getByText("Enabled", { exact: true })).toBeVisible();
  await inNewContext(context, async (theirs) => {
    await openSignIn(theirs, "Wrong secret");
    await expect(theirs.getByRole("heading", { name: "There is a problem" })).toBeVisible();
  });
  expect(
    await query(
      "select failure_reason, details->>'cause' as cause from audit_events where action = 'signedIn' order by occurred_at desc limit 1",
    ),
  ).toEqual([{ failure_reason: "provider_error", cause: "refused_by_guard" }]);
});

test("an issuer that is none, one that nobody is at, and a connection that is deleted", async ({
  page,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("400");
  await signInAsAdmin(page);
  await page.goto("/admin/sso/new?kind=openid");
  await page.getByLabel("Name", { exact: true }).fill("Elsewhere");
  await page.getByLabel("Issuer").fill("not an address");
  await page.getByLabel("Client ID").fill("gatebook");
  await page.getByLabel("Client secret", { exact: true }).fill("whatever");
  await page.getByRole("button", { name: "Save and go on" }).click();
  await expect(page.getByText(/must be a URL that starts with https/)).toBeVisible();
  await expect(page.getByLabel("Issuer")).toBeFocused();
  await page.getByLabel("Issuer").fill(`${workbench.provider}/nowhere`);
  await page.getByRole("button", { name: "Save and go on" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Elsewhere");
  await expect((await runTest(page)).getByText("The provider does not describe itself there.")).toBeVisible();

  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(/\/admin\/sso$/);
  await expect(page.getByRole("link", { name: "Elsewhere" })).toHaveCount(0);
  expect(await query("select from sso_connections where name = 'Elsewhere'")).toEqual([]);
});

test("the round trip of a test is its own session's and cannot be finished by another", async ({ page, context }) => {
  await signInAsAdmin(page);
  await addEntra(page, { name: "Own session" });
  const opened = page.context().waitForEvent("page");
  await page.getByRole("link", { name: "Try the round trip" }).click();
  const window = await opened;
  await expect(window).toHaveURL(/\/contoso\/v2\.0\//);
  await context.clearCookies({ name: "gatebook.connection-test" });
  await answerProvider(window, { email: freshEmail("late") });
  await expect(window).toHaveURL(/\/admin\/sso\?notice=test_over$/);
  await expect(window.getByText("That test is over")).toBeVisible();
});

test("an owner sees the connections of their organization alone, a member none", async ({
  page,
  context,
  expectedErrors,
}) => {
  expectedErrors.push("404");
  await signInAsAdmin(page);
  const ofAll = await addEntra(page, { name: "Of all" });
  const ofAcme = await addEntra(page, { name: "Of acme", whose: "Acme" });
  await inNewContext(context, async (theirs) => {
    await signInWithPassword(theirs, "owner@acme.test");
    await theirs.goto("/admin/sso");
    await expect(theirs.getByRole("link", { name: "Of acme" })).toBeVisible();
    await expect(theirs.getByRole("link", { name: "Of all" })).toHaveCount(0);
    expect((await theirs.goto(`/admin/sso/${ofAll}`))?.status()).toBe(404);
    expect((await theirs.request.get(`/api/connections/${ofAll}/test`)).status()).toBe(404);
    // Of theirs, no other site may begin the test.
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await theirs.request.get(`/api/connections/${ofAcme}/test`, { headers })).status()).toBe(403);
  });
  await inNewContext(context, async (theirs) => {
    await theirs.goto(`/api/connections/${ofAcme}/test`);
    await expect(theirs).toHaveURL(/\/sign-in\?/);
    await theirs.goto("/api/auth/callback/azure-ad?state=test.forged&code=x");
    await expect(theirs).toHaveURL(/\/sign-in\?/);
  });
  await inNewContext(context, async (theirs) => {
    await signInWithPassword(theirs, "member@acme.test");
    await theirs.goto("/admin/sso");
    await expect(theirs.getByText("You need the admin or owner role.")).toBeVisible();
  });
});

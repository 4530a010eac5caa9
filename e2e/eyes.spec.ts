/** Every page and state in both themes, wide and narrow: no axe violation, no sideways scroll, no policy violation. */
import type { Page } from "@playwright/test";
import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  expectSignedIn,
  freshPasswordUser,
  signInWithPassword,
  signInWithSso,
  startSso,
  test,
} from "./fixtures";
import { workbench } from "./workbench";

/** Each page is loaded once, and looked at as both themes and these widths show it. */
const LOOKS = [
  { colorScheme: "light", widths: [390, 1440] },
  { colorScheme: "dark", widths: [1440, 320] },
] as const;

async function expectSound(page: Page): Promise<void> {
  for (const { colorScheme, widths } of LOOKS) {
    // Without motion, lest a colour be read on its way from one theme to the other.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of widths) {
      await expectNoSidewaysScroll(page, width);
      await expectAccessible(page);
    }
  }
  expect(await page.locator("h1").count()).toBe(1);
}

const PUBLIC = [
  "/sign-in",
  "/sign-in?error=sign_in_failed",
  "/sign-in/check-email",
  "/sign-in/finish?token=abc",
  "/sign-in/finish?error=link_invalid",
  "/reset-password",
  "/reset-password?error=link_invalid",
  "/reset-password?sent=1",
  "/reset-password?token=abc",
  "/reset-password?token=abc&error=password_common",
  "/reset-password?done=1",
  "/link-provider",
  "/link-provider?error=identity_taken&provider=openid",
  "/link-provider?sent=1",
  "/link-provider?done=1&provider=openid",
];
const ACCOUNT = [
  "/account",
  "/account/activity",
  "/account/sessions",
  "/account/security",
  "/account/security?linked=openid",
  "/account/security?error=identity_taken&provider=openid",
  "/account/security/link/openid",
  "/account/security/link/openid?error=wrong_password",
];
const HISTORY = [
  "/admin",
  "/admin/sign-ins",
  "/admin/sign-ins?email=nobody-at-all@acme.test",
  "/admin/sign-ins?ip=wrong",
  "/admin/sign-ins?view=pages&density=compact&q=nonsense",
  "/admin/audit",
  "/admin/audit?actorId=nobody",
];
const PEOPLE = [
  "/admin/users",
  "/admin/users?search=nobody-at-all",
  "/admin/users/invite",
  "/admin/organizations",
  "/admin/organizations?search=nothing-at-all",
];
const CONNECTIONS = ["/admin/sso", "/admin/sso?notice=test_over", "/admin/sso/new", "/admin/sso/new?kind=azure-ad"];

/** One that was enabled before its key went, with a test in which something was wrong and a round trip. */
async function connectionWithFindings(
  query: <Row extends Record<string, unknown>>(sql: string, values?: unknown[]) => Promise<Row[]>,
): Promise<string> {
  const at = "2026-03-04T05:06:07.000Z";
  const failed = { step: "secret", outcome: "failed", problem: "client_refused", found: "invalid_client" };
  const report = {
    claims: ["aud", "email", "email_verified", "exp", "iat", "iss", "name", "nonce", "roles", "sub"],
    subject: "x".repeat(255),
    email: "somebody.with.a.long.name@a-rather-long-domain.example.com",
    emailVerified: false,
    name: "Somebody",
    roles: ["gatebook-auditors", "everybody-who-works-here"],
    mappedRole: "auditor",
    account: "none",
    accessTokenLivesS: 3600,
    idTokenLivesS: 3600,
    refreshToken: false,
  };
  const result = {
    checked: {
      at,
      checks: [
        ...["discovery", "issuer", "endpoints", "keys", "clock"].map((step) => ({ step, outcome: "passed" })),
        failed,
        { step: "callback", outcome: "skipped", expected: `${workbench.origin}/api/auth/callback/auth0` },
      ],
    },
    roundTrip: { at, problem: "email_unverified", report },
  };
  const [row] = await query<{ id: string }>(
    `insert into sso_connections (id, kind, name, client_id, client_secret, client_secret_key, issuer, roles_claim,
       role_mapping, enabled_at, tested_at, test_result)
     values (gen_random_uuid(), 'auth0', 'A connection with a rather long name', 'client', decode(repeat('00', 40), 'hex'),
       'gone', 'https://example.eu.auth0.com/', 'roles', '{"gatebook-auditors": "auditor"}', now(), now(), $1)
     returning id`,
    [JSON.stringify(result)],
  );
  return row?.id ?? "";
}

test("pages for everyone", async ({ page }) => {
  for (const path of PUBLIC) {
    await page.goto(path);
    await expectSound(page);
  }
});

test("the pages of the local OpenID provider", async ({ page }) => {
  await startSso(page);
  await expectSound(page);
  await page.getByText("What else it says of you").click();
  await expectSound(page);
  await page.goto(workbench.provider);
  await expectSound(page);
});

test("the pages of a person: theirs to administer, not theirs, and their own", async ({ page, query }) => {
  await signInWithPassword(page, "owner@acme.test");
  await expectSignedIn(page, "owner@acme.test");
  for (const email of ["disabled@acme.test", "admin@acme.test", "owner@acme.test", "member@acme.test"]) {
    const [user] = await query<{ id: string }>("select id from users where email = $1", [email]);
    await page.goto(`/admin/users/${user?.id}`);
    await expectSound(page);
  }
  await page.getByRole("button", { name: "Disable" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectSound(page);
});

test("the pages of an organization: its own owner's, and the dialogs over it", async ({ page, query }) => {
  await signInWithPassword(page, "owner@acme.test");
  await expectSignedIn(page, "owner@acme.test");
  const [acme] = await query<{ id: string }>("select id from organizations where slug = 'acme'");
  for (const search of ["", "?search=owner@acme", "?search=nobody-at-all"]) {
    await page.goto(`/admin/organizations/${acme?.id}${search}`);
    await expectSound(page);
  }
  await page.goto(`/admin/organizations/${acme?.id}?search=member@acme.test`);
  await page.getByRole("button", { name: "Change role of member@acme.test" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectSound(page);
});

test("the pages of a connection, whose test found something wrong and whose secret nobody can open", async ({
  page,
  query,
}) => {
  const id = await connectionWithFindings(query);
  await signInWithPassword(page, "admin@acme.test");
  await expectSignedIn(page, "admin@acme.test");
  for (const path of ["/admin/sso", `/admin/sso/${id}`, `/admin/sso/${id}/report`]) {
    await page.goto(path);
    await expectSound(page);
  }
  await page.goto(`/admin/sso/${id}`);
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectSound(page);
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(/\/admin\/sso$/);
});

test("the pages of linking: offered, asked, removed", async ({ page, query }) => {
  const email = await freshPasswordUser(query, "seen");
  await signInWithSso(page, email);
  await expect(page.getByRole("button", { name: "Email me a link to link Acme OpenID" })).toBeVisible();
  await expectSound(page);
  await page.getByLabel("Email", { exact: true }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(workbench.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("button", { name: "Link them" })).toBeVisible();
  await expectSound(page);
  await page.getByRole("button", { name: "Link them" }).click();
  await page.getByRole("link", { name: "Remove Acme OpenID" }).click();
  await expect(page.getByRole("button", { name: "Remove Acme OpenID" })).toBeVisible();
  await expectSound(page);
  await query("update users set password_hash = null where email = $1", [email]);
  await query(
    `update sessions set created_at = created_at - interval '1 hour'
            where user_id = (select id from users where email = $1)`,
    [email],
  );
  await page.goto("/account/security/link/openid");
  await expect(page.getByRole("button", { name: "Sign in again with Acme OpenID" })).toBeVisible();
  await expectSound(page);
});

for (const [whose, paths] of Object.entries({
  "a person's own": ACCOUNT,
  "the history's": HISTORY,
  "people's": PEOPLE,
  "connections'": CONNECTIONS,
})) {
  test(`pages behind the sign-in: ${whose}`, async ({ page }) => {
    await signInWithPassword(page, "admin@acme.test");
    await expectSignedIn(page, "admin@acme.test");
    for (const path of paths) {
      await page.goto(path);
      await expectSound(page);
    }
  });
}

test("the pages that stand in for missing and refused ones", async ({ page, expectedErrors }) => {
  expectedErrors.push("404");
  await page.goto("/no-such-page");
  await expectSound(page);
  await signInWithPassword(page, "member@acme.test");
  await expectSignedIn(page, "member@acme.test");
  await page.goto("/admin/sign-ins");
  await expect(page.getByText("You need the auditor, admin or owner role.")).toBeVisible();
  await expectSound(page);
});

test("keyboard only: sign in, filter the failures, sign out", async ({ page }) => {
  await page.goto("/sign-in");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.getByLabel("Email").focus();
  await page.keyboard.type("auditor@acme.test");
  await page.keyboard.press("Tab");
  await page.keyboard.type("correct horse battery staple");
  await page.keyboard.press("Enter");
  await expectSignedIn(page, "auditor@acme.test");
  await page.goto("/admin/sign-ins");
  await page.getByText("All fields").focus();
  await page.keyboard.press("Enter");
  const result = page.getByRole("combobox", { name: "Result" });
  await result.focus();
  await page.keyboard.type("Failed");
  await page.getByRole("button", { name: "Filter", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/status=failure/);
  await page.getByRole("button", { name: "Sign out" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/sign-in/);
});

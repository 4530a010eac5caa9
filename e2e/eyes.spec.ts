/** Every page and state in both themes, wide and narrow: no axe violation, no sideways scroll, no policy violation. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, expectSignedIn, signInWithPassword, startSso, test } from "./fixtures";
import { workbench } from "./workbench";

/** The widths at which a theme's pages are looked at; the last one is where they are read closely. */
const WIDTHS = { light: [390, 1440], dark: [1440, 320] } as const;
type Theme = keyof typeof WIDTHS;

async function expectSound(page: Page, theme: Theme = "light"): Promise<void> {
  for (const width of WIDTHS[theme]) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `sideways scroll at ${width} px`).toBeLessThanOrEqual(0);
  }
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual([]);
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
];
const SIGNED_IN = [
  "/account",
  "/account/activity",
  "/account/sessions",
  "/account/security",
  "/admin/sign-ins",
  "/admin/sign-ins?email=nobody-at-all@acme.test",
  "/admin/sign-ins?ip=wrong",
  "/admin/sign-ins?view=pages&density=compact&q=nonsense",
  "/admin/audit",
  "/admin/audit?actorId=nobody",
  "/admin/users",
  "/admin/users?search=nobody-at-all",
  "/admin/users/invite",
  "/admin/organizations",
  "/admin/organizations?search=nothing-at-all",
];

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: WIDTHS[colorScheme][1], height: 900 } });

    test("pages for everyone", async ({ page }) => {
      for (const path of PUBLIC) {
        await page.goto(path);
        await expectSound(page, colorScheme);
      }
    });

    test("the pages of the local OpenID provider", async ({ page }) => {
      await startSso(page);
      await expectSound(page, colorScheme);
      await page.getByText("What else it says of you").click();
      await expectSound(page, colorScheme);
      await page.goto(workbench.provider);
      await expectSound(page, colorScheme);
    });

    test("the pages of a person: theirs to administer, not theirs, and their own", async ({ page, query }) => {
      await signInWithPassword(page, "owner@acme.test");
      await expectSignedIn(page, "owner@acme.test");
      for (const email of ["disabled@acme.test", "admin@acme.test", "owner@acme.test", "member@acme.test"]) {
        const [user] = await query<{ id: string }>("select id from users where email = $1", [email]);
        await page.goto(`/admin/users/${user?.id}`);
        await expectSound(page, colorScheme);
      }
      await page.getByRole("button", { name: "Disable" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectSound(page, colorScheme);
    });

    test("the pages of an organization: its own owner's, and the dialogs over it", async ({ page, query }) => {
      await signInWithPassword(page, "owner@acme.test");
      await expectSignedIn(page, "owner@acme.test");
      const [acme] = await query<{ id: string }>("select id from organizations where slug = 'acme'");
      for (const search of ["", "?search=owner@acme", "?search=nobody-at-all"]) {
        await page.goto(`/admin/organizations/${acme?.id}${search}`);
        await expectSound(page, colorScheme);
      }
      await page.goto(`/admin/organizations/${acme?.id}?search=member@acme.test`);
      await page.getByRole("button", { name: "Change role of member@acme.test" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectSound(page, colorScheme);
    });

    test("pages behind the sign-in", async ({ page }) => {
      await signInWithPassword(page, "admin@acme.test");
      await expectSignedIn(page, "admin@acme.test");
      for (const path of SIGNED_IN) {
        await page.goto(path);
        await expectSound(page, colorScheme);
      }
    });
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

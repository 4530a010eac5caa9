/** The history: for those who may read it, and for nobody else. */
import { expect, expectSignedIn, freshEmail, signInWithPassword, signOut, test } from "./fixtures";

const LIST = `/api/trpc/signIns.list?input=${encodeURIComponent(JSON.stringify({ json: { limit: 200 } }))}`;

test("an auditor reads, filters by URL, and finds the failure with its reason", async ({ page, request }) => {
  const stranger = freshEmail("typo");
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  await request.post("/api/auth/callback/credentials", {
    form: { csrfToken, email: "member@acme.test", password: "guess" },
  });
  await request.post("/api/auth/callback/credentials", { form: { csrfToken, email: stranger, password: "guess" } });
  await signInWithPassword(page, "auditor@acme.test");
  await expectSignedIn(page, "auditor@acme.test");
  await page.goto("/admin/sign-ins?status=failure&email=member@acme.test");
  await expect(page.getByRole("row").nth(1)).toContainText("member@acme.test");
  await expect(page.getByRole("row").nth(1)).toContainText(/wrong password/i);
  await expect(page.getByRole("row").nth(1)).toContainText("127.0.0.1");
  await page.goto(`/admin/sign-ins?email=${stranger}`);
  await expect(page.getByRole("row").nth(1)).toContainText(stranger);
  await page.goto("/admin/sign-ins?ip=not-an-address");
  await expect(page.getByText("ip needs an address or CIDR").first()).toBeVisible();
});

test("attempts against unknown addresses belong to no organization: its owner does not see them, the instance does", async ({
  page,
  request,
}) => {
  const stranger = freshEmail("unknown");
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  await request.post("/api/auth/callback/credentials", { form: { csrfToken, email: stranger, password: "guess" } });
  await signInWithPassword(page, "owner@acme.test");
  await expectSignedIn(page, "owner@acme.test");
  await page.goto(`/admin/sign-ins?email=${stranger}`);
  await expect(page.getByText(/No sign-ins match/)).toBeVisible();
  await signOut(page);
  await signInWithPassword(page, "admin@acme.test");
  await expectSignedIn(page, "admin@acme.test");
  await page.goto(`/admin/sign-ins?email=${stranger}`);
  await expect(page.getByRole("row").nth(1)).toContainText(stranger);
});

test("a member is refused, on the page and at the procedure, and the refusal is in the book", async ({
  page,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("403");
  await signInWithPassword(page, "member@acme.test");
  await expectSignedIn(page, "member@acme.test");
  await page.goto("/admin/sign-ins");
  await expect(page.getByText("You need the auditor, admin or owner role.")).toBeVisible();
  const answer = await page.request.get(LIST);
  expect(answer.status()).toBe(403);
  const [row] = await query<{ failure_reason: string; details: unknown }>(
    "select failure_reason, details from audit_events where action = 'accessDenied' and request_id = $1",
    [answer.headers()["x-request-id"]],
  );
  expect(row).toEqual({ failure_reason: "role_required", details: { procedure: "signIns.list" } });
});

test("nobody without a session reads anything", async ({ page }) => {
  expect((await page.request.get(LIST)).status()).toBe(401);
  await page.goto("/admin/sign-ins");
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Fadmin%2Fsign-ins/);
});

test("an owner sees their own organization only", async ({ page }) => {
  await signInWithPassword(page, "owner@globex.test");
  await expectSignedIn(page, "owner@globex.test");
  const body = await (await page.request.get(LIST)).json();
  const emails = new Set(body.result.data.json.items.map((item: { email: string }) => item.email));
  expect([...emails]).toEqual(["owner@globex.test"]);
});

test("people see their own activity, failures against them included", async ({ page, request }) => {
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  await request.post("/api/auth/callback/credentials", {
    form: { csrfToken, email: "member@acme.test", password: "guess" },
  });
  await signInWithPassword(page, "member@acme.test");
  await expect(page).toHaveURL(/\/account\/activity$/);
  await expect(
    page.getByText("Someone typed your address and a wrong password. They didn't get in.").first(),
  ).toBeVisible();
  await expect(page.getByText(/Signed in with a password/).first()).toBeVisible();
});

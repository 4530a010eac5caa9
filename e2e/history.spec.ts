/** The history: for those who may read it, and for nobody else. */
import { expect, expectSignedIn, freshEmail, freshPasswordUser, signInWithPassword, signOut, test } from "./fixtures";

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

test("an export is for whoever may read the history, has what they may see, and stands in the book either way", async ({
  page,
  request,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("401", "403");
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  const [auditor, mine] = [await freshPasswordUser(query, "auditor"), await freshPasswordUser(query, "exported")];
  const join = `insert into memberships (user_id, organization_id, role)
                select account.id, organization.id, $2 from users account, organizations organization
                 where account.email = $1 and organization.slug = 'acme'`;
  await query(join, [auditor, "auditor"]);
  await query(join, [mine, "member"]);
  for (const email of [mine, "owner@globex.test"])
    await request.post("/api/auth/callback/credentials", { form: { csrfToken, email, password: "guess" } });
  const rowOf = async (requestId: string | undefined) =>
    query("select action, failure_reason, details from audit_events where request_id = $1", [requestId]);

  const stranger = await request.get("/api/export?format=csv", { maxRedirects: 0 });
  await signInWithPassword(page, "member@acme.test");
  await expectSignedIn(page, "member@acme.test");
  const member = await page.request.get("/api/export?format=csv");
  for (const [answer, status, error] of [
    [stranger, 401, "no_session"],
    [member, 403, "role_required"],
  ] as const) {
    const requestId = answer.headers()["x-request-id"];
    expect(answer.status()).toBe(status);
    expect(answer.headers()).toMatchObject({ "cache-control": "no-store" });
    expect(answer.headers()["content-disposition"]).toBeUndefined();
    expect(await answer.json()).toEqual({ error, requestId });
    expect(await rowOf(requestId)).toEqual([
      { action: "accessDenied", failure_reason: error, details: { path: "/api/export" } },
    ]);
  }

  await page.context().clearCookies();
  await signInWithPassword(page, auditor);
  await expectSignedIn(page, auditor);
  const failures = await page.request.get("/api/export?format=ndjson&status=failure");
  const lines = (await failures.text()).trimEnd().split("\n");
  const exported: { email: string; organization_id: string }[] = lines.map((line) => JSON.parse(line));
  const [acme] = await query<{ id: string }>("select id from organizations where slug = 'acme'");
  expect(new Set(exported.map(({ organization_id }) => organization_id))).toEqual(new Set([acme?.id]));
  expect(exported.filter(({ email }) => email === mine)).toHaveLength(1);
  const [row] = await query<{ details: { filter: string; rows: number } }>(
    "select details from audit_events where action = 'auditExported' and status = 'success' and id = $1",
    [failures.headers()["x-export-id"]],
  );
  expect(row?.details).toMatchObject({ filter: JSON.stringify({ status: ["failure"] }), rows: lines.length });
});

/** The overview: numbers that lead to the sign-ins behind them, and what is new to the person whom it happened to. */
import { expect, expectSignedIn, freshPasswordUser, signInWithPassword, test } from "./fixtures";

test("what failed today leads to its rows, and a new device to its sign-in", async ({ page, request, query }) => {
  const email = await freshPasswordUser(query, "overview");
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  await request.post("/api/auth/callback/credentials", { form: { csrfToken, email, password: "a guess" } });
  await signInWithPassword(page, email);
  await expectSignedIn(page, email);
  await query(
    `insert into sign_in_signals (occurred_at, event_id, signal, reason)
     select occurred_at, id, 'new_device', '{"device": "Lynx on BeOS"}' from sign_ins
      where email = $1 and status = 'success'`,
    [email],
  );
  await page.goto("/account/activity");
  await expect(page.getByText("You had not signed in with Lynx on BeOS before.")).toBeVisible();
  await page.goto("/admin");
  await expect(page.getByText("You need the auditor, admin or owner role.")).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);

  await signInWithPassword(page, "admin@acme.test");
  await expectSignedIn(page, "admin@acme.test");
  await page.getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(page.getByRole("region", { name: "This instance" })).toContainText("Answers");
  const news = page.getByRole("region", { name: "Newest devices and networks" });
  await expect(news).toContainText("They had not signed in with Lynx on BeOS before.");
  const reasons = page.getByRole("region", { name: "Why sign-ins failed today" });
  await reasons.getByRole("link", { name: /wrong password/ }).click();
  await expect(page).toHaveURL(/failureReason=wrong_password&from=\d{4}-\d\d-\d\d$/);
  await expect(page.getByRole("grid", { name: /Sign-ins/ })).toContainText(email);
  await page.goBack();
  await news.getByRole("link", { name: email }).click();
  await expect(page).toHaveURL(/requestId=/);
  await expect(page.getByRole("grid", { name: /Sign-ins/ }).getByRole("row")).toHaveCount(2);
});

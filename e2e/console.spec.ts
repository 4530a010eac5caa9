/** The console of the history: from a question to one attempt and what came with it, by mouse and by keys alone. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { expect, expectSignedIn, freshPasswordUser, signInWithPassword, test } from "./fixtures";

async function failAs(request: APIRequestContext, email: string, times = 1): Promise<void> {
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  for (let n = 0; n < times; n += 1)
    await request.post("/api/auth/callback/credentials", { form: { csrfToken, email, password: `guess ${n}` } });
}

async function openConsole(page: Page, query = ""): Promise<void> {
  await signInWithPassword(page, "admin@acme.test");
  await expectSignedIn(page, "admin@acme.test");
  await page.goto(`/admin/sign-ins${query}`);
}

const grid = (page: Page) => page.getByRole("grid", { name: /Sign-ins/ });

test("a line is typed or pasted, and becomes parts that the address keeps", async ({ page, request, query }) => {
  const email = await freshPasswordUser(query, "typed");
  await failAs(request, email);
  await openConsole(page);
  const line = page.getByLabel("Filter or paste an address, a range, an id");
  await line.fill(`status:failure ${email}`);
  await line.press("Enter");
  await expect(page).toHaveURL(new RegExp(`email=${email.replaceAll(".", "\\.")}.*status=failure`));
  await expect(page).toHaveTitle(/failed/);
  await expect(grid(page).getByRole("row")).toHaveCount(2);
  await page.getByRole("link", { name: /Remove Result: failed/ }).click();
  await expect(page).not.toHaveURL(/status=/);
  await page.getByRole("link", { name: "Text", exact: true }).click();
  await expect(page.getByLabel("The whole filter as text")).toHaveValue(`email:${email}`);
  await page.getByLabel("The whole filter as text").fill("nonsense");
  await page.keyboard.press("Enter");
  await expect(page.getByText("nonsense can't be read.")).toBeVisible();
});

test("the list fills its card, who it was is whole beside details, and menus open in sight", async ({
  page,
  request,
  query,
}) => {
  const email = await freshPasswordUser(query, "beside");
  // More than are drawn: what stands for the others must not take part of the width.
  await failAs(request, email, 40);
  await page.setViewportSize({ width: 1440, height: 900 });
  await openConsole(page, `?email=${email}`);
  const who = grid(page).getByRole("gridcell", { name: email }).first();
  const [list, last] = await Promise.all([
    grid(page).boundingBox(),
    grid(page).getByRole("columnheader", { name: "Reason" }).boundingBox(),
  ]);
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo((list?.x ?? 0) + (list?.width ?? 0), 0);
  await who.click();
  await expect(page.getByRole("complementary")).toBeVisible();
  expect(await who.evaluate((cell) => cell.scrollWidth - cell.clientWidth)).toBe(0);
  await page.keyboard.press("Escape");
  for (const width of [320, 640, 900]) {
    await page.setViewportSize({ width, height: 900 });
    for (const menu of ["Views", "Export", "View"]) {
      const button = page.locator("summary").filter({ hasText: new RegExp(`^${menu}$`) });
      await button.click();
      const item = button.locator("xpath=following-sibling::*").getByRole("link").first();
      await expect(item).toBeInViewport({ ratio: 1 });
      await button.click();
    }
  }
});

test("counts narrow the list, and the histogram reads and zooms by keys", async ({ page, request, query }) => {
  const email = await freshPasswordUser(query, "counted");
  await failAs(request, email, 3);
  // The counts stand beside the list where there is room.
  await page.setViewportSize({ width: 1440, height: 900 });
  await openConsole(page, `?email=${email}`);
  const failed = page
    .getByRole("navigation", { name: "Narrow the list" })
    .getByRole("link", { name: /wrong password/ });
  await expect(failed).toContainText("3");
  await failed.click();
  await expect(page).toHaveURL(/failureReason=wrong_password/);
  const bars = page.getByRole("slider", { name: "Sign-ins over time" });
  await bars.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(bars).toHaveAttribute("aria-valuetext", /0 succeeded, 3 failed$/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/from=.*to=/);
  await expect(grid(page).getByRole("row")).toHaveCount(4);
  await page.getByRole("button", { name: "As table" }).click();
  await expect(page.getByRole("region", { name: "Sign-ins over time, as a table" })).toContainText("3");
});

test("keyboard only: a row, its details, what else happened in its request, and back to the row", async ({
  page,
  request,
  query,
}) => {
  const email = await freshPasswordUser(query, "keys");
  await failAs(request, email, 10);
  await openConsole(page, `?email=${email}`);
  const cells = grid(page).getByRole("gridcell");
  await cells.first().focus();
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  const details = page.getByRole("complementary", { name: new RegExp(`Someone typed ${email}`) });
  await expect(details.getByRole("heading", { level: 2 })).toBeFocused();
  await expect(details.getByRole("region", { name: "In the same request" })).toContainText("accountLocked");
  await page.keyboard.press("j");
  await expect(page.getByRole("status")).toContainText(`Someone typed ${email} and a wrong password`);
  await page.keyboard.press("Escape");
  await expect(details).toHaveCount(0);
  await expect(grid(page).locator("[aria-rowindex='3'] :focus")).toHaveCount(1);
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keys in the list" });
  await expect(keys).toBeVisible();
  await keys.getByLabel("Single letters are keys").uncheck();
  await page.keyboard.press("Escape");
  await cells.first().focus();
  await page.keyboard.press("?");
  await expect(keys).toBeHidden();
});

/** Keys that all come before the page gets a turn to draw what the first of them did. */
async function pressTogether(page: Page, ...keys: string[]): Promise<void> {
  await page.evaluate((pressed) => {
    for (const key of pressed)
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }, keys);
}

test("keys that come faster than the page draws are each heeded", async ({ page, request, query }) => {
  const email = await freshPasswordUser(query, "fast");
  await failAs(request, email, 8);
  await openConsole(page, `?email=${email}`);
  const details = page.getByRole("complementary", { name: new RegExp(`Someone typed ${email}`) });
  const chosen = grid(page).locator("tr[aria-selected=true]");
  const withFocus = grid(page).locator("tr", { has: page.locator(":focus") });
  await grid(page).getByRole("gridcell").first().focus();
  await page.keyboard.press("Enter");
  await expect(details.getByRole("heading", { level: 2 })).toBeFocused();
  await pressTogether(page, "j", "j", "j");
  await expect(chosen).toHaveAttribute("aria-rowindex", "5");
  await pressTogether(page, "Escape", "j");
  await expect(details).toHaveCount(0);
  await expect(chosen).toHaveCount(0);
  await expect(withFocus).toHaveAttribute("aria-rowindex", "5");

  // Between the moment when the details stand in the page and what follows on that, as on a slow machine.
  await page.evaluate(() => {
    const now = performance.now.bind(performance);
    let late = 0;
    performance.now = () => {
      late += 10;
      return now() + late;
    };
    new MutationObserver((_, observer) => {
      if (!document.querySelector("aside h2")) return;
      observer.disconnect();
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
    }).observe(document.body, { childList: true, subtree: true });
  });
  await page.keyboard.press("Enter");
  await expect(details).toHaveCount(1);
  await expect(withFocus).toHaveAttribute("aria-rowindex", "9");
});

test("a session is ended from the attempt that opened it", async ({ page, context, query }) => {
  const email = await freshPasswordUser(query, "visitor");
  await signInWithPassword(page, email);
  await expectSignedIn(page, email);
  const cookies = await context.cookies();
  await context.clearCookies();
  await openConsole(page, `?email=${email}`);
  await grid(page).getByRole("gridcell", { name: email }).click();
  await page.getByRole("button", { name: "End session" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End session" }).click();
  await expect(page.getByText("Ended.", { exact: true }).first()).toBeVisible();
  await context.clearCookies();
  await context.addCookies(cookies);
  expect(await (await page.request.get("/api/auth/session")).json()).toEqual({});
});

test("of 2,000 rows no more are in the page than fit a screen or two", async ({ page, query }) => {
  const email = await freshPasswordUser(query, "busy");
  await query(
    `insert into audit_events (id, occurred_at, action, status, failure_reason, actor_type, target_type, target_id,
                               auth_method, provider, claimed_email, details)
     select gen_random_uuid(), now() - number * interval '1 second', 'signedIn', 'failure', 'wrong_password', 'anonymous',
            'user', account.id, 'password', 'credentials', account.email, '{}'
       from generate_series(1, 2000) number, users account where account.email = $1`,
    [email],
  );
  await openConsole(page, `?email=${email}`);
  const rows = grid(page).getByRole("row");
  await grid(page).getByRole("gridcell").first().focus();
  for (let far = 0; far < 4; far += 1) {
    await page.keyboard.press("End");
    await expect(page.getByText(/sign-ins, more below|2000 sign-ins/)).toBeVisible();
    expect(await rows.count()).toBeLessThanOrEqual(60);
  }
  await expect(grid(page).locator(":focus")).toHaveCount(1);
  // Away from the row with the focus, the rows are where the scrollbar says.
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2));
  const inTheMiddle = () =>
    page.evaluate(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest("tr")?.ariaRowIndex);
  await expect.poll(inTheMiddle).toBeTruthy();
  // Space and rows together are as high as all rows would be: 44 px each.
  const outOfPlace = await page.evaluate(() => {
    const row = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest("tr");
    const top = row?.closest("tbody")?.getBoundingClientRect().top ?? 0;
    return (row?.getBoundingClientRect().top ?? 0) - top - (Number(row?.ariaRowIndex) - 2) * 44;
  });
  expect(outOfPlace).toBe(0);
  await expect(grid(page).locator(":focus")).toHaveCount(1);
  // What is above the list may change its height without a scroll, where the browser does not keep the place by itself.
  const rowsAgain = () => expect.poll(inTheMiddle).toBeTruthy();
  await page.evaluate(() => {
    document.documentElement.style.overflowAnchor = "none";
    const unfolded = document.createElement("div");
    unfolded.id = "unfolded";
    unfolded.style.height = "3000px";
    document.querySelector("main")?.prepend(unfolded);
  });
  await rowsAgain();
  await page.evaluate(() => document.getElementById("unfolded")?.remove());
  await rowsAgain();
  // What stands for the rows that are out of sight adds no column: the shown ones reach to the edge.
  const rightOf = (one: Locator) => one.evaluate((element) => Math.round(element.getBoundingClientRect().right));
  expect(await rightOf(grid(page).getByRole("columnheader").last())).toBe(await rightOf(grid(page)));
});

test("live: what happens elsewhere waits while the list is read, and then enters", async ({ page, request, query }) => {
  const email = await freshPasswordUser(query, "live");
  await failAs(request, email);
  await openConsole(page, `?email=${email}`);
  await page.getByRole("button", { name: "Live" }).click();
  await expect(page.getByRole("button", { name: "Live" })).toHaveAttribute("aria-pressed", "true");
  const rows = grid(page).getByRole("row");
  await rows.nth(1).hover();
  await failAs(request, email, 2);
  const waiting = page.getByRole("button", { name: "2 new sign-ins" });
  await expect(waiting).toBeVisible();
  await expect(rows).toHaveCount(2);
  await waiting.click();
  await expect(rows).toHaveCount(4);
  await page.getByRole("heading", { level: 1 }).hover();
  await page.getByRole("button", { name: "Refresh" }).focus();
  await failAs(request, email);
  await expect(rows).toHaveCount(5);
});

test("the list is taken away as a file, whose sum stands in the book", async ({ page, request, query }) => {
  const email = await freshPasswordUser(query, "exported");
  await failAs(request, email, 3);
  await openConsole(page, `?email=${email}`);
  await page.getByText("Export", { exact: true }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: /^CSV/ }).click();
  const file = await (await downloading).path();
  const bytes = readFileSync(file);
  const sum = createHash("sha256").update(bytes).digest("hex");
  await expect(page.getByText(sum)).toBeVisible();
  await expect(page.getByText("3 sign-ins.")).toBeVisible();
  expect(bytes.toString().match(/wrong_password/g)).toHaveLength(3);
  const [event] = await query<{ details: { sha256: string } }>(
    "select details from audit_events where action = 'auditExported' order by recorded_at desc limit 1",
  );
  expect(event?.details.sha256).toBe(sum);
});

/** Goes on from stop to stop until something has the focus. */
async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const reached = () => target.evaluate((element) => element === document.activeElement);
  for (let stops = 0; !(await reached()); stops += 1) {
    expect(stops, "stops before it is reached").toBeLessThan(80);
    await page.keyboard.press(key);
  }
}

test("keyboard only: from a question through one attempt to the file that answers it", async ({
  page,
  request,
  query,
}) => {
  const email = await freshPasswordUser(query, "by-keys");
  await failAs(request, email, 2);
  await openConsole(page);
  await tabTo(page, page.getByLabel("Filter or paste an address, a range, an id"));
  await page.keyboard.type(`status:failure ${email}`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/email=.*status=failure/);
  const cells = grid(page).getByRole("gridcell");
  await expect(grid(page).getByRole("row")).toHaveCount(3);
  await tabTo(page, cells.first());
  await page.keyboard.press("Enter");
  const details = page.getByRole("complementary", { name: new RegExp(`Someone typed ${email}`) });
  await expect(details.getByRole("heading", { level: 2 })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(grid(page).locator("[aria-rowindex='2'] :focus")).toHaveCount(1);
  await tabTo(page, page.locator("summary", { hasText: "Export" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("link", { name: /^CSV/ }));
  const downloading = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  expect(readFileSync(await (await downloading).path(), "utf8").match(/wrong_password/g)).toHaveLength(2);
  await expect(page.getByText("2 sign-ins.")).toBeVisible();
});

test("the audit log shows what changed, field by field, and leads from one event to the rest of its request", async ({
  page,
  query,
}) => {
  const email = await freshPasswordUser(query, "audited");
  await signInWithPassword(page, email);
  await expectSignedIn(page, email);
  await page.goto("/account");
  await page.getByLabel("Name").fill("Grace Hopper");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.context().clearCookies();
  await openConsole(page);
  await page.goto("/admin/audit?action=userUpdated&status=success");
  const entry = page.getByRole("listitem").filter({ hasText: email });
  await expect(entry).toContainText("Account changed");
  await expect(entry).toContainText("Name: none → Grace Hopper");
  await entry.getByText("Details").click();
  await entry.getByRole("link", { name: "userUpdated" }).click();
  await expect(page).toHaveURL(/action=userUpdated/);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("the list goes on in pages, and the line filters", async ({ page, request, query }) => {
    const email = await freshPasswordUser(query, "plain-list");
    await failAs(request, email);
    await openConsole(page, "?view=pages");
    await page.getByLabel("Filter or paste an address, a range, an id").fill(email);
    await page.getByRole("button", { name: "Add" }).click();
    await expect(page.getByRole("row")).toHaveCount(2);
    await expect(page).toHaveURL(/view=pages/);
  });
});

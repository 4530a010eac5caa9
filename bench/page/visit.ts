/** What somebody does on /admin/sign-ins, with keys for the most part. Each step waits for what it should have done. */
import type { Page } from "@playwright/test";

const LIST_MS = 120_000;
const FOCUS_MS = 5000;

/** Until the page can be used: its scripts have run and nothing is under way. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
}

const rowWithFocus = (page: Page, index: number) => page.locator(`tr[aria-rowindex="${index}"] :focus`).waitFor();

/** Goes through rows, opens one and closes it again, filters by a typed line and by a count, looks closer at a bar. */
export async function visit(page: Page): Promise<void> {
  await page.getByRole("gridcell").first().focus();
  for (const [key, row] of [
    ["j", 3],
    ["j", 4],
    ["j", 5],
    ["k", 4],
    ["k", 3],
  ] as const) {
    await page.keyboard.press(key);
    await rowWithFocus(page, row);
  }
  await page.keyboard.press("Enter");
  await page.getByRole("complementary").getByRole("heading", { level: 2 }).waitFor();
  await page.getByRole("region", { name: "In the same request" }).waitFor();
  await page.keyboard.press("j");
  await page.locator('tr[aria-rowindex="4"][aria-selected="true"]').waitFor();
  await page.keyboard.press("Escape");
  await rowWithFocus(page, 4);

  const line = page.getByLabel("Filter or paste an address, a range, an id");
  await line.click();
  await line.pressSequentially("status:failure");
  await line.press("Enter");
  await page.waitForURL(/status=failure/);
  await settled(page);
  await page
    .getByRole("navigation", { name: "Narrow the list" })
    .getByRole("link", { name: /wrong password/ })
    .click();
  await page.waitForURL(/failureReason=wrong_password/);
  await settled(page);

  const bars = page.getByRole("slider", { name: "Sign-ins over time" });
  await bars.focus();
  for (const key of ["ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft"]) await bars.press(key);
  await page.keyboard.press("Enter");
  await page.waitForURL(/from=.*to=/);
  await settled(page);
}

/** Which row has the focus, counted from 1 without the heading. Throws when none gets it. */
async function focusedRow(page: Page): Promise<number> {
  const row = page.locator("tbody tr[aria-rowindex]", { has: page.locator(":focus") });
  return Number(await row.getAttribute("aria-rowindex", { timeout: FOCUS_MS })) - 1;
}

/** Jumps to the end of what is loaded as soon as there is more, until so many rows are. Answers how many they are. */
export async function readDown(page: Page, rows: number): Promise<number> {
  await page.getByRole("gridcell").first().focus();
  const deadline = performance.now() + LIST_MS + rows * 10;
  for (;;) {
    await page.keyboard.press("End");
    const loaded = await focusedRow(page);
    if (loaded >= rows) return loaded;
    if (performance.now() > deadline) throw new Error(`of ${rows} rows no more than ${loaded} came in time`);
  }
}

/** Turns the wheel as fast as the page follows, until the top is reached again. */
export async function readUp(page: Page): Promise<void> {
  await page.getByRole("gridcell").last().hover();
  const at = () => page.evaluate<number>("scrollY");
  for (const deadline = performance.now() + LIST_MS * 3; (await at()) > 0; ) {
    if (performance.now() > deadline) throw new Error("the list comes to no top");
    await page.mouse.wheel(0, -6000);
    await page.evaluate("new Promise(requestAnimationFrame)");
  }
}

/** What the pages of the production build weigh, against their budgets, and that nothing of development is among it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { expect, expectSignedIn, signInWithPassword, test } from "./fixtures";
import { workbench } from "./workbench";

/** kB of JavaScript, gzip, that a page may fetch. */
const BUDGETS = { "/sign-in": 150, "/admin/sign-ins": 230 };

/** Words that the developer tools' code holds, whatever a bundler makes of it. */
const DEVTOOLS_MARKS = ["tanstack_devtools", "tanstack-devtools", "TanStackDevtools", "gatebook-session"];

/** All scripts that a page fetches until nothing more is under way. */
async function scriptsOf(page: Page, path: string): Promise<Map<string, Buffer>> {
  // What is still on its way to the page before is none of this one's, and could not be read once that is gone.
  await page.goto("about:blank");
  const bodies = new Map<string, Promise<Buffer>>();
  const note = (response: { url(): string; body(): Promise<Buffer>; request(): { resourceType(): string } }) => {
    if (response.request().resourceType() === "script") bodies.set(response.url(), response.body());
  };
  page.on("response", note);
  await page.goto(path, { waitUntil: "networkidle" });
  page.off("response", note);
  const scripts = new Map<string, Buffer>();
  for (const [url, body] of bodies) scripts.set(new URL(url).pathname, await body);
  return scripts;
}

function kilobytes(scripts: Map<string, Buffer>): number {
  return [...scripts.values()].reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0) / 1000;
}

function marksIn(text: string): string[] {
  return DEVTOOLS_MARKS.filter((mark) => text.includes(mark));
}

for (const [path, budget] of Object.entries(BUDGETS)) {
  test(`${path} weighs at most ${budget} kB`, async ({ page }) => {
    if (path !== "/sign-in") {
      await signInWithPassword(page, "admin@acme.test");
      await expectSignedIn(page, "admin@acme.test");
      // As a first visit: nothing from the cache.
      await (await page.context().newCDPSession(page)).send("Network.clearBrowserCache");
    }
    const scripts = await scriptsOf(page, path);
    const weight = kilobytes(scripts);
    process.stdout.write(`${path}: ${weight.toFixed(1)} kB of JavaScript (gzip) of ${budget} kB\n`);
    expect(scripts.size).toBeGreaterThan(3);
    expect(weight).toBeGreaterThan(100);
    expect(weight).toBeLessThanOrEqual(budget);
    for (const [name, body] of scripts) expect({ name, marks: marksIn(body.toString()) }).toEqual({ name, marks: [] });
  });
}

test("/sign-in fetches nothing of the typed calls", async ({ page }) => {
  const texts = [...(await scriptsOf(page, "/sign-in")).values()].map(String);
  expect(texts.filter((text) => text.includes("/api/trpc"))).toEqual([]);
  await signInWithPassword(page, "member@acme.test");
  await expectSignedIn(page, "member@acme.test");
  // The same words are found where they belong.
  const others = [...(await scriptsOf(page, "/account/activity")).values()].map(String);
  expect(others.some((text) => text.includes("/api/trpc"))).toBe(true);
});

test("the build holds no developer tools", () => {
  const folder = join(workbench.build, "static");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const marked = files
    .map((entry) => ({ name: entry.name, marks: marksIn(readFileSync(join(entry.parentPath, entry.name), "utf8")) }))
    .filter(({ marks }) => marks.length > 0);
  expect(files.length).toBeGreaterThan(10);
  expect(marked).toEqual([]);
});

/**
 * The console in a real browser, over a generated history: how soon a page is there, how soon it answers a key, and what
 * it costs to go through very many rows. Held against the limits that the console is built to.
 */
import { migrateToLatest } from "@db/migrate";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { createDatabase } from "@/workbench/postgres";
import { generateHistory } from "./history/generated";
import { median } from "./median";
import { interactionsOf, type Load, loadOf, observeAll, reset, scrolledOf, slowDown } from "./page/observed";
import { readDown, readUp, settled, visit } from "./page/visit";
import { addReader, launchBrowser, serve, signInReader } from "./reader";
import { againstLimit, type Bench, type Figure, type Suite } from "./suite";

const ATTEMPTS = 200_000;
const SCROLLED = 100_000;
const LOADS = 5;
const VISITS = 5;
/** How much slower than this machine the reader's is. */
const SLOWDOWN = 4;
const LIMITS = { lcpMs: 1200, shift: 0, blockingMs: 200, inpMs: 100, mountedRows: 60, taskMs: 50 };
const CONSOLE = "/admin/sign-ins";

type Signed = Awaited<ReturnType<BrowserContext["storageState"]>>;
type House = { browser: Browser; origin: string; session: Signed };

/** A browser that has been nowhere before: nothing is in its cache. */
async function withPage<T>(house: House, signedIn: boolean, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await house.browser.newContext({
    baseURL: house.origin,
    viewport: { width: 1440, height: 900 },
    ...(signedIn ? { storageState: house.session } : {}),
  });
  try {
    await observeAll(context);
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

async function loads(house: House, path: string, signedIn: boolean, count: number): Promise<Figure[]> {
  const seen: Load[] = [];
  for (let n = 0; n < count; n += 1) {
    seen.push(
      await withPage(house, signedIn, async (page) => {
        await slowDown(page, SLOWDOWN);
        await page.goto(path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await settled(page);
        return loadOf(page);
      }),
    );
  }
  const of = (key: keyof Load) => median(seen.map((load) => load[key]));
  return [
    againstLimit(`page ${path}, LCP, ${SLOWDOWN}x slowdown`, of("lcpMs"), "ms", LIMITS.lcpMs),
    againstLimit(`page ${path}, layout shift, ${SLOWDOWN}x slowdown`, of("shift"), "score", LIMITS.shift),
    againstLimit(`page ${path}, total blocking time, ${SLOWDOWN}x slowdown`, of("blockingMs"), "ms", LIMITS.blockingMs),
  ];
}

/** INP is the worst interaction of a visit that has fewer than fifty of them. */
async function interactions(house: House, visits: number, say: Bench["say"]): Promise<Figure[]> {
  const worst: number[] = [];
  for (let n = 0; n < visits; n += 1) {
    const slowest = await withPage(house, true, async (page) => {
      await slowDown(page, SLOWDOWN);
      await page.goto(CONSOLE);
      await settled(page);
      await reset(page);
      await visit(page);
      return (await interactionsOf(page)).toSorted((one, other) => other.ms - one.ms);
    });
    if (slowest.length === 0) throw new Error("the browser noted no interaction");
    say(
      `page, slowest of ${slowest.length}: ${slowest
        .slice(0, 4)
        .map(({ key, page, ms }) => `${key} ${ms} ms at ${page}`)
        .join("; ")}`,
    );
    worst.push(slowest[0]?.ms ?? 0);
  }
  return [againstLimit(`page ${CONSOLE}, INP, ${SLOWDOWN}x slowdown`, median(worst), "ms", LIMITS.inpMs)];
}

async function scrolling(house: House, rows: number, say: Bench["say"]): Promise<Figure[]> {
  return withPage(house, true, async (page) => {
    await page.goto(CONSOLE);
    await settled(page);
    await reset(page);
    const loaded = await readDown(page, rows);
    const down = await scrolledOf(page);
    say(`page, ${loaded} rows loaded; up again through them`);
    await reset(page);
    await readUp(page);
    const up = await scrolledOf(page);
    const mounted = Math.max(down.mountedRows, up.mountedRows);
    const of = `${rows.toLocaleString("en")} rows`;
    return [
      againstLimit(`page ${CONSOLE}, rows mounted of ${of}`, mounted, "rows", LIMITS.mountedRows),
      againstLimit(`page ${CONSOLE}, longest task, down ${of}`, down.longestTaskMs, "ms", LIMITS.taskMs),
      againstLimit(`page ${CONSOLE}, longest task, up ${of}`, up.longestTaskMs, "ms", LIMITS.taskMs),
    ];
  });
}

async function measure(bench: Bench): Promise<Figure[]> {
  const databaseUrl = await createDatabase(bench.databaseUrl, "page");
  await migrateToLatest(databaseUrl);
  const attempts = Math.round(ATTEMPTS * bench.scale);
  bench.say(`page, generating ${attempts} rows`);
  await generateHistory(databaseUrl, attempts, bench.say);
  await addReader(databaseUrl, "auditor");
  const { application, origin } = await serve(databaseUrl, bench.folder);
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ baseURL: origin });
    await signInReader(await context.newPage());
    const house = { browser, origin, session: await context.storageState() };
    await context.close();
    // The first of a server's answers pay for its start.
    await withPage(house, true, (page) => page.goto(CONSOLE));
    await withPage(house, false, (page) => page.goto("/sign-in"));
    bench.say(`page, with a processor ${SLOWDOWN} times as slow`);
    return [
      ...(await loads(house, "/sign-in", false, Math.min(LOADS, bench.rounds))),
      ...(await loads(house, CONSOLE, true, Math.min(LOADS, bench.rounds))),
      ...(await interactions(house, Math.min(VISITS, bench.rounds), bench.say)),
      ...(await scrolling(house, SCROLLED * bench.scale, bench.say)),
    ];
  } finally {
    await browser.close();
    await application.stop();
  }
}

export const pageSuite: Suite = { name: "page", run: measure };

/**
 * The live list in a real browser, against what the database holds: nothing missing, nothing twice, nothing that stops the
 * page or moves what is being read, while attempts are written through the audit queue.
 */
import { migrateToLatest } from "@db/migrate";
import type { Browser, Page } from "@playwright/test";
import pg from "pg";
import { openLine } from "@/audit/queue/line.store.server";
import { AuditQueue } from "@/audit/queue/queue";
import { sampleRow } from "@/audit/queue/sample-row";
import { createDatabase } from "@/workbench/postgres";
import { read, reset, rowsSeen, type Watched, watch } from "./live/page";
import { addReader, launchBrowser, serve, signInReader } from "./reader";
import { againstLimit, type Bench, type Figure, type Suite } from "./suite";

/** In the book before anybody watches, so that there is something to scroll through. */
const BEFORE = 600;
const EVERY_MS = 50;
/** For reading the list to its end. */
const READ_MS = 120_000;

/** How much comes, and what of it the page is held to. */
const FLOOD = { rate: 200, seconds: 60, longestTaskMs: 100 };
const QUIET = { rate: 50, seconds: 30, announcements: 3 };

type Writer = { write: (rate: number, seconds: number) => Promise<void>; close: () => Promise<void> };

/** Attempts at a steady rate, through a queue like the application's, which commits them in groups. */
function openWriter(databaseUrl: string): Writer {
  const fail = (...said: unknown[]) => {
    throw new Error(`the queue met a fault: ${said.map(String).join(" ")}`);
  };
  const line = openLine(databaseUrl);
  const queue = new AuditQueue({
    write: (rows) => line.write(rows),
    probe: () => line.probe(),
    disk: null,
    report: { info: () => {}, warn: () => {}, error: fail },
    bound: { rows: 10_000, size: 32 * 1024 * 1024 },
    patienceMs: 5000,
    stallMs: 10_000,
  });
  return {
    async write(rate, seconds) {
      const start = performance.now();
      const receipts: Promise<unknown>[] = [];
      for (let written = 0; written < rate * seconds; ) {
        const due = Math.min(rate * seconds, Math.ceil(((performance.now() - start) / 1000) * rate));
        for (; written < due; written += 1) receipts.push(queue.enqueue([sampleRow()]).durable);
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
      await Promise.all(receipts);
    },
    async close() {
      await queue.close();
      await line.close();
    },
  };
}

async function openConsole(browser: Browser, origin: string): Promise<Page> {
  const page = await browser.newPage({ baseURL: origin, viewport: { width: 1440, height: 900 } });
  await signInReader(page);
  await page.goto("/admin/sign-ins");
  await page.getByRole("grid").waitFor();
  await watch(page);
  return page;
}

/** The list is scrolled down and up again, as fast as somebody turns a wheel, for as long as something lasts. */
async function scrollWhile(page: Page, lasting: Promise<unknown>): Promise<void> {
  let over = false;
  const ended = lasting.finally(() => {
    over = true;
  });
  await page.getByRole("gridcell").first().hover();
  for (let turn = 0; !over; turn += 1) {
    await page.mouse.wheel(0, turn % 40 < 30 ? 400 : -900);
    await page.waitForTimeout(80);
  }
  await ended;
}

/** Reads the list from its top to its end, and answers the events in the order of their rows. */
async function readAll(page: Page): Promise<{ seen: string[]; reading: Watched }> {
  await page.evaluate("scrollTo(0, 0)");
  await reset(page);
  await page.getByRole("gridcell").first().hover();
  const end = page.getByText("That is all of them.");
  for (const deadline = performance.now() + READ_MS; !(await end.isVisible()); ) {
    if (performance.now() > deadline) throw new Error("the list comes to no end");
    await page.mouse.wheel(0, 700);
    await page.waitForTimeout(30);
  }
  for (let at = await page.evaluate("scrollY"), before = -1; at !== before; at = await page.evaluate("scrollY")) {
    before = Number(at);
    await page.mouse.wheel(0, 700);
    await page.waitForTimeout(60);
  }
  return { reading: await read(page), seen: await rowsSeen(page) };
}

async function quiet(page: Page, writer: Writer, scale: number): Promise<Figure[]> {
  await page.getByRole("gridcell").nth(70).click({ trial: true });
  await page.getByRole("gridcell").nth(70).focus();
  await page.mouse.move(5, 5);
  await reset(page);
  await writer.write(QUIET.rate, QUIET.seconds * scale);
  const { movedPx, shift, announced, longestTaskMs } = await read(page);
  const of = `of ${QUIET.rate} rows/s`;
  return [
    againstLimit(`live, focused row moved ${of}`, movedPx, "px", 0),
    againstLimit(`live, layout shift ${of}`, shift, "score", 0),
    againstLimit(`live, announcements ${of}`, announced, "count", Math.ceil(QUIET.announcements * scale)),
    againstLimit(`live, longest task ${of}`, longestTaskMs, "ms", FLOOD.longestTaskMs),
  ];
}

async function flood(page: Page, writer: Writer, client: pg.Client, scale: number): Promise<Figure[]> {
  await reset(page);
  await scrollWhile(page, writer.write(FLOOD.rate, FLOOD.seconds * scale));
  const scrolling = await read(page);
  // Until the last ones have been told.
  await page.waitForTimeout(3000);
  await page.getByRole("button", { name: /new sign-ins$/ }).click();
  await page.getByRole("button", { name: "Nothing new waits" }).waitFor();
  const { seen, reading } = await readAll(page);
  const { rows } = await client.query<{ id: string }>(
    "select id from audit_events where action = 'signedIn' order by occurred_at desc, id desc",
  );
  const distinct = new Set(seen);
  const of = `of ${FLOOD.rate} rows/s`;
  const inOrder = seen.filter((id, index) => rows[index]?.id === id).length;
  return [
    againstLimit(`live, longest task ${of}, scrolling`, scrolling.longestTaskMs, "ms", FLOOD.longestTaskMs),
    againstLimit("live, longest task, reading all of them", reading.longestTaskMs, "ms", FLOOD.longestTaskMs),
    againstLimit("live, different rows seen, by SQL", distinct.size, "rows", rows.length),
    againstLimit("live, rows doubled, by SQL", seen.length - distinct.size, "rows", rows.length),
    againstLimit("live, rows where SQL has them", inOrder, "rows", rows.length),
  ];
}

async function measure(bench: Bench): Promise<Figure[]> {
  const databaseUrl = await createDatabase(bench.databaseUrl, "live");
  await migrateToLatest(databaseUrl);
  await addReader(databaseUrl, "admin");
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const writer = openWriter(databaseUrl);
  const { application, origin } = await serve(databaseUrl, bench.folder);
  const browser = await launchBrowser();
  try {
    await writer.write(BEFORE, 1);
    const page = await openConsole(browser, origin);
    // Between the page and its stream: these must not be missing either.
    await writer.write(20, 1);
    await page.getByRole("button", { name: "Live" }).click();
    await page.getByRole("button", { name: "Nothing new waits" }).waitFor();
    bench.say(`live, ${QUIET.rate} rows/s for ${QUIET.seconds * bench.scale} s beside a focused row`);
    const figures = await quiet(page, writer, bench.scale);
    bench.say(`live, ${FLOOD.rate} rows/s for ${FLOOD.seconds * bench.scale} s while scrolling`);
    return [...figures, ...(await flood(page, writer, client, bench.scale))];
  } finally {
    await browser.close();
    await application.stop();
    await writer.close();
    await client.end();
  }
}

export const liveSuite: Suite = { name: "live", run: measure };

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@db/connect.server";
import { migrateToLatest } from "@db/migrate";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findDrift, foldCounts } from "@/audit/counts/counts.store.server";
import { BreakableProxy } from "@/audit/queue/breakable-proxy";
import { FlatOutProcess } from "@/audit/queue/flat-out-process";
import { freePort } from "@/workbench/ports";
import { startPostgres } from "@/workbench/postgres";
import { testDatabase } from "@/workbench/test-database";

const database = testDatabase();
let root: string;
const started: FlatOutProcess[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "faults-"));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.kill()));
  await rm(root, { recursive: true, force: true });
});

function start(word: string, url: string, producers?: number): FlatOutProcess {
  const child = FlatOutProcess.start(word, url, root, producers);
  started.push(child);
  return child;
}

async function namesIn(url: string, word: string): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query("select request_id from audit_events where request_id like $1", [`${word}-%`]);
    return rows.map((row: { request_id: string }) => row.request_id);
  } finally {
    await client.end();
  }
}

/** What a process was told against what is in the table: nothing acknowledged is missing, nothing is twice, nothing is invented. */
async function expectTruth(child: FlatOutProcess, url: string, word: string): Promise<void> {
  const there = await namesIn(url, word);
  const set = new Set(there);
  expect(child.acknowledged.filter((name) => !set.has(name))).toEqual([]);
  expect(there.length).toBe(set.size);
  expect(there.filter((name) => Number(name.slice(word.length + 1)) >= child.sent)).toEqual([]);
  await expectCounted(url);
}

/** What is counted ahead is what stands in the table, before and after it is folded. */
async function expectCounted(url: string): Promise<void> {
  const db = connect(url, 1);
  try {
    expect(await findDrift(db)).toEqual([]);
    while ((await foldCounts(db)).more);
    expect(await findDrift(db)).toEqual([]);
  } finally {
    await db.destroy();
  }
}

const segments = async () =>
  (await readdir(join(root, "journal")).catch(() => [])).filter((name) => name.endsWith(".journal"));

/** Runs the next process until it has replayed what the last one left, and ends it. */
async function runSuccessor(url: string): Promise<void> {
  const successor = start("successor", url, 1);
  await successor.until(({ committed }) => committed > 0);
  expect(await successor.stop()).toBe(0);
  expect(await segments()).toEqual([]);
}

describe("a process that is killed flat out", () => {
  it("has every row that it acknowledged in the table, once", async () => {
    const child = start("kill", database.url);
    await child.until(({ committed }) => committed > 3000);
    await child.kill();
    await expectTruth(child, database.url, "kill");
  });

  it("while the table has been locked for a second, and its statement dies with it", async () => {
    const child = start("lock", database.url);
    await child.until(({ committed }) => committed > 1000);
    const locker = new pg.Client(database.url);
    await locker.connect();
    await locker.query("begin");
    await locker.query("lock table audit_events in access exclusive mode");
    await locker.query("select pg_sleep(1)");
    await child.kill();
    // Left alone, PostgreSQL would finish what it was sent, and hide a row that was acknowledged when it was sent.
    await locker.query(
      "select pg_terminate_backend(pid, 5000) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    );
    await locker.query("commit");
    await locker.end();
    await runSuccessor(database.url);
    await expectTruth(child, database.url, "lock");
  });

  it("while the database is away: the next process brings in what it journaled", async () => {
    const proxy = await BreakableProxy.open(database.url);
    const child = start("away", proxy.url);
    await child.until(({ committed }) => committed > 500);
    await proxy.refuse();
    await child.until(({ journaled }) => journaled > 5000);
    await child.kill();
    expect((await segments()).length).toBeGreaterThan(0);
    await proxy.close();
    await runSuccessor(database.url);
    await expectTruth(child, database.url, "away");
  });
});

describe("a process that is ended in order", () => {
  it("with the database away keeps everything in the journal", async () => {
    const proxy = await BreakableProxy.open(database.url);
    const child = start("end", proxy.url);
    await child.until(({ committed }) => committed > 500);
    await proxy.refuse();
    await child.until(({ journaled }) => journaled > 500);
    expect(await child.stop()).toBe(0);
    await proxy.close();
    await runSuccessor(database.url);
    await expectTruth(child, database.url, "end");
  });
});

describe("two processes on one database and one folder", () => {
  it("through an outage, with one of them killed in it", async () => {
    const proxy = await BreakableProxy.open(database.url);
    const [one, two] = [start("one", proxy.url, 32), start("two", proxy.url, 32)];
    await Promise.all([one, two].map((child) => child.until(({ committed }) => committed > 500)));
    await proxy.refuse();
    await Promise.all([one, two].map((child) => child.until(({ journaled }) => journaled > 1000)));
    await one.kill();
    await proxy.mend();
    // The survivor drains its own journal and, once the database is back, that of the dead.
    const before = two.committed;
    await two.until(({ committed }) => committed > before + 500);
    expect(await two.stop()).toBe(0);
    await proxy.close();
    expect(await segments()).toEqual([]);
    await expectTruth(one, database.url, "one");
    await expectTruth(two, database.url, "two");
  });
});

describe("PostgreSQL", () => {
  it("stopped in order, started, cut off, and started again under load", async () => {
    const options = { dataDir: join(root, "server"), port: await freePort(), settings: { shared_buffers: "32MB" } };
    let server = await startPostgres(options);
    await migrateToLatest(server.url);
    const child = start("server", server.url);
    for (const ending of ["stop", "stopAtOnce"] as const) {
      const [committed, journaled] = [child.committed, child.journaled];
      await child.until((books) => books.committed > committed + 1000);
      await server[ending]();
      await child.until((books) => books.journaled > journaled + 1000);
      server = await vi.waitFor(() => startPostgres(options), { timeout: 10_000 });
    }
    const { committed } = child;
    await child.until((books) => books.committed > committed + 1000);
    expect(await child.stop()).toBe(0);
    expect(await segments()).toEqual([]);
    await expectTruth(child, server.url, "server");
    await server.stop();
  }, 60_000);
});

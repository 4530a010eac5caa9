import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventRow } from "@/audit/event";
import { realDisk } from "@/audit/journal/disk";
import { Journal } from "@/audit/journal/journal";
import { currentOwner } from "@/audit/journal/owner";
import { Quarantine } from "@/audit/journal/quarantine";
import { BreakableProxy } from "@/audit/queue/breakable-proxy";
import { type Line, openLine } from "@/audit/queue/line.store.server";
import { AuditQueue } from "@/audit/queue/queue";
import { sampleRow } from "@/audit/queue/sample-row";
import { testDatabase } from "@/workbench/test-database";

const database = testDatabase();
/** What the queue's connection calls itself. */
const LINE_NAME = "gatebook audit queue";
const report = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
let root: string;
let proxy: BreakableProxy;
let line: Line;
let queue: AuditQueue;

beforeEach(async () => {
  for (const fn of Object.values(report)) fn.mockReset();
  root = await mkdtemp(join(tmpdir(), "queue-"));
  proxy = await BreakableProxy.open(database.url);
  line = openLine(proxy.url);
  const directory = join(root, "journal");
  const owner = currentOwner();
  queue = new AuditQueue({
    write: (rows) => line.write(rows),
    probe: () => line.probe(),
    disk: {
      journal: new Journal({ directory, disk: realDisk, owner, report, segmentBytes: 100_000 }),
      quarantine: new Quarantine(realDisk, directory, owner),
    },
    report,
    bound: { rows: 10_000, size: 10_000_000 },
    patienceMs: 5000,
    stallMs: 10_000,
  });
});
afterEach(async () => {
  await queue.close();
  await line.close();
  await proxy.close();
  await rm(root, { recursive: true, force: true });
});

/** Rows of this test, in the order in which they were committed. */
async function committed(word: string): Promise<string[]> {
  const { rows } = await sql<{ request_id: string }>`
    select request_id from audit_events where request_id like ${`${word}-%`} order by recorded_at`.execute(database.db);
  return rows.map((row) => row.request_id);
}

function enqueue(word: string, from: number, count: number): Promise<string>[] {
  return names(word, from, count).map((request_id) => queue.enqueue([sampleRow({ request_id })]).durable);
}

const names = (word: string, from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `${word}-${from + index}`);
const all = async (receipts: Promise<string>[]) => new Set(await Promise.all(receipts));
const drained = () => vi.waitFor(() => expect(queue.state().journalBytes).toBe(0), { timeout: 8000, interval: 20 });

/** The slowest a receipt may be, a black hole included: promised to callers who hold a response back for it. */
const WITHIN_MS = 3000;

async function timed<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now();
  return { result: await work, ms: performance.now() - start };
}

describe("with the database there", () => {
  it("commits rows in the order in which they came, once each, many at a time", async () => {
    expect(await all(enqueue("order", 0, 3000))).toEqual(new Set(["committed"]));
    expect(await committed("order")).toEqual(names("order", 0, 3000));
    expect(queue.state().commits).toBe(6);
    expect(proxy.accepted).toBe(1);
  });

  it("puts a row aside that PostgreSQL refuses, for each of the ways it has to refuse one", async () => {
    const bad: Partial<EventRow>[] = [
      { ip: "not an address" },
      { target_id: null, claimed_email: Array.from({ length: 4000 }, () => Math.random().toString(36)).join("") },
      { target_id: "not an id" },
      { failure_reason: "but it is a success", status: "success" },
      { user_agent: "a NUL \u0000 in it" },
      { occurred_at: "the 30th of February" },
    ];
    const rows = Array.from({ length: 200 }, (_, index) =>
      sampleRow({ request_id: `poison-${index}`, ...(index % 33 === 5 ? bad[(index - 5) / 33] : {}) }),
    );
    const outcomes = await Promise.allSettled(rows.map((row) => queue.enqueue([row]).durable));
    const refused = outcomes.flatMap((outcome, index) => (outcome.status === "rejected" ? [index] : []));
    expect(refused).toEqual([5, 38, 71, 104, 137, 170]);
    const good = names("poison", 0, 200).filter((_, index) => !refused.includes(index));
    expect(await committed("poison")).toEqual(good);
    const [file] = await readdir(join(root, "journal"));
    const kept = (await readFile(join(root, "journal", file ?? ""), "utf8"))
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text) as { row: EventRow; sqlState: string });
    expect(kept.map(({ row }) => row)).toEqual(refused.map((index) => rows[index]));
    expect(kept.map(({ sqlState }) => sqlState)).toEqual(["22P02", "54000", "22P02", "23514", "22021", "22007"]);
    expect(queue.state().quarantined).toBe(6);
    // What is logged names the row and PostgreSQL's code, never what is in it.
    expect(JSON.stringify(report.error.mock.calls)).not.toContain("but it is a success");
  });

  it("survives a connection that was cut while it was idle, without an outage", async () => {
    await all(enqueue("idle", 0, 1));
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${LINE_NAME} and datname = current_database()`.execute(
      database.db,
    );
    expect(await all(enqueue("idle", 1, 5))).toEqual(new Set(["committed"]));
    expect(await committed("idle")).toEqual(names("idle", 0, 6));
    expect(report.error).not.toHaveBeenCalled();
  });
});

describe("an answer that is lost after the commit", () => {
  it("is asked for again: the rows are there once", async () => {
    await all(enqueue("answer", 0, 1));
    proxy.loseAnswers(1);
    expect(await all(enqueue("answer", 1, 400))).toEqual(new Set(["committed"]));
    expect(await committed("answer")).toEqual(names("answer", 0, 401));
    expect(proxy.accepted).toBe(2);
  });

  it("twice in a row: the rows go to the journal too, and are there once", async () => {
    await all(enqueue("twice", 0, 1));
    proxy.loseAnswers(2);
    expect(await all(enqueue("twice", 1, 400))).toEqual(new Set(["journaled"]));
    await drained();
    expect(await committed("twice")).toEqual(names("twice", 0, 401));
  });
});

describe("a database that is away", () => {
  it("because nobody listens: rows are journaled at once and follow in order", async () => {
    await all(enqueue("refused", 0, 10));
    await proxy.refuse();
    const { result, ms } = await timed(all(enqueue("refused", 10, 1000)));
    expect(result).toEqual(new Set(["journaled"]));
    expect(ms).toBeLessThan(1000);
    await proxy.mend();
    await drained();
    expect(await all(enqueue("refused", 1010, 10))).toEqual(new Set(["committed"]));
    expect(await committed("refused")).toEqual(names("refused", 0, 1020));
  });

  it("because packets vanish: under a statement, and for new connections", async () => {
    await all(enqueue("hole", 0, 10));
    proxy.blackHole();
    const first = await timed(all(enqueue("hole", 10, 100)));
    expect(first.result).toEqual(new Set(["journaled"]));
    expect(first.ms).toBeLessThan(WITHIN_MS);
    const second = await timed(all(enqueue("hole", 110, 100)));
    expect(second.result).toEqual(new Set(["journaled"]));
    expect(second.ms).toBeLessThan(500);
    await proxy.mend();
    await drained();
    expect(await committed("hole")).toEqual(names("hole", 0, 210));
  });

  it("because the first connection already meets silence", async () => {
    proxy.blackHole();
    const { result, ms } = await timed(all(enqueue("silence", 0, 10)));
    expect(result).toEqual(new Set(["journaled"]));
    expect(ms).toBeLessThan(WITHIN_MS);
    await proxy.mend();
    await drained();
    expect(await committed("silence")).toEqual(names("silence", 0, 10));
  });

  it("because it is read-only", async () => {
    await all(enqueue("standby", 0, 10));
    const name = new URL(database.url).pathname.slice(1);
    const admin = new pg.Client({ connectionString: database.url, options: "-c default_transaction_read_only=off" });
    await admin.connect();
    await admin.query(`alter database ${name} set default_transaction_read_only = on`);
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${LINE_NAME}' and datname = current_database()`,
    );
    expect(await all(enqueue("standby", 10, 100))).toEqual(new Set(["journaled"]));
    await admin.query(`alter database ${name} reset default_transaction_read_only`);
    await admin.end();
    await drained();
    expect(await committed("standby")).toEqual(names("standby", 0, 110));
  });

  it("because the table is locked: it waits a moment, then journals, and leaves no statement behind", async () => {
    await all(enqueue("locked", 0, 10));
    const locker = new pg.Client(database.url);
    await locker.connect();
    await locker.query("begin");
    await locker.query("lock table audit_events in access exclusive mode");
    const { result, ms } = await timed(all(enqueue("locked", 10, 600)));
    expect(result).toEqual(new Set(["journaled"]));
    expect(ms).toBeLessThan(WITHIN_MS);
    // As long as the lock is held, no row waits for it again: that would take the statement timeout of 1.5 s.
    let next = 610;
    for (const until = performance.now() + 1500; performance.now() < until; next += 10) {
      const later = await timed(all(enqueue("locked", next, 10)));
      expect(later.result).toEqual(new Set(["journaled"]));
      expect(later.ms).toBeLessThan(1400);
    }
    const { rows } = await locker.query(
      `select count(*)::integer as waiting from pg_stat_activity where application_name = '${LINE_NAME}' and datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(rows[0].waiting).toBeLessThanOrEqual(1);
    await locker.query("commit");
    await locker.end();
    await drained();
    expect(await committed("locked")).toEqual(names("locked", 0, next));
  });
});

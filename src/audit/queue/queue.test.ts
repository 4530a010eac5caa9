import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventRow } from "@/audit/event";
import { FailingDisk } from "@/audit/journal/failing-disk";
import { Journal } from "@/audit/journal/journal";
import { currentOwner } from "@/audit/journal/owner";
import { Quarantine } from "@/audit/journal/quarantine";
import { AuditQueue, type QueueOptions } from "@/audit/queue/queue";
import { isNotDurable } from "@/audit/queue/receipt";
import { requestScope, runInRequestScope } from "@/platform/request-scope";

/** A database that answers as a test wants: takes rows, is away, or keeps its answers back. */
class Table {
  readonly rows: string[] = [];
  readonly groups: number[] = [];
  /** Statements that arrived, answered or not. */
  asked = 0;
  away = false;
  /** Statements wait for this before they answer. */
  gate: Promise<void> | null = null;
  refuses: (id: string) => boolean = () => false;
  /** Called when a statement was committed. */
  committed: () => void = () => {};

  write = async (rows: readonly string[]): Promise<void> => {
    this.asked += 1;
    await this.gate;
    if (this.away) throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    const ids = rows.map((row) => (JSON.parse(row) as { id: string }).id);
    if (ids.some(this.refuses)) throw Object.assign(new Error("no"), { code: "22P02" });
    this.rows.push(...ids.filter((id) => !this.rows.includes(id)));
    this.groups.push(ids.length);
    this.committed();
  };

  probe = async (): Promise<void> => {
    if (this.away) throw new Error("still away");
  };
}

let root: string;
let disk: FailingDisk;
let table: Table;
let queue: AuditQueue;
const report = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };

function open(options: Partial<QueueOptions> = {}): AuditQueue {
  const directory = join(root, "journal");
  const owner = currentOwner();
  queue = new AuditQueue({
    write: table.write,
    probe: () => table.probe(),
    disk: {
      journal: new Journal({ directory, disk, owner, report, segmentBytes: 100_000 }),
      quarantine: new Quarantine(disk, directory, owner),
    },
    report,
    bound: { rows: 10_000, size: 10_000_000 },
    patienceMs: 5000,
    stallMs: 10_000,
    ...options,
  });
  return queue;
}

const row = (id: string) => ({ id }) as EventRow;
const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `row ${from + index}`);
const enqueueAll = (names: string[]) => Promise.all(names.map((id) => queue.enqueue([row(id)]).durable));
const gate = () => Promise.withResolvers<void>();

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "queue-"));
  disk = new FailingDisk();
  table = new Table();
  for (const fn of Object.values(report)) fn.mockReset();
});
afterEach(async () => {
  vi.useRealTimers();
  disk.faults = [];
  await queue.close();
  await rm(root, { recursive: true, force: true });
});

describe("groups", () => {
  it("hold what came in one turn of the event loop, in order, at most 500 rows", async () => {
    open();
    expect(new Set(await enqueueAll(ids(1200)))).toEqual(new Set(["committed"]));
    expect(table.rows).toEqual(ids(1200));
    expect(table.groups).toEqual([500, 500, 200]);
    expect(queue.state()).toMatchObject({ depth: 0, oldestMs: 0, commits: 3, committedRows: 1200, journaledRows: 0 });
  });

  it("hold what several callers bring in one turn, each when it gets there", async () => {
    open();
    const late = async (id: string, steps: number) => {
      for (let step = 0; step < steps; step += 1) await null;
      await queue.enqueue([row(id)]).durable;
    };
    await Promise.all(ids(20).map((id, steps) => late(id, steps)));
    expect(table.groups).toEqual([20]);
  });

  it("gather while one is under way: a lone row does not wait for company", async () => {
    open();
    const first = gate();
    table.gate = first.promise;
    const receipts = [queue.enqueue([row("a")])];
    await vi.waitFor(() => expect(table.asked).toBe(1));
    for (let turn = 0; turn < 5; turn += 1) {
      receipts.push(queue.enqueue([row(`b${turn}`)]));
      await new Promise(setImmediate);
    }
    expect(queue.state().depth).toBe(6);
    expect(queue.state().oldestMs).toBeGreaterThanOrEqual(0);
    first.resolve();
    await Promise.all(receipts.map(({ durable }) => durable));
    expect(table.groups).toEqual([1, 5]);
  });

  it("keep the rows of one call together, and take them as they were", async () => {
    open();
    const mine = row("a");
    const receipt = queue.enqueue([mine, row("b")]);
    mine.id = "changed";
    expect(await receipt.durable).toBe("committed");
    expect(await queue.enqueue([]).durable).toBe("committed");
    expect(table.rows).toEqual(["a", "b"]);
  });
});

describe("an outage", () => {
  it("sends rows to the journal, and the journal to the database before any newer row", async () => {
    open();
    await enqueueAll(ids(3));
    table.away = true;
    expect(new Set(await enqueueAll(ids(600, 3)))).toEqual(new Set(["journaled"]));
    expect(queue.state().journalBytes).toBeGreaterThan(0);
    expect(await enqueueAll(ids(3, 603))).toEqual(["journaled", "journaled", "journaled"]);
    table.away = false;
    await vi.waitFor(() => expect(queue.state().journalBytes).toBe(0));
    expect(await enqueueAll(ids(3, 606))).toEqual(["committed", "committed", "committed"]);
    expect(table.rows).toEqual(ids(609));
    expect(await readdir(join(root, "journal"))).toEqual([]);
    expect(report.error).toHaveBeenCalledTimes(1);
    expect(report.info).toHaveBeenCalledTimes(1);
  });

  it("is drained while rows keep coming as fast as they can", async () => {
    open();
    table.away = true;
    let sent = 0;
    let stop = false;
    const outcomes: string[] = [];
    const producers = Array.from({ length: 400 }, async () => {
      while (!stop) {
        const long = { ...row(`row ${sent}`), user_agent: "x".repeat(500) };
        sent += 1;
        outcomes.push(await queue.enqueue([long]).durable);
      }
    });
    await vi.waitFor(() => expect(queue.state().journaledRows).toBeGreaterThan(3000));
    table.away = false;
    await vi.waitFor(() => expect(outcomes.at(-1)).toBe("committed"), { timeout: 10_000 });
    stop = true;
    await Promise.all(producers);
    expect(queue.state().journalBytes).toBe(0);
    expect(table.rows).toEqual(ids(sent));
  });

  it("that comes again during the replay loses and doubles nothing", async () => {
    open();
    table.away = true;
    await enqueueAll(ids(1000));
    const probed = vi.spyOn(table, "probe");
    table.committed = () => {
      table.away = true;
      table.committed = () => {};
    };
    table.away = false;
    await vi.waitFor(() => expect(table.rows.length).toBeGreaterThan(0));
    await vi.waitFor(() => expect(table.away).toBe(true));
    expect(table.rows.length).toBeLessThan(1000);
    expect(new Set(await enqueueAll(ids(10, 1000)))).toEqual(new Set(["journaled"]));
    table.away = false;
    await vi.waitFor(() => expect(queue.state().journalBytes).toBe(0));
    expect(table.rows).toEqual(ids(1010));
    expect(probed).toHaveBeenCalled();
  });

  it("that ends on a slow database keeps no new row waiting for the replay", async () => {
    open();
    table.away = true;
    await enqueueAll(ids(3000));
    let now = performance.now();
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const settledAfter = Promise.withResolvers<number>();
    table.committed = () => {
      // Each statement takes 0.3 s. During the first a crowd comes, during the second one more row.
      now += 300;
      if (table.groups.length === 1) enqueueAll(ids(500, 3000));
      if (table.groups.length === 2) {
        queue.enqueue([row("late")]).durable.then(() => settledAfter.resolve(table.groups.length));
      }
    };
    table.away = false;
    expect(await settledAfter.promise).toBeLessThanOrEqual(3);
    await vi.waitFor(() => expect(table.rows).toEqual([...ids(3500), "late"]));
  });

  it("with the disk full refuses every row, with a message for the operator", async () => {
    open();
    table.away = true;
    disk.faults = [{ operation: "write", code: "ENOSPC" }];
    const refusals = await Promise.allSettled(ids(3).map((id) => queue.enqueue([row(id)]).durable));
    for (const refusal of refusals) {
      const reason = refusal.status === "rejected" ? refusal.reason : null;
      expect(isNotDurable(reason) && reason.reason).toBe("journal_failing");
      expect(String(reason)).toContain("The disk of the audit journal is full (ENOSPC)");
    }
    expect(queue.state()).toMatchObject({ journalFull: true, refusedRows: 3, journaledRows: 0, journalBytes: 0 });
    disk.faults = [];
    expect(await queue.enqueue([row("later")]).durable).toBe("journaled");
    expect(queue.state().journalFull).toBe(false);
  });

  it("without a journal refuses, and is over when the database is back", async () => {
    open({ disk: null });
    table.away = true;
    await expect(queue.enqueue([row("a")]).durable).rejects.toMatchObject({ reason: "journal_off" });
    await expect(queue.enqueue([row("b")]).durable).rejects.toMatchObject({ reason: "journal_off" });
    table.away = false;
    // Rows that come at every moment of the return: refused before it, committed from then on.
    const outcomes: string[] = [];
    while (outcomes.at(-1) !== "committed") {
      outcomes.push(await queue.enqueue([row("c")]).durable.catch(({ reason }: { reason: string }) => reason));
      await new Promise(setImmediate);
    }
    expect(report.info).toHaveBeenCalledTimes(1);
    expect(new Set(outcomes)).toEqual(new Set(["journal_off", "committed"]));
    expect(table.rows).toEqual(["c"]);
  });
});

describe("a row that the database refuses", () => {
  it("is kept in quarantine, its caller is told, and the others are committed", async () => {
    open();
    table.refuses = (id) => id === "row 2" || id === "row 7";
    const outcomes = await Promise.allSettled(ids(10).map((id) => queue.enqueue([row(id)]).durable));
    for (const [index, outcome] of outcomes.entries()) {
      if (index === 2 || index === 7)
        expect(outcome).toMatchObject({ reason: { name: "NotDurable", reason: "quarantined" } });
      else expect(outcome).toMatchObject({ value: "committed" });
    }
    expect(table.rows).toEqual(ids(10).filter((id) => !table.refuses(id)));
    expect(queue.state()).toMatchObject({ quarantined: 2, refusedRows: 2, journalBytes: 0 });
    const [name] = await readdir(join(root, "journal"));
    const kept = (await readFile(join(root, "journal", name ?? ""), "utf8")).trimEnd().split("\n");
    expect(kept.map((line) => (JSON.parse(line) as { row: EventRow }).row.id)).toEqual(["row 2", "row 7"]);
    expect(report.error).toHaveBeenCalledTimes(1);
  });

  it("in the journal is kept aside too, and does not hold up what is behind it", async () => {
    open();
    table.away = true;
    await enqueueAll(ids(5));
    table.refuses = (id) => id === "row 1";
    table.away = false;
    await vi.waitFor(() => expect(queue.state().journalBytes).toBe(0));
    expect(table.rows).toEqual(["row 0", "row 2", "row 3", "row 4"]);
    expect(queue.state()).toMatchObject({ quarantined: 1, refusedRows: 0 });
  });

  it("stays in the journal while it cannot be kept aside", async () => {
    open();
    table.away = true;
    await enqueueAll(ids(3));
    table.refuses = (id) => id === "row 1";
    disk.faults = [{ operation: "open", code: "ENOSPC", on: /quarantine/ }];
    table.away = false;
    await vi.waitFor(() => expect(table.rows).toEqual(["row 0", "row 2"]));
    expect(await queue.enqueue([row("new")]).durable).toBe("committed");
    expect(queue.state().journalBytes).toBeGreaterThan(0);
    expect(queue.state().quarantined).toBe(0);
  });

  it("is refused outright when there is nowhere to keep it", async () => {
    open({ disk: null });
    table.refuses = (id) => id === "bad";
    await expect(queue.enqueue([row("bad")]).durable).rejects.toMatchObject({ reason: "refused" });
  });
});

describe("back-pressure", () => {
  it("lets rows wait beyond the bound, for a while, and no more than twice the bound", async () => {
    open({ bound: { rows: 4, size: 10_000 }, patienceMs: 30 });
    const held = gate();
    table.gate = held.promise;
    const receipts = ids(1).map((id) => queue.enqueue([row(id)]));
    await vi.waitFor(() => expect(table.asked).toBe(1));
    receipts.push(...ids(8, 1).map((id) => queue.enqueue([row(id)])));
    expect(queue.state().depth).toBe(9);
    await expect(queue.enqueue([row("one too many")]).durable).rejects.toMatchObject({ reason: "overloaded" });
    for (const { durable } of receipts.slice(5)) await expect(durable).rejects.toMatchObject({ reason: "overloaded" });
    expect(queue.state().depth).toBe(5);
    held.resolve();
    for (const { durable } of receipts.slice(0, 5)) expect(await durable).toBe("committed");
    expect(table.rows).toEqual(ids(5));
    expect(queue.state().refusedRows).toBe(5);
  });

  it("takes what waited beyond the bound when its turn comes in time", async () => {
    open({ bound: { rows: 2, size: 10_000 } });
    const held = gate();
    table.gate = held.promise;
    const all = enqueueAll(ids(4));
    held.resolve();
    expect(await all).toEqual(ids(4).map(() => "committed"));
  });
});

it("a disk that hangs holds nobody up for ever", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  open({ stallMs: 10_000 });
  await queue.enqueue([row("a")]).durable;
  table.away = true;
  const [reached, hung] = [gate(), gate()];
  disk.hang = () => {
    reached.resolve();
    return hung.promise;
  };
  const all = ids(3).map((id) => queue.enqueue([row(id)]).durable);
  await reached.promise;
  all.push(queue.enqueue([row("behind")]).durable);
  vi.advanceTimersByTime(9999);
  expect(queue.state()).toMatchObject({ depth: 4, refusedRows: 0 });
  vi.advanceTimersByTime(1);
  for (const durable of all) await expect(durable).rejects.toMatchObject({ reason: "stalled" });
  expect(queue.state()).toMatchObject({ depth: 0, refusedRows: 4 });
  hung.resolve();
  vi.useRealTimers();
  expect(await queue.enqueue([row("later")]).durable).toBe("journaled");
  table.away = false;
  await vi.waitFor(() => expect(queue.state().journalBytes).toBe(0));
  expect(table.rows).toEqual(["a", ...ids(3), "later"]);
});

describe("the end of the process", () => {
  it("makes what waits durable first, and takes no more", async () => {
    open();
    const held = gate();
    table.gate = held.promise;
    const all = enqueueAll(ids(700));
    const closed = queue.close();
    await expect(queue.enqueue([row("late")]).durable).rejects.toMatchObject({ reason: "closed" });
    held.resolve();
    await closed;
    expect(new Set(await all)).toEqual(new Set(["committed"]));
    expect(table.rows).toEqual(ids(700));
  });

  it("with the database away leaves the rows in the journal, for the next process", async () => {
    open();
    table.away = true;
    const all = enqueueAll(ids(20));
    await queue.close();
    expect(new Set(await all)).toEqual(new Set(["journaled"]));
    expect(table.rows).toEqual([]);
    expect(await readdir(join(root, "journal"))).toHaveLength(1);
  });
});

it("works in no request's scope: what it logs carries no request id", async () => {
  const scope = { requestId: "request-1", ip: null, userAgent: null, nonce: "" };
  const scopes: unknown[] = [];
  open();
  table.refuses = (id) => id === "bad";
  report.error.mockImplementation(() => scopes.push(requestScope()));
  const refused = runInRequestScope(scope, () => queue.enqueue([row("bad")]).durable);
  await expect(refused).rejects.toMatchObject({ reason: "quarantined" });
  table.away = true;
  await runInRequestScope(scope, () => queue.enqueue([row("away")]).durable);
  expect(scopes).toEqual([undefined, undefined]);
});

it("a failure that nobody foresaw reaches the caller and does not stop the lane", async () => {
  open();
  table.refuses = (id) => id === "bad";
  report.error.mockImplementationOnce(() => {
    throw new Error("the log is broken");
  });
  await expect(queue.enqueue([row("bad")]).durable).rejects.toMatchObject({ reason: "refused" });
  expect(await queue.enqueue([row("good")]).durable).toBe("committed");
});

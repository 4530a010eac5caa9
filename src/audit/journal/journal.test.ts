import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FailingDisk } from "@/audit/journal/failing-disk";
import { Journal, type JournalOptions } from "@/audit/journal/journal";
import type { Owner } from "@/audit/journal/owner";
import { encodeRecords, HEADER } from "@/audit/journal/record";

const us: Owner = { pid: 100, started: "1", word: "aaaaaaaa" };
const other: Owner = { pid: 200, started: "1", word: "bbbbbbbb" };
let root: string;
let directory: string;
let disk: FailingDisk;
const report = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "journal-"));
  directory = join(root, "journal");
  disk = new FailingDisk();
  for (const fn of Object.values(report)) fn.mockReset();
});
afterEach(async () => {
  disk.faults = [];
  await Promise.all(opened.splice(0).map((journal) => journal.close()));
  await rm(root, { recursive: true, force: true });
});

const opened: Journal[] = [];

function open(options: Partial<JournalOptions> = {}): Journal {
  const journal = new Journal({
    directory,
    disk,
    owner: us,
    report,
    segmentBytes: 1024 * 1024,
    alive: () => false,
    ...options,
  });
  opened.push(journal);
  return journal;
}

/** Replays everything and answers the payloads in order. */
async function drain(journal: Journal): Promise<string[]> {
  const payloads: string[] = [];
  for (let reading = await journal.openOldest(); reading; reading = await journal.openOldest()) {
    payloads.push(...reading.payloads);
    await journal.finish(reading);
  }
  return payloads;
}

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `{"id":"row ${from + index}"}`);

describe("appending", () => {
  it("syncs the file and its name before it resolves, and the file alone from then on", async () => {
    const journal = open();
    await journal.append(rows(0, 2));
    const name = "100-1-aaaaaaaa.00000001.journal";
    expect(disk.calls).toEqual([
      "makeDirectory journal",
      `open ${name}`,
      `write ${name}`,
      `sync ${name}`,
      "syncDirectory journal",
      `write ${name}`,
      `sync ${name}`,
    ]);
    disk.calls.length = 0;
    await journal.append(rows(2, 500));
    expect(disk.calls).toEqual([`write ${name}`, `sync ${name}`]);
    expect(await drain(journal)).toEqual(rows(0, 502));
    expect(await readdir(directory)).toEqual([]);
    expect(disk.calls.at(-1)).toBe("syncDirectory journal");
    expect(journal.bytes).toBe(0);
  });

  it("lets only its user read", async () => {
    const journal = open();
    await journal.append(rows(0, 1));
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(directory)) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  });

  it("begins a new segment when one is full, and replays them in order", async () => {
    const journal = open({ segmentBytes: 200 });
    for (let at = 0; at < 40; at += 4) await journal.append(rows(at, 4));
    expect((await readdir(directory)).length).toBeGreaterThan(3);
    expect(journal.bytes).toBe(journal.backlogBytes);
    expect(await drain(journal)).toEqual(rows(0, 40));
  });
});

it("counts its bytes at every moment, also while a segment changes hands", async () => {
  const journal = open();
  await journal.append(rows(0, 3));
  const { bytes } = journal;
  const opening = journal.openOldest();
  expect([journal.bytes, journal.backlogBytes]).toEqual([bytes, bytes]);
  const reading = await opening;
  expect([journal.bytes, journal.backlogBytes]).toEqual([bytes, bytes]);
  if (reading) await journal.finish(reading);
  expect([journal.bytes, journal.backlogBytes]).toEqual([0, 0]);
});

describe("a disk that fails", () => {
  const faults = [
    ["full", { operation: "write", code: "ENOSPC" }],
    ["full in the middle of a write", { operation: "write", code: "ENOSPC", taken: 30 }],
    ["over quota", { operation: "write", code: "EDQUOT", taken: 5 }],
    ["broken", { operation: "write", code: "EIO", taken: 17 }],
    ["broken at the sync", { operation: "sync", code: "EIO" }],
    ["full at the sync", { operation: "sync", code: "ENOSPC" }],
  ] as const;

  for (const [name, fault] of faults) {
    it(`${name}: refuses, says so, keeps what was there and recovers by itself`, async () => {
      const journal = open();
      await journal.append(rows(0, 2));
      disk.faults = [{ ...fault }];
      await expect(journal.append(rows(100, 3))).rejects.toMatchObject({ name: "JournalFailing", code: fault.code });
      await expect(journal.append(rows(200, 3))).rejects.toMatchObject({ code: fault.code });
      expect(journal.full).toBe(true);
      expect(report.error).toHaveBeenCalledTimes(1);
      expect(String(report.error.mock.calls[0]?.[1])).toContain(fault.code === "EIO" ? "cannot be written" : "full");
      disk.faults = [];
      await journal.append(rows(2, 2));
      expect(journal.full).toBe(false);
      expect(report.info).toHaveBeenCalledTimes(1);
      expect(await drain(journal)).toEqual(rows(0, 4));
      expect(journal.cuts).toBe(0);
    });
  }

  it("does not trust a file again whose sync has failed once", async () => {
    const journal = open();
    await journal.append(rows(0, 1));
    disk.faults = [{ operation: "sync", code: "EIO", times: 1 }];
    await expect(journal.append(rows(9, 1))).rejects.toThrow();
    await journal.append(rows(1, 1));
    expect(await readdir(directory)).toHaveLength(2);
    expect(await drain(journal)).toEqual(rows(0, 2));
  });

  it("that cannot even cut back leaves a tail that replay sets aside", async () => {
    const journal = open();
    await journal.append(rows(0, 1));
    disk.faults = [
      { operation: "write", code: "EIO", taken: 20, times: 1 },
      { operation: "truncate", code: "EIO", times: 1 },
    ];
    await expect(journal.append(rows(9, 1))).rejects.toThrow();
    await journal.append(rows(1, 1));
    expect(await drain(journal)).toEqual(rows(0, 2));
    expect(journal.cuts).toBe(1);
    expect(await readdir(directory)).toEqual([expect.stringMatching(/\.cut$/)]);
  });

  it("that takes writes in pieces is given all of them", async () => {
    const journal = open();
    disk.faults = [{ operation: "write", code: "short", times: 5 }];
    await journal.append(rows(0, 3));
    expect(await drain(journal)).toEqual(rows(0, 3));
  });

  for (const operation of ["makeDirectory", "open", "write", "sync", "syncDirectory"] as const) {
    it(`at ${operation} of a new segment leaves no file behind`, async () => {
      const journal = open();
      disk.faults = [{ operation, code: "ENOSPC", times: 1 }];
      await expect(journal.append(rows(9, 1))).rejects.toMatchObject({ code: "ENOSPC" });
      expect(await disk.list(directory)).toEqual([]);
      await journal.append(rows(0, 1));
      expect(await drain(journal)).toEqual(rows(0, 1));
    });
  }

  it("at replay leaves the segment for a later try", async () => {
    const journal = open();
    await journal.append(rows(0, 2));
    disk.faults = [{ operation: "read", code: "EIO", times: 1 }];
    await expect(journal.openOldest()).rejects.toMatchObject({ code: "EIO" });
    journal.postpone();
    expect(journal.backlogBytes).toBe(0);
    expect(journal.bytes).toBeGreaterThan(0);
    expect(await journal.openOldest()).toBeNull();
    await journal.adopt();
    expect(await drain(journal)).toEqual(rows(0, 2));
  });
});

describe("damage", () => {
  it("in the last record, at any byte: everything before is replayed, the tail is kept aside", async () => {
    const whole = Buffer.concat([HEADER, encodeRecords(rows(0, 3))]);
    const start = whole.length - encodeRecords(rows(2, 1)).length;
    for (let length = start + 1; length < whole.length; length += 1) {
      const journal = open();
      await disk.makeDirectory(directory);
      await writeFile(join(directory, "200-1-bbbbbbbb.00000001.journal"), whole.subarray(0, length));
      await journal.adopt();
      expect(await drain(journal)).toEqual(rows(0, 2));
      const cut = `100-1-aaaaaaaa.00000001.journal.${start}.cut`;
      expect(await readdir(directory)).toEqual([cut]);
      expect(await readFile(join(directory, cut))).toEqual(whole.subarray(start, length));
      expect((await stat(join(directory, cut))).mode & 0o777).toBe(0o600);
      expect(journal.cuts).toBe(1);
      await rm(join(directory, cut));
    }
    expect(report.error).toHaveBeenCalledWith(
      expect.objectContaining({ from: start }),
      expect.stringContaining(".cut"),
    );
  });

  it("in the middle: the records behind it are replayed too", async () => {
    const records = rows(0, 5).map((row) => encodeRecords([row]));
    records[2]?.fill(0xff, 14, 16);
    const journal = open();
    await disk.makeDirectory(directory);
    await writeFile(join(directory, "200-1-bbbbbbbb.00000001.journal"), Buffer.concat([HEADER, ...records]));
    await journal.adopt();
    expect(await drain(journal)).toEqual([...rows(0, 2), ...rows(3, 2)]);
    expect(await readdir(directory)).toHaveLength(1);
  });

  it("is kept before the segment goes: a disk that refuses keeps the segment", async () => {
    const journal = open();
    await disk.makeDirectory(directory);
    await writeFile(
      join(directory, "200-1-bbbbbbbb.00000001.journal"),
      Buffer.concat([HEADER, Buffer.from("rubbish")]),
    );
    await journal.adopt();
    const reading = await journal.openOldest();
    if (!reading) throw new Error("one segment");
    disk.faults = [{ operation: "write", code: "ENOSPC" }];
    await expect(journal.finish(reading)).rejects.toMatchObject({ code: "ENOSPC" });
    expect(await readdir(directory)).toContain(reading.name);
  });
});

describe("several processes", () => {
  it("take over the segments of the dead, in order, and leave the living theirs", async () => {
    const dead = open({ owner: other, segmentBytes: 100 });
    await dead.append(rows(0, 3));
    await dead.append(rows(3, 3));
    const living = open({ owner: { ...other, pid: 300 } });
    await living.append(rows(50, 1));
    const journal = open({ alive: (owner) => owner.pid === 300 });
    await journal.adopt();
    expect(await drain(journal)).toEqual(rows(0, 6));
    expect(await drain(living)).toEqual(rows(50, 1));
  });

  it("of two that try, one gets each segment", async () => {
    const dead = open({ owner: other, segmentBytes: 100 });
    for (let at = 0; at < 20; at += 2) await dead.append(rows(at, 2));
    const [one, two] = [open(), open({ owner: { ...us, pid: 101 } })];
    await Promise.all([one.adopt(), two.adopt()]);
    const replayed = [...(await drain(one)), ...(await drain(two))];
    expect(replayed.sort()).toEqual(rows(0, 20).sort());
  });

  it("that lose a segment while they append to it write the rows again elsewhere", async () => {
    const journal = open();
    await journal.append(rows(0, 1));
    const [mine] = await readdir(directory);
    await rename(join(directory, mine ?? ""), join(directory, "200-1-bbbbbbbb.00000001.journal"));
    await journal.append(rows(1, 1));
    expect(await drain(journal)).toEqual(rows(1, 1));
    await journal.adopt();
    // Both rows: the second was already in the file when the loss was noticed, and is harmless twice.
    expect(await drain(journal)).toEqual(rows(0, 2));
    expect(report.warn).toHaveBeenCalledTimes(1);
  });

  it("survive a journal folder that somebody removed", async () => {
    const journal = open();
    await journal.append(rows(0, 1));
    await rm(directory, { recursive: true });
    await journal.append(rows(1, 1));
    expect(await drain(journal)).toEqual(rows(1, 1));
  });

  it("leave no empty segment behind at the end", async () => {
    const journal = open();
    await journal.append(rows(0, 1));
    await drain(journal);
    await journal.append(rows(1, 1));
    await journal.close();
    expect(await readdir(directory)).toHaveLength(1);
    const next = open({ owner: { ...us, word: "cccccccc" } });
    await next.adopt();
    expect(await drain(next)).toEqual(rows(1, 1));
  });
});

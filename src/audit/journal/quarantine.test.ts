import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FailingDisk } from "@/audit/journal/failing-disk";
import { Quarantine } from "@/audit/journal/quarantine";

let root: string;
const disk = new FailingDisk();
const at = new Date("2026-03-04T05:06:07.000Z");

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "quarantine-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it("keeps one object a line, synced, for its user only, and mends after a full disk", async () => {
  const directory = join(root, "journal");
  const quarantine = new Quarantine(disk, directory, { pid: 7, started: "8", word: "0000000a" });
  await quarantine.keep([{ row: '{"id":"a"}', sqlState: "22P02" }], at);
  disk.faults = [{ operation: "write", code: "ENOSPC", taken: 400, times: 1 }];
  await expect(
    quarantine.keep([{ row: `{"id":"${"lost ".repeat(100)}"}`, sqlState: "22P02" }], at),
  ).rejects.toMatchObject({
    code: "ENOSPC",
  });
  await quarantine.keep(
    [
      { row: '{"id":"b"}', sqlState: "23514" },
      { row: '{"id":"c"}', sqlState: "23514" },
    ],
    at,
  );
  const path = join(directory, "quarantine-7-8-0000000a.ndjson");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const lines = (await readFile(path, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  const refusedAt = "2026-03-04T05:06:07.000Z";
  expect(lines).toEqual([
    { refusedAt, sqlState: "22P02", row: { id: "a" } },
    { refusedAt, sqlState: "23514", row: { id: "b" } },
    { refusedAt, sqlState: "23514", row: { id: "c" } },
  ]);
});

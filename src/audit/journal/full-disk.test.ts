import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { realDisk } from "@/audit/journal/disk";
import { Journal } from "@/audit/journal/journal";
import { currentOwner } from "@/audit/journal/owner";

let root: string;
let mounted = false;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "full-disk-"));
  mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", root]).status === 0;
});
afterAll(async () => {
  if (mounted) spawnSync("umount", [root]);
  await rm(root, { recursive: true, force: true });
});

it("on a disk that is really full, refuses, keeps every acknowledged row and goes on when there is space", async (context) => {
  context.skip(!mounted, "mounting a small disk is not permitted here");
  const report = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const owner = currentOwner();
  const journal = new Journal({
    directory: join(root, "journal"),
    disk: realDisk,
    owner,
    report,
    segmentBytes: 60_000,
  });
  const acknowledged: string[] = [];
  const row = () => `{"id":"row ${acknowledged.length}","text":"${"x".repeat(1000)}"}`;
  const ballast = join(root, "ballast");
  await writeFile(ballast, Buffer.alloc(100_000));

  const appendUntilRefused = async () => {
    for (;;) {
      const rows = [row(), row(), row()];
      try {
        await journal.append(rows);
        acknowledged.push(...rows);
      } catch (error) {
        return error;
      }
    }
  };
  expect(await appendUntilRefused()).toMatchObject({ code: "ENOSPC", message: expect.stringContaining("is full") });
  expect(journal.full).toBe(true);
  const before = acknowledged.length;
  expect(before).toBeGreaterThan(50);

  await rm(ballast);
  expect(await appendUntilRefused()).toMatchObject({ code: "ENOSPC" });
  expect(acknowledged.length).toBeGreaterThan(before + 50);

  const replayed: string[] = [];
  for (let reading = await journal.openOldest(); reading; reading = await journal.openOldest()) {
    replayed.push(...reading.payloads);
    expect(reading.damaged).toEqual([]);
    await journal.finish(reading);
  }
  expect(replayed).toEqual(acknowledged);
  await journal.append([row()]);
  expect(journal.full).toBe(false);
  await journal.close();
});

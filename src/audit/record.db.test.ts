import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { EventInput } from "@/audit/catalogue";
import { testDatabase } from "@/workbench/test-database";

const database = testDatabase();
let root: string;

const event = (provider: string): EventInput => ({
  action: "signedIn",
  status: "failure",
  failureReason: "wrong_password",
  actor: { type: "anonymous" },
  provider,
  details: {},
});

/** The modules as a process loads them, with an environment of their own. */
async function load(variables: Record<string, string>) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.resetModules();
  const [record, queue, shutdown] = await Promise.all([
    import("@/audit/record.server"),
    import("@/audit/queue/process-queue.server"),
    import("@/platform/shutdown"),
  ]);
  return { ...record, ...queue, ...shutdown };
}

async function recorded(provider: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from audit_events where provider = ${provider}`.execute(database.db);
  return rows[0]?.count ?? 0;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "record-"));
});
afterEach(async () => {
  Reflect.deleteProperty(globalThis, Symbol.for("gatebook.audit-queue"));
  await rm(root, { recursive: true, force: true });
});

it("records durably, through one queue that every bundle of the server shares and shutdown drains", async () => {
  const variables = { DATABASE_URL: database.url, GATEBOOK_DATA_DIR: root };
  const one = await load(variables);
  const other = await load(variables);
  one.startAuditQueue();
  expect(await one.recordDurably([event("one"), event("one")])).toBe("committed");
  expect(await other.recordDurably([event("other")])).toBe("committed");
  expect(one.auditQueueState()).toMatchObject({ committedRows: 3, depth: 0, journalBytes: 0, journalFull: false });
  expect(other.auditQueueState()).toEqual(one.auditQueueState());
  const last = one.recordDurably([event("last")]);
  expect(await one.runShutdown(5000)).toEqual([]);
  expect(await last).toBe("committed");
  expect(await recorded("one")).toBe(2);
  expect(await recorded("last")).toBe(1);
  const late = one.recordDurably([event("late")]);
  await expect(late).rejects.toMatchObject({ name: "NotDurable", reason: "closed" });
  expect(one.isNotDurable(await late.catch((error: unknown) => error))).toBe(true);
});

it("journals under the data folder while the database is away", async () => {
  const away = await load({ DATABASE_URL: "postgres://nobody@127.0.0.1:1/nowhere", GATEBOOK_DATA_DIR: root });
  expect(await away.recordDurably([event("away")])).toBe("journaled");
  expect(away.auditQueueState().journalBytes).toBeGreaterThan(0);
  expect(await readdir(join(root, "journal"))).toHaveLength(1);
  expect(await away.runShutdown(5000)).toEqual([]);
});

it("with AUDIT_JOURNAL=off touches no disk and refuses while the database is away", async () => {
  const variables = {
    DATABASE_URL: "postgres://nobody@127.0.0.1:1/nowhere",
    GATEBOOK_DATA_DIR: root,
    AUDIT_JOURNAL: "off",
  };
  const off = await load(variables);
  off.startAuditQueue();
  await expect(off.recordDurably([event("off")])).rejects.toMatchObject({ reason: "journal_off" });
  expect(await readdir(root)).toEqual([]);
  expect(await off.runShutdown(5000)).toEqual([]);
});

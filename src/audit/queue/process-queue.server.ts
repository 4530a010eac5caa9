import "server-only";
/** The audit queue of this process. It hangs on `globalThis`: a server's bundles load this module separately and share one. */
import { resolve } from "node:path";
import type { EventRow } from "@/audit/event";
import { realDisk } from "@/audit/journal/disk";
import { Journal } from "@/audit/journal/journal";
import { currentOwner } from "@/audit/journal/owner";
import { Quarantine } from "@/audit/journal/quarantine";
import { openLine } from "@/audit/queue/line.store.server";
import { AuditQueue, type AuditQueueState } from "@/audit/queue/queue";
import type { Receipt } from "@/audit/queue/receipt";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { onShutdown } from "@/platform/shutdown";

const SEGMENT_BYTES = 8 * 1024 * 1024;
/** About a second of writing at full speed, and as much memory as that may take. */
const BOUND = { rows: 10_000, size: 32 * 1024 * 1024 };
const PATIENCE_MS = 5000;
const STALL_MS = 10_000;

function openQueue(): AuditQueue {
  const { DATABASE_URL, AUDIT_JOURNAL, GATEBOOK_DATA_DIR } = env();
  const line = openLine(DATABASE_URL);
  const directory = resolve(GATEBOOK_DATA_DIR, "journal");
  const owner = currentOwner();
  const disk = AUDIT_JOURNAL === "file" && {
    journal: new Journal({ directory, disk: realDisk, owner, report: log(), segmentBytes: SEGMENT_BYTES }),
    quarantine: new Quarantine(realDisk, directory, owner),
  };
  const queue = new AuditQueue({
    write: (rows) => line.write(rows),
    probe: () => line.probe(),
    disk: disk || null,
    report: log(),
    bound: BOUND,
    patienceMs: PATIENCE_MS,
    stallMs: STALL_MS,
  });
  onShutdown("audit queue", async () => {
    await queue.close();
    await line.close();
  });
  return queue;
}

const KEY = Symbol.for("gatebook.audit-queue");
type Shared = { [KEY]?: AuditQueue };

function queue(): AuditQueue {
  const shared = globalThis as Shared;
  shared[KEY] ??= openQueue();
  return shared[KEY];
}

/** Puts rows in line, together; they are durable when the receipt resolves. See queue.ts. */
export function enqueue(rows: readonly EventRow[]): Receipt {
  return queue().enqueue(rows);
}

/** Begins to replay, in the background, what earlier processes left in the journal. */
export function startAuditQueue(): void {
  queue().start();
}

/** For health and metrics. */
export function auditQueueState(): AuditQueueState {
  return queue().state();
}

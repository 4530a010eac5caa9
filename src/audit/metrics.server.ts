/** The process's metrics as Prometheus text: counters as they stand, the queue's state as of now. */
import "server-only";
import { Gauge, Registry } from "prom-client";
import { auditQueueState } from "@/audit/queue/process-queue.server";
import { metrics } from "@/platform/metrics";

type State = ReturnType<typeof auditQueueState>;

const GAUGES: [name: string, help: string, read: (state: State) => number][] = [
  ["gatebook_audit_queue_depth", "Events that are not durable yet.", (state) => state.depth],
  [
    "gatebook_audit_queue_oldest_seconds",
    "Age of the oldest event that is not durable yet.",
    (state) => state.oldestMs / 1000,
  ],
  ["gatebook_audit_commits", "Group commits since the process started.", (state) => state.commits],
  ["gatebook_audit_committed_rows", "Events committed since the process started.", (state) => state.committedRows],
  ["gatebook_audit_journaled_rows", "Events journaled since the process started.", (state) => state.journaledRows],
  [
    "gatebook_audit_quarantined_rows",
    "Events that the database refused and that were set aside.",
    (state) => state.quarantined,
  ],
  ["gatebook_audit_journal_bytes", "Bytes of the journal that are not replayed yet.", (state) => state.journalBytes],
  ["gatebook_audit_journal_full", "1 while the disk refuses the journal.", (state) => Number(state.journalFull)],
  ["gatebook_audit_journal_cuts", "Damaged ranges of the journal that were set aside.", (state) => state.journalCuts],
];

export async function metricsText(): Promise<{ text: string; contentType: string }> {
  const state = auditQueueState();
  const now = new Registry();
  for (const [name, help, read] of GAUGES) new Gauge({ name, help, registers: [now] }).set(read(state));
  const all = Registry.merge([metrics().registry, now]);
  return { text: await all.metrics(), contentType: all.contentType };
}

/**
 * For tests: a process that enqueues rows as fast as it can, through the queue that the application uses, until it is
 * ended. Each line of its output is written before the next thing happens: `sent N` before rows up to N are enqueued,
 * `committed N ...` and `journaled N ...` when receipts have resolved.
 */
import { writeSync } from "node:fs";
import type { EventRow } from "@/audit/event";
import { enqueue, startAuditQueue } from "@/audit/queue/process-queue.server";
import type { Durable } from "@/audit/queue/receipt";
import { sampleRow } from "@/audit/queue/sample-row";
import { runShutdown } from "@/platform/shutdown";

const [word = "", producers = "64"] = process.argv.slice(2);
let sent = 0;
let stopping = false;
const done = { committed: [] as string[], journaled: [] as string[] };

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

function row(): EventRow {
  if (sent % 1000 === 0) say(`sent ${sent + 1000}`);
  sent += 1;
  return sampleRow({ request_id: `${word}-${sent - 1}` });
}

/** One line for all receipts that resolved in the same turn. */
function acknowledge(durable: Durable, name: string): void {
  done[durable].push(name);
  if (done[durable].length > 1) return;
  setImmediate(() => say(`${durable} ${done[durable].splice(0).join(" ")}`));
}

async function produce(): Promise<void> {
  while (!stopping) {
    const next = row();
    try {
      acknowledge(await enqueue([next]).durable, next.request_id ?? "");
    } catch {
      // Not acknowledged: it may be in the table or not.
    }
  }
}

startAuditQueue();
const all = Promise.all(Array.from({ length: Number(producers) }, produce));
process.on("SIGTERM", async () => {
  stopping = true;
  const unfinished = await runShutdown(5000);
  await all;
  setImmediate(() => process.exit(unfinished.length));
});

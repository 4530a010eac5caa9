/** What an orchestrator or an operator asks first: does the database answer, and can events be made durable? */
import "server-only";
import { database } from "@db/connect.server";
import { pingDatabase } from "@/audit/partitions.store.server";
import { auditQueueState } from "@/audit/queue/process-queue.server";
import { env } from "@/platform/env";
import { log } from "@/platform/log";

const PATIENCE_MS = 2000;

export type Readiness = {
  status: "ready" | "unavailable";
  database: "up" | "down";
  /** `depth` in events, `oldestMs` the age of the oldest one waiting, `journalBytes` not yet replayed. */
  auditQueue: { depth: number; oldestMs: number; journalBytes: number; journalFull: boolean; journal: "file" | "off" };
};

async function databaseAnswers(): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      pingDatabase(database()),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
      }),
    ]);
    return true;
  } catch (error) {
    log().warn({ err: error }, "readiness: the database does not answer");
    return false;
  } finally {
    clearTimeout(timer);
  }
}

export async function readiness(): Promise<Readiness> {
  const up = await databaseAnswers();
  const { depth, oldestMs, journalBytes, journalFull } = auditQueueState();
  return {
    status: up ? "ready" : "unavailable",
    database: up ? "up" : "down",
    auditQueue: { depth, oldestMs, journalBytes, journalFull, journal: env().AUDIT_JOURNAL },
  };
}

/** Keeps what a test found with its connection. Both parts of a test lie together; each new one takes its own place. */
import "server-only";
import type { Tx } from "@db/connect.server";
import { readTestResult, type TestResult } from "@/auth/connection-test/result";
import type { Administers } from "@/directory/administration.store.server";
import type { Connection } from "@/directory/connections";
import { lockConnection, putTestResult } from "@/directory/connections.store.server";

/** @returns whether it was kept: what was found of other settings than the present ones says nothing of these */
export async function keepTestResult(
  tx: Tx,
  administers: Administers,
  { id, updatedAt }: Pick<Connection, "id" | "updatedAt">,
  found: Partial<TestResult>,
  at: Date,
): Promise<boolean> {
  const present = await lockConnection(tx, administers, id);
  if (!present) return false;
  const before = readTestResult(present.testResult) ?? { checked: null, roundTrip: null };
  return putTestResult(tx, id, { settingsOf: updatedAt, result: { ...before, ...found }, at });
}

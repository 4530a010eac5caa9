/** Notes who looked into other people's history, and for what: once for each filter and session (PCI DSS 4, 10.2.1.3). */
import "server-only";
import { createHash } from "node:crypto";
import type { Database } from "@db/connect.server";
import type { Actor } from "@/audit/catalogue";
import { eventRow } from "@/audit/event";
import { insertQueryOnce } from "@/audit/queries.store.server";
import { processWide } from "@/platform/process-wide";

/** What says how an answer is wanted, page by page or bar by bar, not what is asked. */
const PAGING = new Set(["cursor", "limit", "direction", "lastEventId", "bucket"]);
const REMEMBERED = 10_000;
const LONGEST_FILTER = 4000;

/** Spares the database the questions that this process has noted; it decides about all others. */
const noted = processWide("noted queries", () => new Set<string>());

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value instanceof Date || value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** The question in an input, in one spelling whatever the order of its keys: JSON without what only pages through the answer. */
export function questionOf(input: unknown): string {
  if (input === null || typeof input !== "object") return "{}";
  const asked = Object.fromEntries(Object.entries(input).filter(([key]) => !PAGING.has(key)));
  return JSON.stringify(sorted(asked));
}

/**
 * @param input the validated input of the query
 * @throws when the row could not be written: nobody reads other people's history unseen
 */
export async function noteQuery(
  db: Database,
  caller: { actor: Actor; sessionId: string; organizationId: string | null },
  procedure: string,
  input: unknown,
): Promise<void> {
  const question = questionOf(input);
  // A list, its counts and its histogram are one question.
  const [subject] = procedure.split(".");
  const fingerprint = createHash("sha256").update(`${subject}\n${question}`).digest();
  const key = `${caller.sessionId} ${fingerprint.toString("base64")}`;
  if (noted.has(key)) return;
  const row = eventRow({
    ...caller,
    action: "auditQueried",
    status: "success",
    details: { procedure, filter: question.slice(0, LONGEST_FILTER) },
  });
  await insertQueryOnce(db, { sessionId: caller.sessionId, fingerprint }, row);
  if (noted.size >= REMEMBERED) noted.clear();
  noted.add(key);
}

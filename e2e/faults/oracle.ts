/** Holds the rows against the clients' journals: nothing lost, nothing doubled, nothing invented, every outcome the same. */
import { expect } from "@playwright/test";
import { type Entry, EXPECTED } from "./client";
import type { House } from "./house";

type Row = {
  request_id: string;
  status: string;
  failure_reason: string | null;
  session_id: string | null;
  live: boolean;
};

/** Reasons that an attempt may get instead of its own while the database is away. */
const OUTAGE = new Set(["internal_error", "token_mint_failed"]);

function contradicts(entry: Entry, row: Row): string | null {
  const { told, kind } = entry;
  if (!told) return null;
  if (told.session) return row.status === "success" ? null : `told success, the row says ${row.failure_reason}`;
  if (told.error === "unavailable") {
    // A commit whose answer was lost may have happened: then the session is there too (decision 0003).
    const fits =
      row.status === "success"
        ? row.live
        : OUTAGE.has(row.failure_reason ?? "") || row.failure_reason === EXPECTED[kind];
    return fits ? null : `told unavailable, the row says ${row.failure_reason}`;
  }
  return row.failure_reason === EXPECTED[kind] ? null : `told ${told.error}, the row says ${row.failure_reason}`;
}

/** Compares once. Answers what is wrong: empty when the book is true. */
export async function differences(house: House, journal: Entry[]): Promise<string[]> {
  const rows = await house.query<Row>(
    `select event.request_id, event.status, event.failure_reason, event.session_id,
            exists (select from sessions where sessions.id = event.session_id) as live
       from audit_events event where event.action = 'signedIn'`,
  );
  const entries = new Map(journal.map((entry) => [entry.requestId, entry]));
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    const entry = entries.get(row.request_id);
    if (!entry) problems.push(`invented: ${row.request_id}`);
    else if (seen.has(row.request_id)) problems.push(`doubled: ${row.request_id}`);
    else {
      const problem = contradicts(entry, row);
      if (problem) problems.push(`${entry.kind}: ${problem}`);
      if (row.status === "success" && !row.live) problems.push(`success without a session: ${row.request_id}`);
    }
    seen.add(row.request_id);
  }
  for (const entry of journal) {
    if (entry.told && !seen.has(entry.requestId)) problems.push(`lost: ${entry.kind}, told ${entry.told.error}`);
  }
  return problems;
}

/** Waits until what was journaled is in the table, then demands that nothing is wrong. */
export async function expectTrueBook(house: House, journal: Entry[]): Promise<void> {
  await expect(async () => {
    expect(await differences(house, journal)).toEqual([]);
  }).toPass({ timeout: 20_000 });
  expect(journal.filter((entry) => entry.told).length).toBeGreaterThan(50);
  const orphans = await house.query(
    `select id from sessions where not exists
      (select from audit_events where action = 'signedIn' and status = 'success' and session_id = sessions.id)`,
  );
  expect(orphans).toEqual([]);
}

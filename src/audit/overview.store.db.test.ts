/** The overview against rows whose numbers are known, before and after they are folded, and within what a reader may see. */
import { beforeAll, expect, test } from "vitest";
import { foldCounts } from "@/audit/counts/counts.store.server";
import type { EventRow } from "@/audit/event";
import { insertEvents } from "@/audit/events.store.server";
import { listNewPlaces, readToday } from "@/audit/overview.store.server";
import { sampleRow } from "@/audit/queue/sample-row";
import { putSignals } from "@/audit/signals/signals.store.server";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const NOW = new Date("2026-03-04T14:15:00Z");
const [acme, globex] = [newId(), newId()];

function rows(at: string, times: number, failureReason: string | null, organizationId = acme): EventRow[] {
  return Array.from({ length: times }, () =>
    sampleRow({
      occurred_at: `2026-${at}:00.000Z`,
      status: failureReason ? "failure" : "success",
      failure_reason: failureReason,
      organization_id: organizationId,
    }),
  );
}

async function label(row: EventRow | undefined, kind: "new_device" | "many_accounts") {
  if (!row) throw new Error("there is no row to label");
  const signal = kind === "new_device" ? { kind, device: "Firefox on macOS" } : { kind, accounts: 12 };
  await putSignals(postgres.db, [{ id: row.id, occurredAt: new Date(row.occurred_at), signal }]);
}

beforeAll(async () => {
  const today = [
    ...rows("03-04T00:00", 3, null),
    ...rows("03-04T14:10", 4, "wrong_password"),
    ...rows("03-04T13:59", 1, "rate_limited"),
  ];
  await insertEvents(postgres.db, [
    ...today,
    // Up to the same time of the day before, in its running hour, and later on that day.
    ...rows("03-03T13:59", 14, "wrong_password"),
    ...rows("03-03T14:50", 28, "wrong_password"),
    ...rows("03-03T15:00", 100, "wrong_password"),
    ...rows("02-25T00:00", 7, null),
    // Older than the days that are compared.
    ...rows("02-24T23:59", 50, null),
  ]);
  await foldCounts(postgres.db);
  const theirs = rows("03-04T09:00", 2, null, globex);
  await insertEvents(postgres.db, theirs);
  const old = rows("01-15T01:00", 1, null);
  await insertEvents(postgres.db, old);
  await label(today[0], "new_device");
  await label(today[1], "many_accounts");
  await label(theirs[0], "new_device");
  await label(old[0], "new_device");
});

test("today against the same hours of the week before, of all that is counted, folded or not", async () => {
  expect(await readToday(postgres.db, "all", NOW)).toEqual({
    from: new Date("2026-03-04T00:00:00Z"),
    at: NOW,
    days: 7,
    success: { today: 5, usual: 1 },
    failure: { today: 5, usual: (14 + 28 / 4) / 7 },
    reasons: [
      { reason: "wrong_password", today: 4, usual: 3 },
      { reason: "rate_limited", today: 1, usual: 0 },
    ],
  });
});

test("within what the reader may see, whose log may be a younger one", async () => {
  expect((await readToday(postgres.db, { organizations: [acme] }, NOW)).success).toEqual({ today: 3, usual: 1 });
  expect(await readToday(postgres.db, { organizations: [globex] }, NOW)).toMatchObject({
    days: 0,
    success: { today: 2, usual: null },
    failure: { today: 0 },
    reasons: [],
  });
  const both = await readToday(postgres.db, { organizations: [acme, globex] }, NOW);
  expect(both.success.today).toBe(5);
});

test("the newest devices and networks, of thirty days, and no other label", async () => {
  const all = await listNewPlaces(postgres.db, "all", NOW);
  expect(all.map(({ organizationId, signals }) => [organizationId, signals.map(({ kind }) => kind)])).toEqual([
    [globex, ["new_device"]],
    [acme, ["new_device"]],
  ]);
  const some = await listNewPlaces(postgres.db, { organizations: [acme] }, NOW);
  expect(some.map(({ organizationId }) => organizationId)).toEqual([acme]);
});

/** Histogram and facets against the rows themselves, counted one by one, for every kind of filter and range. */
import { beforeAll, describe, expect, test } from "vitest";
import { buckets } from "@/audit/buckets";
import { foldCounts } from "@/audit/counts/counts.store.server";
import type { EventRow } from "@/audit/event";
import { insertEvents } from "@/audit/events.store.server";
import type { ReaderScope, SignInFilter } from "@/audit/history";
import { bucketOf, bucketsOf, goodBucket, statsInput } from "@/audit/history-summary";
import { signInFacets, signInStats } from "@/audit/history-summary.store.server";
import { sampleRow } from "@/audit/queue/sample-row";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const [acme, globex] = [newId(), newId()];
const ROWS: EventRow[] = [];

/** Numbers that look random and are the same each time. */
function* numbers(): Generator<number, never> {
  for (let state = 7; ; ) {
    state = (state * 48271) % 2147483647;
    yield state;
  }
}

beforeAll(async () => {
  await postgres.db
    .insertInto("organizations")
    .values([
      { id: acme, slug: "acme", name: "Acme" },
      { id: globex, slug: "globex", name: "Globex" },
    ])
    .execute();
  const random = numbers();
  const oneOf = <T>(list: readonly T[]): T => list[random.next().value % list.length] as T;
  for (let n = 0; n < 1500; n += 1) {
    const reason = oneOf([null, null, "wrong_password", "rate_limited"] as const);
    ROWS.push(
      sampleRow({
        occurred_at: new Date(Date.UTC(2026, 0, 20) + (random.next().value % (60 * 86_400)) * 1000).toISOString(),
        status: reason ? "failure" : "success",
        failure_reason: reason,
        actor_type: "anonymous",
        actor_id: null,
        organization_id: oneOf([acme, globex, null]),
        auth_method: oneOf(["password", "sso", null]),
        provider: oneOf(["credentials", "openid", "github"]),
        ip: oneOf(["203.0.113.7", "203.0.113.8", "2001:db8::7"]),
      }),
    );
  }
  await insertEvents(postgres.db, ROWS.slice(0, 1000));
  await foldCounts(postgres.db);
  // These are not folded yet.
  await insertEvents(postgres.db, ROWS.slice(1000));
});

const asked = (value: unknown, selected: unknown) =>
  selected === undefined || (Array.isArray(selected) ? selected.includes(value) : selected === value);

function matching(scope: ReaderScope, filter: SignInFilter): EventRow[] {
  return ROWS.filter(
    (row) =>
      (scope === "all" || scope.organizations.includes(row.organization_id ?? "")) &&
      asked(row.status, filter.status) &&
      asked(row.auth_method, filter.authMethod) &&
      asked(row.provider, filter.provider) &&
      asked(row.failure_reason, filter.failureReason) &&
      asked(row.organization_id, filter.organizationId) &&
      asked(row.ip, filter.ip) &&
      (!filter.from || new Date(row.occurred_at) >= filter.from) &&
      (!filter.to || new Date(row.occurred_at) < filter.to),
  );
}

function countBy(rows: EventRow[], key: (row: EventRow) => string | null): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const value = key(row);
    if (value !== null) counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

const SCOPES: [string, ReaderScope][] = [
  ["all", "all"],
  ["one organization", { organizations: [acme] }],
  ["two organizations", { organizations: [acme, globex] }],
];
const RANGES: Pick<SignInFilter, "from" | "to">[] = [
  { from: new Date("2026-01-20T00:00:00Z"), to: new Date("2026-03-21T00:00:00Z") },
  { from: new Date("2026-01-31T22:17:05Z"), to: new Date("2026-03-02T03:44:59Z") },
  { from: new Date("2026-02-10T10:10:00Z"), to: new Date("2026-02-11T09:00:00Z") },
];
const FILTERS: SignInFilter[] = [
  {},
  { status: "failure" },
  { failureReason: ["wrong_password", "rate_limited"], provider: "openid" },
  { authMethod: ["sso", "password"], organizationId: acme },
  { organizationId: [acme, globex], status: ["success", "failure"] },
  { ip: "203.0.113.7" },
  { ip: "2001:db8::7", status: "success", organizationId: globex },
];
const CASES = SCOPES.flatMap(([name, scope]) =>
  FILTERS.map((filter) => [name, JSON.stringify(filter), scope, filter] as const),
);

describe("stats", () => {
  test.each(CASES)("of %s, filter %s", async (_, __, scope, filter) => {
    for (const range of RANGES) {
      for (const bucket of buckets) {
        if (!statsInput.safeParse({ filter: range, bucket }).success) continue;
        const stats = await signInStats(postgres.db, scope, { ...filter, ...range }, bucket);
        const rows = matching(scope, { ...filter, ...range });
        const startOf = (row: EventRow) => bucketOf(bucket, new Date(row.occurred_at)).toISOString();
        const told = (count: (bar: (typeof stats.bars)[number]) => number) =>
          Object.fromEntries(
            stats.bars.filter((bar) => count(bar) > 0).map((bar) => [bar.startsAt.toISOString(), count(bar)]),
          );
        const of = (status: string) => rows.filter((row) => row.status === status);
        expect(told(({ success }) => success)).toEqual(countBy(of("success"), startOf));
        expect(told(({ failure }) => failure)).toEqual(countBy(of("failure"), startOf));
        expect(told(({ byMethod }) => byMethod.sso ?? 0)).toEqual(
          countBy(
            rows.filter(({ auth_method }) => auth_method === "sso"),
            startOf,
          ),
        );
        expect(stats.countedFrom).toBeNull();
      }
    }
  });

  test("choose bars that suit the range, and refuse too many of them", async () => {
    const from = new Date("2026-03-01T00:07:00Z");
    const chosen = (hours: number) => {
      const to = new Date(from.getTime() + hours * 3600_000);
      const bucket = goodBucket(from, to);
      return [bucket, bucketsOf(bucket, from, to).length];
    };
    expect([1, 3, 24, 24 * 7, 24 * 30, 24 * 60, 24 * 500].map(chosen)).toEqual([
      ["minute", 60],
      ["twoMinutes", 91],
      ["quarterHour", 97],
      ["twoHours", 85],
      ["eightHours", 91],
      ["day", 61],
      ["week", 73],
    ]);
    const filter = { from: new Date("2026-01-01T00:00:00Z"), to: new Date("2026-02-01T00:00:00Z") };
    expect(statsInput.safeParse({ filter, bucket: "minute" }).success).toBe(false);
    expect(statsInput.safeParse({ filter, bucket: "twoHours" }).success).toBe(true);
    const stats = await signInStats(postgres.db, "all", {}, undefined);
    expect(stats.to.getTime() - stats.from.getTime()).toBe(30 * 86_400_000);
    expect(stats.bars.length).toBeGreaterThanOrEqual(90);
  });

  test("of no organization are empty", async () => {
    const stats = await signInStats(postgres.db, { organizations: [] }, RANGES[0] ?? {}, "day");
    expect(stats.bars.every(({ success, failure }) => success + failure === 0)).toBe(true);
  });
});

describe("facets", () => {
  const keys = {
    status: "status",
    authMethod: "auth_method",
    provider: "provider",
    failureReason: "failure_reason",
    organizationId: "organization_id",
  } as const;

  test.each(CASES)("of %s, filter %s, each ignoring its own selection", async (_, __, scope, filter) => {
    for (const range of [...RANGES, {}]) {
      const whole = { ...filter, ...range };
      const facets = await signInFacets(postgres.db, scope, whole);
      expect(facets.total).toEqual({ count: matching(scope, whole).length, more: false });
      for (const [key, column] of Object.entries(keys) as [keyof typeof keys, (typeof keys)[keyof typeof keys]][]) {
        const rows = matching(scope, { ...whole, [key]: undefined });
        const told = Object.fromEntries(facets[key].map(({ value, count }) => [value, count]));
        expect([key, told]).toEqual([key, countBy(rows, (row) => row[column])]);
      }
    }
  });

  test("name organizations, the busiest first", async () => {
    const { organizationId } = await signInFacets(postgres.db, "all", {});
    expect(organizationId.map(({ name }) => name).sort()).toEqual(["Acme", "Globex"]);
    expect(organizationId[0]?.count).toBeGreaterThanOrEqual(organizationId[1]?.count ?? 0);
  });
});

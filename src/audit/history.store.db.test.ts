/** Pages of the sign-in history: no row missing, no row twice, and nobody sees what is not theirs to see. */
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeCursor, type SignIn, type SignInFilter } from "@/audit/history";
import { listSignIns } from "@/audit/history.store.server";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

type Scope = Parameters<typeof listSignIns>[1];
type Facts = {
  at: string;
  id?: string;
  action?: string;
  target?: string | null;
  reason?: string | null;
  organization?: string | null;
  method?: string;
  provider?: string;
  claimed?: string | null;
  ip?: string | null;
  requestId?: string;
  sessionId?: string | null;
};

async function insertEvent(facts: Facts): Promise<string> {
  const id = facts.id ?? newId();
  const reason = facts.reason ?? null;
  await sql`
    insert into audit_events (id, occurred_at, action, status, failure_reason, actor_type, actor_id, target_type, target_id,
                              organization_id, auth_method, provider, claimed_email, ip, request_id, session_id)
    values (${id}, ${facts.at}::timestamptz, ${facts.action ?? "signedIn"}, ${reason ? "failure" : "success"}, ${reason},
            'anonymous', null, 'user', ${facts.target ?? null}, ${facts.organization ?? null},
            ${facts.method ?? "password"}, ${facts.provider ?? "credentials"}, ${facts.claimed ?? null},
            ${facts.ip ?? null}::inet, ${facts.requestId ?? null}, ${facts.sessionId ?? null})`.execute(postgres.db);
  return id;
}

async function insertUser(email: string): Promise<string> {
  const id = newId();
  await postgres.db.insertInto("users").values({ id, email }).execute();
  return id;
}

/** All rows of a history, page by page. */
async function walk(scope: Scope, filter: SignInFilter, limit: number): Promise<SignIn[]> {
  const rows: SignIn[] = [];
  let cursor: string | null = null;
  do {
    const page = await listSignIns(postgres.db, scope, filter, cursor === null ? null : decodeCursor(cursor), limit);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    if (page.nextCursor !== null) expect(page.items).toHaveLength(limit);
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return rows;
}

const idsOf = (rows: SignIn[]) => rows.map(({ id }) => id);

describe("page by page", () => {
  /** In a request of its own, so that other tests do not see these rows. */
  const filter = { requestId: "paging-0001" };

  beforeAll(async () => {
    const times = [
      // Equal to the microsecond, apart by one microsecond, apart by one millisecond, over the border of a month.
      ...Array.from({ length: 40 }, () => "2026-03-04T05:06:07.089123Z"),
      ...Array.from({ length: 30 }, (_, number) => `2026-03-04T05:06:07.0890${String(number + 10)}Z`),
      ...Array.from({ length: 20 }, (_, number) => `2026-03-04T05:06:07.${String(100 + number)}Z`),
      ...Array.from({ length: 5 }, () => "2026-03-01T00:00:00Z"),
      ...Array.from({ length: 5 }, () => "2026-02-28T23:59:59.999999Z"),
      ...Array.from({ length: 3 }, () => "2001-02-03T04:05:06.000001Z"),
      new Date().toISOString(),
    ];
    for (const [number, at] of times.entries()) {
      // Half of the ids are older than their neighbours': order by id must not be order of insertion.
      await insertEvent({ at, requestId: filter.requestId, ...(number % 2 ? { id: crypto.randomUUID() } : {}) });
    }
  });

  const expected = async () => {
    const { rows } = await sql<{ id: string }>`
      select id from audit_events where request_id = ${filter.requestId} order by occurred_at desc, id desc`.execute(
      postgres.db,
    );
    return rows.map(({ id }) => id);
  };

  test.each([1, 2, 3, 7, 10, 40, 103, 104, 105, 200])(
    "of %i rows, every row comes once, newest first",
    async (limit) => {
      expect(idsOf(await walk("all", filter, limit))).toEqual(await expected());
    },
  );

  test("a page that ends exactly at the last row has no next one", async () => {
    const page = await listSignIns(postgres.db, "all", filter, null, 104);
    expect(page.items).toHaveLength(104);
    expect(page.nextCursor).toBeNull();
  });

  test("rows that come in meanwhile move nothing that was not shown yet", async () => {
    const before = await expected();
    const first = await listSignIns(postgres.db, "all", filter, null, 50);
    const newer = await insertEvent({ at: "2999-01-01T00:00:00Z", requestId: filter.requestId });
    const cursor = decodeCursor(first.nextCursor ?? "");
    const rest = await listSignIns(postgres.db, "all", filter, cursor, 200);
    expect([...idsOf(first.items), ...idsOf(rest.items)]).toEqual(before);
    expect((await expected())[0]).toBe(newer);
  });

  test("a cursor of a row that is not there, or of another filter, is a place like any other", async () => {
    const nowhere = { occurredAt: "2026-03-04T05:06:07.089123Z", id: "00000000-0000-0000-0000-000000000000" };
    const page = await listSignIns(postgres.db, "all", filter, nowhere, 200);
    expect(page.items.every(({ occurredAt }) => occurredAt < new Date("2026-03-04T05:06:07.090Z"))).toBe(true);
    expect(await listSignIns(postgres.db, "all", { requestId: "nobody's" }, nowhere, 5)).toEqual({
      items: [],
      nextCursor: null,
    });
  });
});

describe("who sees what", () => {
  const [acme, globex] = [newId(), newId()];
  let alice: string;
  let bob: string;
  let rows: Record<"aliceIn" | "bobOut" | "unknown" | "otherAction", string>;

  beforeAll(async () => {
    alice = await insertUser("alice@example.com");
    bob = await insertUser("bob@example.com");
    rows = {
      aliceIn: await insertEvent({
        at: "2026-01-05T00:00:00Z",
        target: alice,
        organization: acme,
        claimed: "alice@example.com",
      }),
      bobOut: await insertEvent({
        at: "2026-01-04T00:00:00Z",
        target: bob,
        organization: globex,
        reason: "wrong_password",
      }),
      unknown: await insertEvent({ at: "2026-01-03T00:00:00Z", reason: "unknown_user", claimed: "nobody@example.com" }),
      otherAction: await insertEvent({
        at: "2026-01-06T00:00:00Z",
        action: "signedOut",
        target: alice,
        organization: acme,
      }),
    };
  });
  const january = { from: new Date("2026-01-01T00:00:00Z"), to: new Date("2026-02-01T00:00:00Z") };
  const seen = async (scope: Scope, filter: SignInFilter = {}) =>
    idsOf(await walk(scope, { ...january, ...filter }, 2));

  test("all: every attempt, those against no account included, and nothing but attempts", async () => {
    expect(await seen("all")).toEqual([rows.aliceIn, rows.bobOut, rows.unknown]);
  });

  test("some organizations: their attempts, and none against no account", async () => {
    expect(await seen({ organizations: [acme] })).toEqual([rows.aliceIn]);
    expect(await seen({ organizations: [globex, acme] })).toEqual([rows.aliceIn, rows.bobOut]);
    expect(await seen({ organizations: [newId()] })).toEqual([]);
  });

  test("no organization: nothing at all", async () => {
    expect(await seen({ organizations: [] })).toEqual([]);
  });

  test("oneself: the attempts against one's own account, failures included", async () => {
    expect(await seen({ userId: bob })).toEqual([rows.bobOut]);
    expect(await seen({ userId: newId() })).toEqual([]);
  });

  test("no filter widens a scope: not another's id, email, organization, address or session", async () => {
    for (const filter of [
      { userId: bob },
      { email: "bob@example.com" },
      { email: "nobody@example.com" },
      { organizationId: globex },
      { organizationId: [globex, newId()] },
      { status: "failure" as const },
    ]) {
      expect(await seen({ organizations: [acme] }, filter)).toEqual([]);
      expect(await seen({ userId: alice }, filter)).toEqual([]);
    }
  });

  test("a row shows the account's address of today next to what was typed", async () => {
    await postgres.db.updateTable("users").set({ email: "alice@new.example" }).where("id", "=", alice).execute();
    const [row] = await walk({ userId: alice }, january, 10);
    expect(row).toMatchObject({ userId: alice, email: "alice@new.example", claimedEmail: "alice@example.com" });
    const [nobody] = await walk("all", { ...january, email: "nobody@example.com" }, 10);
    expect(nobody).toMatchObject({ userId: null, email: null, claimedEmail: "nobody@example.com" });
  });
});

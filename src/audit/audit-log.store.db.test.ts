/** The whole book, by every key of its filter, page by page, and within what the reader may see. */
import { beforeAll, describe, expect, test } from "vitest";
import { type AuditFilter, auditFilter } from "@/audit/audit-log";
import { findAuditEvent, listAuditEvents } from "@/audit/audit-log.store.server";
import type { EventRow } from "@/audit/event";
import { insertEvents } from "@/audit/events.store.server";
import { decodeCursor, type ReaderScope } from "@/audit/history";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const [acme, globex, alice, bob, session] = [newId(), newId(), newId(), newId(), newId()];

const row = (name: string, facts: Partial<EventRow>): EventRow => ({
  id: newId(),
  occurred_at: "2026-03-04T12:00:00.000Z",
  action: "signedIn",
  status: "success",
  failure_reason: null,
  actor_type: "user",
  actor_id: alice,
  target_type: null,
  target_id: null,
  organization_id: acme,
  auth_method: null,
  second_factor: null,
  provider: null,
  request_id: `request-${name}`,
  session_id: null,
  claimed_email: null,
  ip: "203.0.113.7",
  user_agent: name,
  changes: null,
  details: {},
  ...facts,
});
const ROWS = [
  row("in", { target_type: "user", target_id: alice, session_id: session }),
  row("denied", { action: "accessDenied", status: "failure", failure_reason: "role_required", session_id: session }),
  row("renamed", {
    action: "userUpdated",
    target_type: "user",
    target_id: bob,
    changes: { name: { from: "Bob", to: "Robert" } },
  }),
  row("organization", {
    action: "organizationUpdated",
    target_type: "organization",
    target_id: globex,
    organization_id: globex,
    actor_id: bob,
    ip: "2001:db8::7",
  }),
  row("system", { action: "userCreated", actor_type: "system", actor_id: null, organization_id: null, ip: null }),
  row("early", {
    action: "userUpdated",
    occurred_at: "2026-01-01T00:00:00.000Z",
    target_type: "user",
    target_id: alice,
  }),
];
const idOf = (name: string) => ROWS.find(({ user_agent }) => user_agent === name)?.id ?? "";

beforeAll(async () => {
  await postgres.db
    .insertInto("users")
    .values([
      { id: alice, email: "alice@example.com" },
      { id: bob, email: "bob@example.com" },
    ])
    .execute();
  await insertEvents(postgres.db, ROWS);
});

async function found(scope: ReaderScope, filter: AuditFilter, limit = 2): Promise<(string | null)[]> {
  const names: (string | null)[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await listAuditEvents(postgres.db, scope, auditFilter.parse(filter), decodeCursor(cursor), limit);
    names.push(...page.items.map(({ userAgent }) => userAgent));
    cursor = page.nextCursor;
  }
  return ROWS.map(({ user_agent }) => user_agent).filter((name) => names.includes(name));
}

const EVERY = ROWS.map(({ user_agent }) => user_agent);

test.each<[string, AuditFilter, (string | null)[]]>([
  ["nothing", {}, EVERY],
  ["an action", { action: "userUpdated" }, ["renamed", "early"]],
  ["one of two actions", { action: ["signedIn", "organizationUpdated"] }, ["in", "organization"]],
  ["an action that nobody did", { action: "userDisabled" }, []],
  ["who did it", { actorId: bob }, ["organization"]],
  ["to whom", { targetId: alice }, ["in", "early"]],
  ["the kind of target", { targetType: "organization" }, ["organization"]],
  ["one of two kinds of target", { targetType: ["organization", "user"] }, ["in", "renamed", "organization", "early"]],
  ["the kind of target and the action", { targetType: "user", action: "userUpdated" }, ["renamed", "early"]],
  ["failure", { status: "failure" }, ["denied"]],
  ["a reason", { failureReason: "role_required" }, ["denied"]],
  ["an organization", { organizationId: globex }, ["organization"]],
  ["an organization and an action", { organizationId: acme, action: "userUpdated" }, ["renamed", "early"]],
  ["a request", { requestId: "request-denied" }, ["denied"]],
  ["a session", { sessionId: session }, ["in", "denied"]],
  ["an address", { ip: "2001:db8::7" }, ["organization"]],
  ["a range of addresses", { ip: "203.0.113.0/24" }, ["in", "denied", "renamed", "early"]],
  ["a time", { from: new Date("2026-02-01"), action: "userUpdated" }, ["renamed"]],
  ["a time before", { to: new Date("2026-02-01") }, ["early"]],
])("by %s", async (_, filter, names) => {
  expect(await found("all", filter)).toEqual(names);
});

describe("a reader of one organization", () => {
  const scope = { organizations: [globex] };

  test("sees what happened in it, whatever they ask for", async () => {
    expect(await found(scope, {})).toEqual(["organization"]);
    for (const filter of [{ organizationId: acme }, { actorId: alice }, { action: "userUpdated" as const }])
      expect(await found(scope, filter)).toEqual([]);
    expect(await found({ organizations: [] }, {})).toEqual([]);
  });

  test("gets no event of another one by its id", async () => {
    expect(await findAuditEvent(postgres.db, scope, idOf("renamed"))).toBeNull();
    expect(await findAuditEvent(postgres.db, scope, idOf("system"))).toBeNull();
    expect(await findAuditEvent(postgres.db, scope, idOf("organization"))).toMatchObject({
      actorEmail: "bob@example.com",
    });
  });
});

test("an event tells who did what to whom, and what changed", async () => {
  expect(await findAuditEvent(postgres.db, "all", idOf("renamed"))).toMatchObject({
    action: "userUpdated",
    actorType: "user",
    actorEmail: "alice@example.com",
    targetId: bob,
    targetEmail: "bob@example.com",
    changes: { name: { from: "Bob", to: "Robert" } },
    ip: "203.0.113.7",
  });
  expect(await findAuditEvent(postgres.db, "all", newId())).toBeNull();
});

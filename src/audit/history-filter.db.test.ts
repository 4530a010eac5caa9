/** Every key of the filter, alone and together, against the rows that it should find. */
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { type SignInFilter, signInFilter } from "@/audit/history";
import { listSignIns } from "@/audit/history.store.server";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

const [acme, globex] = [newId(), newId()];
const [alice, bob] = [newId(), newId()];
const session = newId();

type Row = {
  name: string;
  at: string;
  target: string | null;
  reason: string | null;
  organization: string | null;
  method: string;
  provider: string;
  claimed: string | null;
  ip: string | null;
  requestId: string;
  sessionId: string | null;
};
const row = (name: string, facts: Partial<Row>): Row => ({
  name,
  at: "2026-03-04T12:00:00Z",
  target: null,
  reason: null,
  organization: null,
  method: "password",
  provider: "credentials",
  claimed: null,
  ip: null,
  requestId: `request-${name}`,
  sessionId: null,
  ...facts,
});

const ROWS: Row[] = [
  row("in", { target: alice, organization: acme, claimed: "alice@example.com", ip: "203.0.113.7", sessionId: session }),
  row("wrong", {
    target: alice,
    organization: acme,
    reason: "wrong_password",
    claimed: "alice@example.com",
    ip: "203.0.113.8",
  }),
  row("link", {
    target: bob,
    organization: globex,
    method: "email_verification",
    provider: "token",
    ip: "2001:db8::7",
  }),
  row("denied", { reason: "provider_denied", method: "sso", provider: "openid", ip: "198.51.100.1" }),
  row("unknown", {
    reason: "unknown_user",
    claimed: "nobody@example.com",
    ip: "203.0.114.1",
    at: "2026-03-05T00:00:00Z",
  }),
  row("claim", {
    target: bob,
    reason: "account_not_linked",
    method: "sso",
    provider: "github",
    claimed: "nobody@example.com",
  }),
  row("early", { target: bob, at: "2026-03-03T23:59:59.999999Z", ip: "2001:db8:1::7" }),
];

beforeAll(async () => {
  for (const [id, email] of [
    [alice, "alice@example.com"],
    [bob, "bob@example.com"],
  ] as const) {
    await postgres.db.insertInto("users").values({ id, email }).execute();
  }
  for (const { name, ...facts } of ROWS) {
    await sql`
      insert into audit_events (id, occurred_at, action, status, failure_reason, actor_type, target_id, organization_id,
                                auth_method, provider, claimed_email, ip, request_id, session_id, user_agent)
      values (${newId()}, ${facts.at}::timestamptz, 'signedIn', ${facts.reason ? "failure" : "success"}, ${facts.reason},
              'anonymous', ${facts.target}, ${facts.organization}, ${facts.method}, ${facts.provider}, ${facts.claimed},
              ${facts.ip}::inet, ${facts.requestId}, ${facts.sessionId}, ${name})`.execute(postgres.db);
  }
});

/** The names of the rows that a filter finds, in the order of the list above. */
async function found(filter: unknown): Promise<string[]> {
  const { items } = await listSignIns(postgres.db, "all", signInFilter.parse(filter), null, 200);
  const names = new Set(items.map(({ userAgent }) => userAgent));
  expect(names.size).toBe(items.length);
  return ROWS.map(({ name }) => name).filter((name) => names.has(name));
}

const EVERY = ROWS.map(({ name }) => name);

describe("the filter by", () => {
  test.each<[string, SignInFilter, string[]]>([
    ["nothing", {}, EVERY],
    ["user", { userId: alice }, ["in", "wrong"]],
    ["a user who is not there", { userId: newId() }, []],
    ["email of an account", { email: "alice@example.com" }, ["in", "wrong"]],
    ["email in another case", { email: " ALICE@Example.com" }, ["in", "wrong"]],
    ["email in full-width letters", { email: "ａｌｉｃｅ＠example.com" }, ["in", "wrong"]],
    ["email that was only typed, against no account", { email: "nobody@example.com" }, ["unknown"]],
    ["a part of an email", { email: "example.com" }, []],
    ["an email with a wildcard", { email: "%@example.com" }, []],
    ["success", { status: "success" }, ["in", "link", "early"]],
    ["failure", { status: "failure" }, ["wrong", "denied", "unknown", "claim"]],
    ["success or failure", { status: ["success", "failure"] }, EVERY],
    ["method", { authMethod: "sso" }, ["denied", "claim"]],
    ["one of two methods", { authMethod: ["sso", "email_verification"] }, ["link", "denied", "claim"]],
    ["provider", { provider: "openid" }, ["denied"]],
    ["one of three providers", { provider: ["openid", "github", "none"] }, ["denied", "claim"]],
    ["organization", { organizationId: acme }, ["in", "wrong"]],
    ["one of two organizations", { organizationId: [acme, globex] }, ["in", "wrong", "link"]],
    ["reason", { failureReason: "unknown_user" }, ["unknown"]],
    ["one of two reasons", { failureReason: ["unknown_user", "wrong_password"] }, ["wrong", "unknown"]],
    ["request id", { requestId: "request-link" }, ["link"]],
    ["session", { sessionId: session }, ["in"]],
    ["an IPv4 address", { ip: "203.0.113.7" }, ["in"]],
    ["an IPv6 address, however it is written", { ip: "2001:0DB8:0::0007" }, ["link"]],
    ["an IPv4 range", { ip: "203.0.113.0/24" }, ["in", "wrong"]],
    ["an IPv4 range named by a host in it", { ip: "203.0.113.99/24" }, ["in", "wrong"]],
    ["a range of one address", { ip: "203.0.113.8/32" }, ["wrong"]],
    ["an IPv6 range", { ip: "2001:db8::/32" }, ["link", "early"]],
    ["a narrower IPv6 range", { ip: "2001:db8::/48" }, ["link"]],
    ["all of IPv4", { ip: "0.0.0.0/0" }, ["in", "wrong", "denied", "unknown"]],
    ["all of IPv6", { ip: "::/0" }, ["link", "early"]],
    ["from a time on, inclusively", { from: new Date("2026-03-05T00:00:00Z") }, ["unknown"]],
    ["up to a time, exclusively", { to: new Date("2026-03-04T00:00:00Z") }, ["early"]],
    [
      "a day",
      { from: new Date("2026-03-04T00:00:00Z"), to: new Date("2026-03-05T00:00:00Z") },
      ["in", "wrong", "link", "denied", "claim"],
    ],
    [
      "a day that ends before it begins",
      { from: new Date("2026-03-05T00:00:00Z"), to: new Date("2026-03-04T00:00:00Z") },
      [],
    ],
    ["several keys, which all must hold", { status: "failure", ip: "203.0.113.0/24", userId: alice }, ["wrong"]],
    ["several keys of which one does not hold", { status: "success", failureReason: "wrong_password" }, []],
  ])("%s", async (_, filter, names) => {
    expect(await found(filter)).toEqual(names);
  });
});

test.each([
  "' or true --",
  "'; drop table audit_events; --",
  "request-in' or '1'='1",
  "request-%",
  "request-_n",
  "\\",
  '"',
  "$1",
  "null",
])("hostile text (%j) in a filter finds nothing and breaks nothing", async (text) => {
  for (const key of ["email", "provider", "requestId"]) expect(await found({ [key]: text })).toEqual([]);
  expect(await found({})).toEqual(EVERY);
});

test.each(["\uD800", "a\u0000b"])("text that no row can hold (%j) is refused as bad input", (text) => {
  for (const key of ["email", "provider", "requestId"]) {
    expect(signInFilter.safeParse({ [key]: text }).success).toBe(false);
  }
});

test("an address is shown as an address, without the length of its network", async () => {
  const { items } = await listSignIns(postgres.db, "all", { requestId: "request-link" }, null, 1);
  expect(items[0]).toMatchObject({
    ip: "2001:db8::7",
    status: "success",
    authMethod: "email_verification",
    provider: "token",
  });
});

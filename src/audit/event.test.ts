/** What code says becomes a row: checked against the catalogue, stamped with the request, safe to store, never dropped. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EventInput } from "@/audit/catalogue";
import { eventRow, onMisfit } from "@/audit/event";
import { setClock } from "@/platform/clock";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";

const AT = new Date("2026-03-04T05:06:07.089Z");
const USER = "0199c5d2-1111-7abc-8def-000000000001";
const SESSION = "0199c5d2-1111-7abc-8def-000000000002";
const SCOPE = { requestId: "request-0001", ip: "203.0.113.7", userAgent: "browser", nonce: "n" };

const FAILED: EventInput = {
  action: "signedIn",
  status: "failure",
  failureReason: "wrong_password",
  actor: { type: "anonymous" },
  target: { type: "user", id: USER },
  authMethod: "password",
  provider: "credentials",
  claimedEmail: "alice@example.com",
  details: { gate: "credentials" },
};

/** An event that the types would refuse, as a cast or a spread may let through. */
const misfit = (details: unknown, facts: object = {}) => ({ ...FAILED, ...facts, details }) as unknown as EventInput;

let misfits: [string, string[]][];
let restoreClock = () => {};
beforeEach(() => {
  misfits = [];
  onMisfit((action, fields) => misfits.push([action, fields]));
  restoreClock = setClock(() => AT);
});
afterEach(() => {
  restoreClock();
  onMisfit(() => {});
});

describe("a row", () => {
  test("says who, what, whom, how and why, and is stamped with its request", () => {
    expect(runInRequestScope(SCOPE, () => eventRow(FAILED))).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      occurred_at: "2026-03-04T05:06:07.089Z",
      action: "signedIn",
      status: "failure",
      failure_reason: "wrong_password",
      actor_type: "anonymous",
      actor_id: null,
      target_type: "user",
      target_id: USER,
      organization_id: null,
      auth_method: "password",
      second_factor: null,
      provider: "credentials",
      request_id: "request-0001",
      session_id: null,
      claimed_email: "alice@example.com",
      ip: "203.0.113.7",
      user_agent: "browser",
      changes: null,
      details: { gate: "credentials" },
    });
  });

  test("of a success has no reason, and its actor is the user", () => {
    const row = eventRow({
      action: "jwtTokenCreated",
      status: "success",
      actor: { type: "user", id: USER },
      sessionId: SESSION,
      details: { trigger: "refresh" },
    });
    expect(row).toMatchObject({ failure_reason: null, actor_type: "user", actor_id: USER, session_id: SESSION });
  });

  test("keeps the id and time it is given, so that writing it again is the same row", () => {
    const id = newId();
    const occurredAt = new Date("2025-12-31T23:59:59.999Z");
    const [first, second] = [0, 1].map(() => eventRow({ ...FAILED, id, occurredAt }));
    expect(first).toEqual(second);
    expect(first).toMatchObject({ id, occurred_at: "2025-12-31T23:59:59.999Z" });
  });

  test("outside any request has no request id, address or browser", () => {
    expect(eventRow(FAILED)).toMatchObject({ request_id: null, ip: null, user_agent: null });
  });

  test("takes request id and address from its own scope in 64 interleaved requests", async () => {
    const rows = await Promise.all(
      Array.from({ length: 64 }, (_, number) =>
        runInRequestScope({ ...SCOPE, requestId: `request-${number}`, ip: `203.0.113.${number}` }, async () => {
          await new Promise((resolve) => setTimeout(resolve, number % 5));
          return eventRow({ ...FAILED, claimedEmail: `user-${number}@example.com` });
        }),
      ),
    );
    for (const [number, row] of rows.entries()) {
      expect([row.request_id, row.ip, row.claimed_email]).toEqual([
        `request-${number}`,
        `203.0.113.${number}`,
        `user-${number}@example.com`,
      ]);
    }
  });

  test("can be stored whatever was typed: no NUL, no lone surrogate, bounded", () => {
    const row = eventRow({
      ...FAILED,
      claimedEmail: `\u0000\uD800${"x".repeat(1000)}`,
      provider: `p\u0000${"x".repeat(1000)}`,
      changes: { "na\u0000me": { from: "a\u0000", to: ["\uDC00", { deep: "x\u0000".repeat(5000) }] } },
    });
    expect(JSON.stringify(row)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    expect(row.claimed_email).toHaveLength(320);
    expect(row.provider).toHaveLength(200);
    expect(JSON.stringify(row.changes).length).toBeLessThan(5000);
  });
});

describe("details that do not fit the catalogue", () => {
  const SECRETS = {
    newPassword: "hunter2",
    totpCode: "123456",
    csrfToken: "csrf-hunter2",
    session_token: "hunter2-session",
    authorization: "Bearer hunter2",
    access_token: "hunter2-access",
    id_token: "hunter2-id",
    userEmail: "hunter2@example.com",
    cookie: { "gatebook.session": "hunter2" },
    nested: [{ password: "hunter2" }],
  };

  test("never reach the row: a spread form leaves no secret in it", () => {
    const text = JSON.stringify(eventRow(misfit({ gate: "credentials", ...SECRETS })));
    expect(text).not.toMatch(/hunter2|123456/);
  });

  test("do not keep the row from being written, with everything that does fit around them", () => {
    expect(runInRequestScope(SCOPE, () => eventRow(misfit(SECRETS)))).toMatchObject({
      action: "signedIn",
      status: "failure",
      failure_reason: "wrong_password",
      target_id: USER,
      request_id: "request-0001",
      details: { rejectedDetails: Object.keys(SECRETS) },
    });
  });

  test("are reported by the names of their fields, never by their values", () => {
    eventRow(misfit({ ...SECRETS, cause: "Alice's password is hunter2" }));
    expect(misfits).toHaveLength(1);
    expect(misfits[0]?.[0]).toBe("signedIn");
    expect(misfits[0]?.[1]).toEqual(expect.arrayContaining([...Object.keys(SECRETS), "cause"]));
    expect(JSON.stringify(misfits)).not.toMatch(/hunter2|123456/);
  });

  test.each([
    ["a text instead of a code", { cause: "connect ECONNREFUSED 10.0.0.7:5432" }, ["cause"]],
    ["a provider's free text", { providerError: "Alice, your token abc was refused" }, ["providerError"]],
    ["a gate's name as long as a token", { gate: "x".repeat(201) }, ["gate"]],
    ["a count of nothing", { count: 0 }, ["count"]],
    ["nothing at all", undefined, ["details"]],
    ["null", null, ["details"]],
    ["a text", "hunter2", ["details"]],
    ["a list", [{ gate: "hunter2" }], ["details"]],
    ["a field of the prototype", JSON.parse('{"__proto__":{"gate":"x"}}'), ["__proto__"]],
  ])("such as %s are left out and reported", (_, details, fields) => {
    const row = eventRow(misfit(details));
    expect(misfits).toEqual([["signedIn", fields]]);
    expect(row.details).toEqual({ rejectedDetails: fields });
    expect(JSON.stringify(row)).not.toMatch(/hunter2|10\.0\.0\.7|token abc/);
  });

  test("with names that are themselves hostile are named in a form that can be stored", () => {
    const row = eventRow(misfit({ [`\u0000${"x".repeat(500)}`]: 1 }));
    expect(row.details).toEqual({ rejectedDetails: [`\uFFFD${"x".repeat(63)}`] });
  });
});

test("details that fit are never reported", () => {
  eventRow(FAILED);
  eventRow({ ...FAILED, details: { providerError: "access_denied", cause: "bad_signature", count: 3 } });
  expect(misfits).toEqual([]);
});

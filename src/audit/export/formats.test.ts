import { describe, expect, it } from "vitest";
import { type ExportedSignIn, writings } from "@/audit/export/formats";
import { failureReasons } from "@/audit/reasons";

const row = (facts: Partial<ExportedSignIn> = {}): ExportedSignIn => ({
  id: "0199c5d2-1111-7abc-8def-000000000000",
  occurred_at: "2026-03-04T14:05:09.412Z",
  status: "success",
  failure_reason: null,
  auth_method: "password",
  second_factor: null,
  provider: "credentials",
  user_id: "0199c5d2-2222-7abc-8def-000000000000",
  email: "member@acme.test",
  claimed_email: "member@acme.test",
  organization_id: null,
  ip: "203.0.113.7",
  user_agent: "Mozilla/5.0",
  request_id: "request-0001",
  session_id: "0199c5d2-3333-7abc-8def-000000000000",
  ...facts,
});

describe("CSV", () => {
  it("has a header, quotes what needs it, and ends lines with CRLF", () => {
    expect(writings.csv.header).toMatch(/^id,occurred_at,status,.*session_id\r\n$/);
    const line = writings.csv.line(row({ user_agent: 'a "quoted", agent\nof two lines', organization_id: null }));
    expect(line).toContain(',"a ""quoted"", agent\nof two lines",');
    expect(line).toContain(",2026-03-04T14:05:09.412Z,");
    expect(line.endsWith("\r\n")).toBe(true);
  });

  it.each(["=1+1", "+1", "-1", "@sum(A1)", "\tx", "\rx"])("takes %j for text, not for a formula", (text) => {
    const line = writings.csv.line(row({ user_agent: text }));
    expect(line).toMatch(text === "\rx" ? /,"'\rx",/ : new RegExp(`,'${text.replace(/[+()]/g, "\\$&")},`));
  });
});

it("NDJSON has one object a line, with the names of the CSV's columns", () => {
  const line = writings.ndjson.line(row({ user_agent: "two\nlines" }));
  expect(line.split("\n")).toHaveLength(2);
  expect(Object.keys(JSON.parse(line)).join(",")).toBe(writings.csv.header.trim());
  expect(JSON.parse(line)).toMatchObject({ user_agent: "two\nlines", organization_id: null, status: "success" });
});

/** What OCSF 1.8.0 says of class 3002: required attributes, and the values of its enumerations. */
const REQUIRED = ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid", "user"];
const ENUMS: Record<string, readonly number[]> = {
  activity_id: [0, 1, 2, 3, 4, 5, 6, 7, 99],
  severity_id: [0, 1, 2, 3, 4, 5, 6, 99],
  status_id: [0, 1, 2, 99],
  auth_protocol_id: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 99],
  logon_type_id: [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 99],
};
const FACTORS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99];

describe("OCSF 1.8.0, class 3002", () => {
  const ocsfEvent = (row: ExportedSignIn) => JSON.parse(writings.ocsf.line(row)) as Record<string, unknown>;

  const outcomes = [null, ...failureReasons].map((failure_reason) =>
    failure_reason ? { failure_reason, status: "failure", session_id: null } : { failure_reason, status: "success" },
  );
  const ways: Partial<ExportedSignIn>[] = [
    { auth_method: "password", provider: "credentials", second_factor: "totp" },
    { auth_method: "password", provider: "credentials", second_factor: "backup_code" },
    { auth_method: "email_verification", provider: "token" },
    { auth_method: "passkey", provider: "passkey" },
    { auth_method: "sso", provider: "github" },
    { auth_method: "sso", provider: "azure-ad" },
    { auth_method: "sso", provider: "sso-0199c5d2" },
    { auth_method: null, provider: null, ip: null, user_agent: null, request_id: null },
    { user_id: null, email: null, claimed_email: null },
  ];
  const events = outcomes.flatMap((outcome) => ways.map((way) => ocsfEvent(row({ ...way, ...outcome }))));

  it("has every required attribute, and one of service and dst_endpoint", () => {
    for (const event of events) {
      for (const name of REQUIRED) expect([name, event[name]]).not.toContain(undefined);
      expect(event.service ?? event.dst_endpoint).toBeDefined();
      expect(event.metadata).toMatchObject({ version: "1.8.0", product: { name: "Gatebook" } });
      const user = event.user as Record<string, unknown>;
      expect(user.uid ?? user.name ?? user.account).toBeDefined();
      expect(event.type_uid).toBe(3002 * 100 + (event.activity_id as number));
      expect(event.time).toBe(Date.parse("2026-03-04T14:05:09.412Z"));
    }
  });

  it("keeps to the values of its enumerations", () => {
    for (const event of events) {
      for (const [name, values] of Object.entries(ENUMS))
        expect([name, values.includes(event[name] as number)]).toEqual([name, true]);
      for (const { factor_type_id } of event.auth_factors as { factor_type_id: number }[])
        expect(FACTORS).toContain(factor_type_id);
    }
  });

  it("keeps any text as it is, on one line", () => {
    const texts = ['a "quoted" \\ back', "two\nlines\u0000\u2028", "☃ \ud83d\ude00", "}],", ""];
    for (const text of texts) {
      const facts = { failure_reason: text, auth_method: text, second_factor: text, provider: text, email: text };
      const event = row({
        ...facts,
        ip: text,
        user_agent: text,
        request_id: text,
        session_id: text,
        status: "failure",
      });
      expect(writings.ocsf.line(event).match(/\n/g)).toHaveLength(1);
      expect(ocsfEvent(event)).toMatchObject({
        status_code: text,
        auth_protocol: text,
        auth_factors: [{ factor_type: text }, { factor_type: text }],
        user: { name: text, email_addr: text },
        metadata: { correlation_uid: text },
        src_endpoint: { ip: text },
        session: { uid: text },
        http_request: { uid: text, user_agent: text },
      });
    }
  });

  it("says what the attempt was", () => {
    expect(ocsfEvent(row({ second_factor: "totp" }))).toMatchObject({
      status_id: 1,
      severity_id: 1,
      is_mfa: true,
      auth_factors: [{ factor_type_id: 11 }, { factor_type_id: 7 }],
      session: { uid: "0199c5d2-3333-7abc-8def-000000000000" },
      src_endpoint: { ip: "203.0.113.7" },
      http_request: { uid: "request-0001", user_agent: "Mozilla/5.0" },
    });
    expect(ocsfEvent(row({ auth_method: "sso", provider: "openid" }))).toMatchObject({ auth_protocol_id: 4 });
    const locked = {
      status: "failure",
      failure_reason: "account_locked",
      session_id: null,
      user_id: null,
      email: null,
    };
    expect(ocsfEvent(row(locked))).toMatchObject({
      status_id: 2,
      status_code: "account_locked",
      severity_id: 3,
      user: { type_id: 0, name: "member@acme.test" },
    });
    expect(ocsfEvent(row(locked))).not.toHaveProperty("session");
  });
});

/** Free text loses addresses, tokens and credentials before it leaves the process, and keeps what helps to find the fault. */
import { describe, expect, test } from "vitest";
import { maskAddresses, maskText } from "@/platform/mask";

const JWE = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..h3x-_iV0.c1phert3xt.t4g";
const JWS = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl";

describe("an email address is masked", () => {
  test.each([
    "mail to alice@example.com was refused",
    "duplicate key value: Key (email)=(alice@example.com) already exists.",
    "userEmail=alice@example.com",
    '{"userEmail":"alice@example.com"}',
    "no account for <alice@example.com>, giving up",
    "alice.o'hara+tag@mail.example.co.uk",
    "пользователь@пример.рф",
    "ALICE@EXAMPLE.COM",
  ])("in %j", (text) => {
    const masked = maskText(text);
    expect(masked).toContain("[email]");
    expect(masked).not.toMatch(/@|alice@|example\.co|пример/i);
  });
});

describe("a credential is masked", () => {
  test.each([
    "password=hunter2",
    "password: hunter2",
    '{"password":"hunter2"}',
    "{'password': 'hunter2'}",
    "PASSWORD = hunter2",
    "passwd=hunter2&next=1",
    "secret=hunter2",
    "client_secret=hunter2",
    '"client_secret" : "hunter2"',
    "token=hunter2",
    "https://id.example.com/sign-in/finish?token=hunter2",
    "access_token=hunter2",
    "refresh_token=hunter2",
    "id_token=hunter2",
    "code=hunter2&state=x",
    "code_verifier=hunter2",
    "authorization: hunter2",
    "Authorization: Bearer hunter2",
    "authorization: Basic aHVudGVyMg==hunter2",
    "sent Bearer hunter2 to the upstream",
    "cookie: hunter2",
    "postgres://gatebook:hunter2@db.internal:5432/gatebook",
    "smtp://:hunter2@mail.internal",
    "redis://hunter2@cache",
  ])("in %j", (text) => {
    const masked = maskText(text);
    expect(masked).not.toContain("hunter2");
    expect(masked).toContain("[masked]");
  });

  test.each([
    ["a session token", JWE],
    ["an id token", JWS],
    ["an unsigned token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9."],
  ])("that is %s, wherever it stands", (_, token) => {
    for (const text of [token, `jwt ${token} expired`, `gatebook.session=${token}; theme=dark`, `"${token}"`]) {
      const masked = maskText(text);
      expect(masked).toContain("[token]");
      for (const part of token.split(".").filter((part) => part.length > 3)) expect(masked).not.toContain(part);
    }
  });

  test("every time it occurs, not only the first", () => {
    expect(maskText("token=a1 token=b2 x@y.test z@y.test")).toBe("token=[masked] token=[masked] [email] [email]");
  });
});

describe("a value that an error quotes is masked", () => {
  test.each([
    'invalid input syntax for type integer: "hunter2"',
    'invalid input syntax for type uuid: "hunter2 "quoted" hunter2"',
    'invalid input syntax for type uuid: "hunter2\nhunter2"',
    'invalid input value for enum role: "hunter2"',
    'value "hunter2" is out of range for type integer',
    'date/time field value out of range: "hunter2"',
    'malformed array literal: "hunter2"',
    `Unexpected token 'h', "hunter2" is not valid JSON`,
    `Unexpected token 'h', ..."{"a": hunter2"... is not valid JSON`,
    '"hunter2" is not valid JSON',
  ])("in %j", (text) => {
    expect(maskText(text)).not.toContain("hunter");
    expect(maskText(text)).toContain("[masked]");
  });

  test("however long it is", () => {
    expect(maskText(`invalid input syntax for type json: "${"hunter2 ".repeat(2000)}"`)).not.toContain("hunter2");
  });

  test("and the stack below it is kept", () => {
    const stack = 'error: invalid input syntax for type integer: "hunter2"\n    at rename (/app/src/users.ts:12:3)';
    expect(maskText(stack)).toBe(
      "error: invalid input syntax for type integer: [masked]\n    at rename (/app/src/users.ts:12:3)",
    );
  });
});

describe("network addresses", () => {
  test.each([
    ["connect ECONNREFUSED 127.0.0.1:5432", "connect ECONNREFUSED [address]:5432"],
    ["connect ECONNREFUSED ::1:5432", "connect ECONNREFUSED [address]"],
    ["from 203.0.113.7, by [2001:db8::7]:443", "from [address], by [[address]]:443"],
    ["fe80:0:0:0:1:2:3:4 is gone", "[address] is gone"],
    ["::ffff:203.0.113.7", "[address]"],
  ])("are masked in %j", (text, masked) => {
    expect(maskAddresses(text)).toBe(masked);
  });

  test.each([
    "at 14:05:09",
    "2026-03-04T14:05:09.412Z",
    "sentry.javascript.nextjs/10.78.0",
    "file.ts:12:34",
    "std::vector",
    "10.78.0.1.2",
    "key:value",
  ])("nothing else is: %j", (text) => {
    expect(maskAddresses(text)).toBe(text);
  });
});

test("what says where the fault is stays readable", () => {
  for (const text of [
    "connect ECONNREFUSED 127.0.0.1:5432",
    'relation "audit_events" does not exist',
    "at commitSignIn (/app/src/auth/attempt/commit.server.ts:120:9)",
    "https://id.example.com/admin/sign-ins?status=failure",
    "the request was answered with 503 after 3000 ms",
  ]) {
    expect(maskText(text)).toBe(text);
  }
  expect(maskText("postgres://gatebook:hunter2@db.internal:5432/gatebook")).toBe(
    "postgres://[masked]@db.internal:5432/gatebook",
  );
});

test("a megabyte of hostile text costs no more than its first 8,192 characters", () => {
  for (const text of ["a", "a.", "eyJ", "a:", "bearer ", "a+", "http://a", "token=", "@"]) {
    expect(maskText(text.repeat(Math.ceil(1_000_000 / text.length))).length).toBeLessThanOrEqual(2 * 8192);
  }
});

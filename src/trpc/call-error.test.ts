/** What a failed call says of itself, whoever has failed. */
import { TRPCClientError } from "@trpc/client";
import { describe, expect, test } from "vitest";
import { codeOf, isForbidden, isSignedOut, isUnexpected, requestIdOf } from "@/trpc/call-error";

const answered = (code: string, httpStatus: number, requestId: string | null = "request-0001") =>
  TRPCClientError.from({ error: { code: -1, message: code, data: { code, httpStatus, requestId } } } as never);
const response = new Response(null, { status: 503, headers: { "x-request-id": "request-0002" } });
const unanswered = TRPCClientError.from(new TypeError("Failed to fetch"));
const before = TRPCClientError.from(new SyntaxError("Unexpected token"), { meta: { response } });

describe("a procedure's answer", () => {
  test.each([
    ["UNAUTHORIZED", 401, { forbidden: false, signedOut: true, unexpected: false }],
    ["FORBIDDEN", 403, { forbidden: true, signedOut: false, unexpected: false }],
    ["CONFLICT", 409, { forbidden: false, signedOut: false, unexpected: false }],
    ["INTERNAL_SERVER_ERROR", 500, { forbidden: false, signedOut: false, unexpected: true }],
    ["SERVICE_UNAVAILABLE", 503, { forbidden: false, signedOut: false, unexpected: true }],
  ])("%s", (code, status, kind) => {
    const error = answered(code, status);
    expect(codeOf(error)).toBe(code);
    expect(requestIdOf(error)).toBe("request-0001");
    expect({
      forbidden: isForbidden(error),
      signedOut: isSignedOut(error),
      unexpected: isUnexpected(error),
    }).toEqual(kind);
  });
});

test("what the server before the procedures answers is unexpected, and has the request id of its header", () => {
  expect([codeOf(before), isUnexpected(before), requestIdOf(before)]).toEqual([null, true, "request-0002"]);
});

test("no answer at all is unexpected, and has no request id", () => {
  expect([codeOf(unanswered), isUnexpected(unanswered), requestIdOf(unanswered)]).toEqual([null, true, null]);
});

test.each([null, undefined, "text", 7, {}, { data: null }, { data: { requestId: 7 }, meta: { response: "no" } }])(
  "anything else that is thrown says nothing: %j",
  (error) => {
    expect([codeOf(error), isForbidden(error), isUnexpected(error), requestIdOf(error)]).toEqual([
      null,
      false,
      true,
      null,
    ]);
  },
);

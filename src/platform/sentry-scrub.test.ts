/** What leaves for Sentry is built from an allow-list: a secret planted in every corner of an event stays at home. */
import type { ErrorEvent } from "@sentry/nextjs";
import { describe, expect, test } from "vitest";
import { scrubEvent } from "@/platform/sentry-scrub";

const SECRET = "hunter2";

const FULL = {
  type: undefined,
  event_id: "0123456789abcdef0123456789abcdef",
  timestamp: 1_763_700_000,
  level: "error",
  platform: "node",
  release: "gatebook@1.2.3",
  environment: "production",
  server_name: SECRET,
  transaction: `GET /sign-in/finish?token=${SECRET}`,
  message: SECRET,
  logentry: { message: SECRET, params: [SECRET] },
  logger: SECRET,
  fingerprint: [SECRET],
  modules: { [SECRET]: SECRET },
  tags: { request_id: "request-0001", procedure: "signIns.list", url: SECRET, email: SECRET, cookie: SECRET },
  user: { id: "0199c5d2-1111-7abc-8def-000000000000", email: SECRET, username: SECRET, ip_address: SECRET },
  request: {
    url: `https://id.example.com/?token=${SECRET}`,
    query_string: SECRET,
    data: { password: SECRET },
    cookies: { "gatebook.session": SECRET },
    headers: { cookie: SECRET, authorization: SECRET },
    env: { NEXTAUTH_SECRET: SECRET },
  },
  breadcrumbs: [{ message: SECRET, data: { body: SECRET } }],
  contexts: { app: { free: SECRET }, response: { body_size: 1 } },
  extra: { form: SECRET },
  exception: {
    values: [
      {
        type: "DatabaseError",
        value: `duplicate key: (alice@example.com), password=${SECRET}`,
        module: SECRET,
        mechanism: { type: "generic", handled: false, data: { arguments: SECRET } },
        stacktrace: {
          frames: [
            {
              filename: "app:///commit.server.js",
              function: "commitSignIn",
              lineno: 12,
              colno: 3,
              in_app: true,
              vars: { password: SECRET },
              context_line: `const password = "${SECRET}";`,
              pre_context: [SECRET],
              post_context: [SECRET],
              module_metadata: SECRET,
            },
          ],
        },
      },
    ],
  },
  sdkProcessingMetadata: { normalizedRequest: { cookies: SECRET } },
} as unknown as ErrorEvent;

describe("a report to Sentry", () => {
  test("carries no secret from any corner of the event", () => {
    const sent = JSON.stringify(scrubEvent(FULL));
    expect(JSON.stringify(FULL).split(SECRET).length).toBeGreaterThan(30);
    expect(sent).not.toContain(SECRET);
    expect(sent).not.toContain("alice@example.com");
  });

  test("has no request, headers, cookies, breadcrumbs, contexts, extras or variables at all", () => {
    expect(Object.keys(scrubEvent(FULL)).sort()).toEqual(
      [
        "environment",
        "event_id",
        "exception",
        "level",
        "platform",
        "release",
        "sdk",
        "tags",
        "timestamp",
        "type",
        "user",
      ].sort(),
    );
    const frame = scrubEvent(FULL).exception?.values?.[0]?.stacktrace?.frames?.[0];
    expect(Object.keys(frame ?? {}).sort()).toEqual(["colno", "filename", "function", "in_app", "lineno"]);
  });

  test("keeps what finds the fault: the error's type, its masked message, its frames, the request id, the user's id", () => {
    const scrubbed = scrubEvent(FULL);
    expect(scrubbed.tags).toEqual({ request_id: "request-0001", procedure: "signIns.list" });
    expect(scrubbed.user).toEqual({ id: "0199c5d2-1111-7abc-8def-000000000000" });
    expect(scrubbed.exception?.values?.[0]).toEqual({
      type: "DatabaseError",
      value: "duplicate key: ([email]), password=[masked]",
      mechanism: { type: "generic", handled: false },
      stacktrace: {
        frames: [{ filename: "app:///commit.server.js", function: "commitSignIn", lineno: 12, colno: 3, in_app: true }],
      },
    });
  });

  test("masks the messages of every error in a chain of causes", () => {
    const values = ["token=abc", "mail bob@example.com", "Bearer abc"].map((value) => ({ type: "Error", value }));
    const scrubbed = scrubEvent({ type: undefined, exception: { values } });
    expect(scrubbed.exception?.values?.map(({ value }) => value)).toEqual([
      "token=[masked]",
      "mail [email]",
      "Bearer [masked]",
    ]);
  });

  test("names no network address and no value that a statement was given", () => {
    const values = [
      { type: "Error", value: "connect ECONNREFUSED 10.0.0.7:5432" },
      { type: "error", value: `invalid input syntax for type integer: "${SECRET}"` },
    ];
    const scrubbed = scrubEvent({ type: undefined, exception: { values } });
    expect(scrubbed.exception?.values?.map(({ value }) => value)).toEqual([
      "connect ECONNREFUSED [address]:5432",
      "invalid input syntax for type integer: [masked]",
    ]);
  });

  test("without a user says nothing of a user, and without anything is still a report", () => {
    const scrubbed = scrubEvent({ type: undefined });
    expect(scrubbed).not.toHaveProperty("user");
    expect(scrubbed.tags).toEqual({});
    expect(scrubbed.exception).toEqual({ values: [] });
    expect(scrubEvent({ type: undefined, user: { email: SECRET } })).not.toHaveProperty("user");
  });

  test("leaves the event it was given alone", () => {
    const before = structuredClone(FULL);
    scrubEvent(FULL);
    expect(FULL).toEqual(before);
  });
});

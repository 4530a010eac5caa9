/** The log as another program reads it: one JSON object a line, whatever text was logged, and no secret in it. */
import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";

const PROGRAM = `
  import { log } from "./src/platform/log.ts";
  import { runInRequestScope } from "./src/platform/request-scope.ts";
  const scope = { requestId: "request-0001", ip: "203.0.113.7", userAgent: null, nonce: "n" };
  log().info({ port: 3000 }, "ready");
  runInRequestScope(scope, () => {
    const cause = new Error("cause with password=hunter2");
    const error = Object.assign(new Error("refused for alice@example.com, token=hunter2", { cause }), {
      code: "23505", detail: "Key (email)=(hunter2)", query: "select hunter2", parameters: ["hunter2"],
    });
    log().error({ err: error }, "a callback failed");
    log().error({ err: "thrown text, password=hunter2" }, "not an error");
    log().warn({ name: 'x\\n{"level":"fatal","msg":"forged"}\\r\\u2028\\u0000\\u001b[2J' }, "line one\\nline two");
  });
  log().debug("not at this level");
`;

let lines: string[];
let records: Record<string, unknown>[];

beforeAll(() => {
  const output = execFileSync(
    process.execPath,
    ["--conditions=react-server", "--import", "tsx", "--input-type=module", "-e", PROGRAM],
    {
      encoding: "utf8",
      env: {
        NODE_ENV: "production",
        LOG_LEVEL: "info",
        DATABASE_URL: "postgres://nobody@127.0.0.1:1/nowhere",
        NEXTAUTH_URL: "http://localhost:3000",
        NEXTAUTH_SECRET: "a secret for tests only, long enough to pass",
      },
    },
  );
  lines = output.split("\n").slice(0, -1);
  records = lines.map((line) => JSON.parse(line));
});

describe("the log", () => {
  test("is one JSON object a line, with the level as a word and the time in UTC", () => {
    expect(records.map(({ level, msg }) => [level, msg])).toEqual([
      ["info", "ready"],
      ["error", "a callback failed"],
      ["error", "not an error"],
      ["warn", "line one\nline two"],
    ]);
    for (const { time } of records) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test("cannot be given a line by text from outside: line breaks and control characters are escaped", () => {
    for (const line of lines) {
      const control = [...line].filter((character) => character < " " || character === "\u007F");
      expect(control).toEqual([]);
    }
    expect(records.filter(({ level }) => level === "fatal")).toEqual([]);
  });

  test("carries the request id on every line of a request, and on no other", () => {
    expect(records.map(({ requestId }) => requestId)).toEqual([
      undefined,
      "request-0001",
      "request-0001",
      "request-0001",
    ]);
  });

  test("reduces an error to its name, code, masked message and stack: no cause, query, parameters or row", () => {
    const [, { err } = { err: null }] = records as { err: Record<string, string> | null }[];
    expect(Object.keys(err ?? {})).toEqual(["name", "code", "message", "stack"]);
    expect(err).toMatchObject({ name: "Error", code: "23505", message: "refused for [email], token=[masked]" });
    expect(lines.join("\n")).not.toMatch(/hunter2|alice@/);
  });
});

/** An unexpected error is told whole; an outage is a line for each request, and no report. */
import { beforeEach, expect, test, vi } from "vitest";
import { reportFailure } from "@/auth/failures.server";
import { SessionUnavailable } from "@/auth/session-errors";

const report = vi.hoisted(() => vi.fn());
vi.mock("@/platform/report.server", () => ({ report }));
const said = vi.hoisted(() => ({ warn: vi.fn(), error: vi.fn() }));
vi.mock("@/platform/log", () => ({ log: () => said }));

beforeEach(() => {
  for (const spy of [report, said.warn, said.error]) spy.mockClear();
});

const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

test.each([
  ["as it comes", refused],
  ["behind a session that cannot be read", new SessionUnavailable({ cause: refused })],
])("an outage %s is one line without a stack, and no report", (_, error) => {
  reportFailure(error, { callback: "jwt" }, "failed");
  expect(said.warn.mock.calls).toEqual([[{ callback: "jwt" }, "refused: the database is away"]]);
  expect(said.error).not.toHaveBeenCalled();
  expect(report).not.toHaveBeenCalled();
});

test.each([
  ["an error of our own", new Error("broken")],
  ["a statement that the database refuses", Object.assign(new Error("no such table"), { code: "42P01" })],
])("%s is logged with its stack and reported, with what it is about", (_, error) => {
  reportFailure(new SessionUnavailable({ cause: error }), { callback: "jwt" }, "failed", "user-1");
  expect(said.error.mock.calls).toEqual([[{ callback: "jwt", err: error }, "failed"]]);
  expect(report.mock.calls).toEqual([[error, { callback: "jwt" }, "user-1"]]);
});

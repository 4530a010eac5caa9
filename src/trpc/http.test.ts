/** The endpoint of the typed calls: what it turns away unread, and that an outage is never "signed out". */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { SessionUnavailable } from "@/auth/session-errors";
import { serveTrpc } from "@/trpc/http.server";

vi.mock("@/platform/report.server", () => ({ report: () => {} }));
const createHttpContext = vi.hoisted(() => vi.fn());
vi.mock("@/trpc/context.server", () => ({ createHttpContext }));

beforeEach(() => {
  createHttpContext.mockReset();
  createHttpContext.mockResolvedValue({ session: null });
});

const ENDPOINT = "http://localhost:3000/api/trpc";
const post = (headers: Record<string, string>) =>
  new Request(`${ENDPOINT}/session.current`, { method: "POST", body: "{}", headers });

describe("a call by POST", () => {
  test.each([
    "https://evil.example",
    "http://localhost:3001",
    "https://localhost:3000",
    "http://localhost:3000.evil.example",
    "http://sub.localhost:3000",
    "null",
    "",
  ])("from a page of the origin %j is refused, before the session is even looked at", async (origin) => {
    const response = await serveTrpc(post({ origin }));
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ error: "cross_site" });
    expect(createHttpContext).not.toHaveBeenCalled();
  });

  test("that announces more than a megabyte is refused", async () => {
    for (const length of ["1048577", "99999999999", "Infinity"]) {
      const response = await serveTrpc(post({ origin: "http://localhost:3000", "content-length": length }));
      expect(response.status).toBe(413);
    }
    expect(createHttpContext).not.toHaveBeenCalled();
  });
});

test("a batch of calls resolves the session once", async () => {
  const batch = Array.from({ length: 8 }, () => "session.current").join(",");
  const response = await serveTrpc(new Request(`${ENDPOINT}/${batch}?batch=1&input=%7B%7D`));
  expect(response.status).toBe(200);
  expect(await response.json()).toHaveLength(8);
  expect(createHttpContext).toHaveBeenCalledTimes(1);
});

test("a stream, which browsers open again by themselves, is no use of the session; calls are", async () => {
  await serveTrpc(new Request(`${ENDPOINT}/session.current`));
  await serveTrpc(new Request(`${ENDPOINT}/session.events`, { headers: { accept: "text/event-stream" } }));
  expect(createHttpContext.mock.calls).toEqual([[true], [false]]);
});

test("while nobody can say whether there is a session, the answer is 503 and leaves the cookie alone", async () => {
  createHttpContext.mockRejectedValue(new SessionUnavailable({ cause: new Error("connect ECONNREFUSED 10.0.0.7") }));
  const response = await serveTrpc(new Request(`${ENDPOINT}/session.current`));
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
  expect(response.headers.getSetCookie()).toEqual([]);
  expect(await response.text()).not.toContain("10.0.0.7");
});

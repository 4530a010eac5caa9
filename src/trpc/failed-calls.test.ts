/** The one way of each failed call to the person: to the sign-in page, to the page's error boundary, or into a message. */
import { MutationObserver, QueryObserver } from "@tanstack/query-core";
import { createTRPCClient, TRPCClientError } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { browserQueryClient } from "@/trpc/browser-query-client";
import type { AppRouter } from "@/trpc/router.server";
import { signInAgainLink } from "@/trpc/sign-in-again.client";

// Tests run under the server's build of React, which has no contexts; the client itself needs no React.
vi.mock("@tanstack/react-query", () => import("@tanstack/query-core"));

const failure = (code: string, httpStatus: number) =>
  TRPCClientError.from<AppRouter>({ error: { code: -1, message: code, data: { code, httpStatus } } } as never);

describe("a mutation that failed", () => {
  const told = vi.fn();
  const client = browserQueryClient(told);
  const fail = (error: Error) =>
    new MutationObserver(client, { mutationFn: () => Promise.reject(error) }).mutate().catch(() => {});
  beforeEach(() => told.mockClear());

  test.each([
    ["because it is forbidden", failure("FORBIDDEN", 403)],
    ["unexpectedly", failure("INTERNAL_SERVER_ERROR", 500)],
    ["without an answer", TRPCClientError.from(new TypeError("Failed to fetch"))],
  ])("%s is told", async (_, error) => {
    await fail(error);
    expect(told.mock.calls).toEqual([[error]]);
  });

  test.each([
    ["CONFLICT", 409],
    ["BAD_REQUEST", 400],
    ["NOT_FOUND", 404],
    ["UNAUTHORIZED", 401],
  ])("with %s is its component's, or the sign-in's", async (code, status) => {
    await fail(failure(code, status));
    expect(told).not.toHaveBeenCalled();
  });
});

describe("a query that failed", () => {
  const client = browserQueryClient(() => {});

  test("because it is forbidden is thrown to the page's error boundary; others keep their old data", () => {
    const { throwOnError } = client.defaultQueryOptions({ queryKey: ["any"] });
    if (typeof throwOnError !== "function") throw new Error("throwOnError is no function");
    const thrown = (error: Error) => throwOnError(error, {} as never);
    expect(thrown(failure("FORBIDDEN", 403))).toBe(true);
    expect(thrown(failure("INTERNAL_SERVER_ERROR", 500))).toBe(false);
    expect(thrown(failure("UNAUTHORIZED", 401))).toBe(false);
  });

  test("is asked again only where that may help", async () => {
    const asked = async (error: Error) => {
      const queryFn = vi.fn(() => Promise.reject(error));
      const observer = new QueryObserver(client, { queryKey: [error.message], queryFn, retryDelay: 1 });
      await observer.refetch();
      return queryFn.mock.calls.length;
    };
    expect(await asked(failure("FORBIDDEN", 403))).toBe(1);
    expect(await asked(failure("INTERNAL_SERVER_ERROR", 500))).toBe(3);
  });
});

describe("UNAUTHORIZED", () => {
  const assign = vi.fn();
  beforeEach(() => {
    assign.mockClear();
    vi.stubGlobal("window", { location: { pathname: "/account/sessions", search: "?page=2", assign } });
  });

  const client = (error: TRPCClientError<AppRouter>) =>
    createTRPCClient<AppRouter>({
      links: [signInAgainLink, () => () => observable((observer) => observer.error(error))],
    });

  test("is not what other codes mean", async () => {
    await client(failure("FORBIDDEN", 403))
      .session.list.query()
      .catch(() => {});
    expect(assign).not.toHaveBeenCalled();
  });

  test("of whatever was called leads to the sign-in page and back, once for all calls", async () => {
    const signedOut = client(failure("UNAUTHORIZED", 401));
    await signedOut.session.list.query().catch(() => {});
    await signedOut.session.revokeOthers.mutate().catch(() => {});
    await new Promise<void>((resolve) => {
      signedOut.session.events.subscribe({}, { onError: () => resolve() });
    });
    expect(assign.mock.calls).toEqual([["/sign-in?callbackUrl=%2Faccount%2Fsessions%3Fpage%3D2"]]);
  });
});

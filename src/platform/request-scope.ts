/**
 * What is known of the HTTP request being served: opened by the server in front of Next, read by logs,
 * events and error reports.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { processWide } from "@/platform/process-wide";

export type RequestScope = {
  /** The inbound `x-request-id` where well-formed, else a fresh UUIDv7. */
  requestId: string;
  /** Canonical text of the client's address after the trusted proxies, or null when none is known. */
  ip: string | null;
  /** Raw `user-agent`, at most 512 characters, or null. */
  userAgent: string | null;
  /** The nonce of this response's Content-Security-Policy. */
  nonce: string;
  /** Of a call that goes on to the upstream: path and query as they came, before anybody decoded or tidied them. */
  proxied?: string;
  /** Has work begun when the answer has left, or the connection is gone. */
  afterAnswer?: (work: () => void) => void;
};

const storage = processWide("request scope", () => new AsyncLocalStorage<RequestScope>());

export function runInRequestScope<T>(scope: RequestScope, work: () => T): T {
  return storage.run(scope, work);
}

/** The scope of the request being served, or undefined outside any request (start-up, timers, the command line). */
export function requestScope(): RequestScope | undefined {
  return storage.getStore();
}

/** Begins work once the answer to the request being served has left; outside any request at once. It must not reject. */
export function afterAnswer(work: () => Promise<void>): void {
  const begin = () => void work();
  const scope = requestScope();
  if (scope?.afterAnswer) scope.afterAnswer(begin);
  else begin();
}

/** Reports the unexpected to Sentry: request id, where, and whose user id; never input, addresses or tokens. */
import "server-only";
import * as Sentry from "@sentry/nextjs";
import { requestScope } from "@/platform/request-scope";

/** @param context short codes such as a callback's or a procedure's name */
export function report(error: unknown, context: Record<string, string>, userId?: string): void {
  if (!Sentry.getClient()) return;
  Sentry.captureException(error, (scope) => {
    const requestId = requestScope()?.requestId;
    scope.setTags({ ...context, ...(requestId ? { request_id: requestId } : {}) });
    if (userId) scope.setUser({ id: userId });
    return scope;
  });
}

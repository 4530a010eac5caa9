/** What is said of an error that nobody expected, and of an outage, which would otherwise be said for every request of it. */
import "server-only";
import { isOutage } from "@db/connect.server";
import { SessionUnavailable } from "@/auth/session-errors";
import { log } from "@/platform/log";
import { report } from "@/platform/report.server";

/**
 * Logs an unexpected error with its stack and reports it. Of an outage only a line is kept: its cause is told once, by
 * the audit queue, when it begins.
 * @param context short codes such as a callback's or a procedure's name
 */
export function reportFailure(error: unknown, context: Record<string, string>, message: string, userId?: string): void {
  const cause = error instanceof SessionUnavailable ? error.cause : error;
  if (isOutage(cause)) {
    log().warn(context, "refused: the database is away");
    return;
  }
  log().error({ ...context, err: cause }, message);
  report(cause, context, ...(userId === undefined ? [] : [userId]));
}

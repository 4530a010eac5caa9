/** What ends a subscription: its reader, its session, or a failure, each told so that the browser knows whether to come back. */
import "server-only";
import { isOutage } from "@db/connect.server";
import { TRPCError } from "@trpc/server";
import { log } from "@/platform/log";
import { report } from "@/platform/report.server";

/** Passes on what a stream sends. An outage and what nobody expected become codes with which the browser comes back. */
export async function* streamed<T, Result>(
  procedure: string,
  signal: AbortSignal | undefined,
  stream: AsyncGenerator<T, Result>,
): AsyncGenerator<T, Result> {
  try {
    return yield* stream;
  } catch (error) {
    if (error instanceof TRPCError || signal?.aborted) throw error;
    if (isOutage(error)) throw new TRPCError({ code: "SERVICE_UNAVAILABLE", cause: error });
    log().error({ err: error, procedure }, "a subscription failed");
    report(error, { procedure });
    throw new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause: error });
  }
}

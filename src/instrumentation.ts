/** Runs once when the server starts, before it serves. */
import type { Instrumentation } from "next";

export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startServer } = await import("@/start.server");
  await startServer();
}

export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { reportRenderError } = await import("@/start.server");
  reportRenderError(error, { route: context.routePath, kind: context.routeType, method: request.method });
};

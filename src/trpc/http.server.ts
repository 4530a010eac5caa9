/** Serves tRPC calls. The session is resolved before any of them runs; an outage is a 503, never "signed out". */
import "server-only";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { unavailable } from "@/auth/http/answers.server";
import { SessionUnavailable } from "@/auth/session-errors";
import { env } from "@/platform/env";
import { createHttpContext } from "@/trpc/context.server";
import { appRouter } from "@/trpc/router.server";

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_BATCH = 20;

/** A mutation by form from another site: the session cookie is SameSite=Lax, and this is the second lock. */
function crossSite(request: Request): boolean {
  const origin = request.headers.get("origin");
  return request.method === "POST" && origin !== null && origin !== env().NEXTAUTH_URL;
}

export async function serveTrpc(request: Request): Promise<Response> {
  if (crossSite(request)) return Response.json({ error: "cross_site" }, { status: 403 });
  const length = request.headers.get("content-length");
  if (request.method === "POST" && length === null) return Response.json({ error: "length_required" }, { status: 411 });
  if (Number(length ?? 0) > MAX_BODY_BYTES) return Response.json({ error: "too_large" }, { status: 413 });
  // Each refused call leaves a row: one request must not write thousands.
  if (new URL(request.url).pathname.split(",").length > MAX_BATCH) {
    return Response.json({ error: "batch_too_large" }, { status: 400 });
  }
  try {
    // Browsers open the stream of a subscription again by themselves, whether anybody sits before them or not.
    const isStream = request.headers.get("accept")?.includes("text/event-stream") ?? false;
    const context = await createHttpContext(!isStream);
    return await fetchRequestHandler({
      endpoint: "/api/trpc",
      req: request,
      router: appRouter,
      createContext: ({ resHeaders }) => ({
        ...context,
        appendHeader: (name, value) => resHeaders.append(name, value),
      }),
    });
  } catch (error) {
    if (error instanceof SessionUnavailable) return unavailable();
    throw error;
  }
}

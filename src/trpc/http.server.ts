import "server-only";
/** Serves tRPC calls. The session is resolved before any of them runs; an outage is a 503, never "signed out". */
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { unavailable } from "@/auth/http/answers.server";
import { SessionUnavailable } from "@/auth/session-errors";
import { env } from "@/platform/env";
import { createHttpContext } from "@/trpc/context.server";
import { appRouter } from "@/trpc/router.server";

const MAX_BODY_BYTES = 1024 * 1024;

/** A mutation by form from another site: the session cookie is SameSite=Lax, and this is the second lock. */
function crossSite(request: Request): boolean {
  const origin = request.headers.get("origin");
  return request.method === "POST" && origin !== null && origin !== env().NEXTAUTH_URL;
}

export async function serveTrpc(request: Request): Promise<Response> {
  if (crossSite(request)) return Response.json({ error: "cross_site" }, { status: 403 });
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) {
    return Response.json({ error: "too_large" }, { status: 413 });
  }
  try {
    const context = await createHttpContext();
    return await fetchRequestHandler({
      endpoint: "/api/trpc",
      req: request,
      router: appRouter,
      createContext: () => context,
    });
  } catch (error) {
    if (error instanceof SessionUnavailable) return unavailable();
    throw error;
  }
}

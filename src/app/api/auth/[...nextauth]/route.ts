/** NextAuth's endpoints. Each request gets options of its own; see `src/auth/route.server.ts`. */
import type { NextRequest } from "next/server";
import { serveAuth } from "@/auth/route.server";

export const fetchCache = "force-no-store";
export const dynamic = "force-dynamic";

type Context = { params: Promise<{ nextauth: string[] }> };

async function handler(request: NextRequest, context: Context): Promise<Response> {
  return serveAuth(request, (await context.params).nextauth);
}

/** Next would answer HEAD by running GET, which a mail scanner must not be able to do. */
export function HEAD(): Response {
  return new Response(null, { status: 405, headers: { allow: "GET, POST" } });
}

export { handler as GET, handler as POST };

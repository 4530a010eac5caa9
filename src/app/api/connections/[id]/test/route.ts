/** Begins the round trip of a test: to the connection's provider, and back to a report. */
import type { NextRequest } from "next/server";
import { startRoundTrip } from "@/auth/connection-test/round-trip-route.server";

export const fetchCache = "force-no-store";
export const dynamic = "force-dynamic";

type Context = { params: Promise<{ id: string }> };

export async function GET(request: NextRequest, { params }: Context): Promise<Response> {
  return startRoundTrip(request, (await params).id);
}

/** Next would answer HEAD by running GET, which begins something. */
export function HEAD(): Response {
  return new Response(null, { status: 405, headers: { allow: "GET" } });
}

/** `POST /api/link-provider/start`: a plain form that begins a round trip to a provider, to link it. */
import type { NextRequest } from "next/server";
import { serveLinkStart } from "@/auth/http/link-route.server";

export const dynamic = "force-dynamic";

export function POST(request: NextRequest): Promise<Response> {
  return serveLinkStart(request);
}

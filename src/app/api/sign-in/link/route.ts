/** `POST /api/sign-in/link`: a plain form that asks for a sign-in link by email. */
import type { NextRequest } from "next/server";
import { serveLinkRequest } from "@/auth/http/link-route.server";

export const dynamic = "force-dynamic";

export function POST(request: NextRequest): Promise<Response> {
  return serveLinkRequest(request);
}

/** `POST /api/link-provider`: a plain form that answers an offer to link a provider to an account. */
import type { NextRequest } from "next/server";
import { serveLinkAnswer } from "@/auth/http/link-offer-route.server";

export const dynamic = "force-dynamic";

export function POST(request: NextRequest): Promise<Response> {
  return serveLinkAnswer(request);
}
